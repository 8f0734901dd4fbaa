/** How a runtime's functions are started. */
export type RuntimeKind = 'node' | 'python' | 'provided'

/**
 * The runtimes that run here. Whatever its number, a `nodejs` function runs on Boathouse's own Node.js, a `python` function on the
 * machine's python3. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export const runtimes: readonly string[] = [
  'nodejs18.x',
  'nodejs20.x',
  'nodejs22.x',
  'nodejs24.x',
  'python3.8',
  'python3.9',
  'python3.10',
  'python3.11',
  'python3.12',
  'python3.13',
  'python3.14',
  'provided',
  'provided.al2',
  'provided.al2023',
]

export function runtimeKind(runtime: string): RuntimeKind | undefined {
  if (!runtimes.includes(runtime)) return undefined
  if (runtime.startsWith('nodejs')) return 'node'
  return runtime.startsWith('python') ? 'python' : 'provided'
}
