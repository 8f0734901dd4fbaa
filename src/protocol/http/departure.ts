import type { WireRequest } from './message.ts'

/** How Node names the end of what was read or written when the other side has left, or when a signal ended it. */
const endings: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ABORT_ERR',
])

/** Whether an error says no more than that the client went away before its answer: nothing that the server did has failed. */
export function saysClientLeft({ signal }: Pick<WireRequest, 'signal'>, error: unknown): boolean {
  if (!(error instanceof Error) || !signal.aborted) return false
  return error === signal.reason || endings.has((error as NodeJS.ErrnoException).code)
}
