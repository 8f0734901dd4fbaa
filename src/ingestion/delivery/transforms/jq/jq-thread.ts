/**
 * A thread that runs jq, compiled to WebAssembly. A query may loop or eat memory: here it can do neither to the server. Who asks ends
 * the thread when it takes too long.
 */
import { parentPort } from 'node:worker_threads'
import type { Jq } from 'jq-wasm'
import type { JqAnswer, JqRequest, JqResult } from './messages.ts'

const memoryPagesMax = 4096
const pageBytes = 65_536

interface Memory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

/** The library's memory grows as far as it is let: to 256 MiB. */
const { prototype } = (
  globalThis as unknown as { readonly WebAssembly: { readonly Memory: { prototype: Memory } } }
).WebAssembly.Memory
const { grow } = prototype
prototype.grow = function limited(this: Memory, pages: number) {
  if (this.buffer.byteLength / pageBytes + pages > memoryPagesMax) {
    throw new RangeError('a query takes more memory than it may')
  }
  return grow.call(this, pages)
}

/** All texts go in as one array, so that a query which reads further inputs finds none. */
const program = (query: string) =>
  `.[] | try (fromjson | {values: [(${query})]}) catch {error: (if type == "string" then . else tojson end)}`

const port = parentPort!
let jq: Promise<Jq> | undefined

/** The exit status of jq for a query that does not compile: https://jqlang.org/manual/#invoking-jq */
const doesNotCompile = 3

async function run({ id, query, texts, check }: JqRequest): Promise<void> {
  jq ??= import('jq-wasm').then(({ loadJq }) => loadJq())
  if (check) {
    const { stderr: why, exitCode } = (await jq).raw('null', query, ['-c'])
    const result = exitCode === doesNotCompile ? { error: why.trim() } : { values: [] }
    return port.postMessage({ id, results: [result] } satisfies JqAnswer)
  }
  const { stdout, stderr } = (await jq).raw(JSON.stringify(texts), program(query), ['-c'])
  const results = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JqResult)
  const error = stderr.replace(/^jq: error[^:]*: /, '').trim() || 'the query ended early'
  // A query that does not compile gives nothing; one that halts gives what came before.
  const missing = texts.slice(results.length).map(() => ({ error }))
  port.postMessage({ id, results: [...results, ...missing] } satisfies JqAnswer)
}

port.on('message', (request: JqRequest) => void run(request))
