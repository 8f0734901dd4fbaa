import { setTimeout as wait } from 'node:timers/promises'

/** Asks until the answer is neither undefined nor false; an error that names `what` after the deadline. */
export async function poll<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly deadlineMs?: number; readonly intervalMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + (options.deadlineMs ?? 120_000)
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`waited too long for ${what}`)
    await wait(options.intervalMs ?? 25)
  }
}
