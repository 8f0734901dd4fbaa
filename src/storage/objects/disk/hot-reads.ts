import { elapsedMs } from '#kit'

/** A read that takes longer has waited for the disk. */
const quickMs = 3
/** So long no more are tried after one that has: at first for a moment, for the processor may have been elsewhere; twice as long each time again. */
const pauseMs = { first: 50, longest: 10_000 }

let pausedUntilMs = 0
let nextPauseMs = pauseMs.first

/**
 * Reads on this thread what is most likely in memory, at a quarter of what it costs to have another thread do it. Undefined when it
 * must not be tried: the last such read had to wait for the disk, for which nobody shall wait here.
 */
export function readHot<R>(read: () => R): R | undefined {
  const startedMs = elapsedMs()
  if (startedMs < pausedUntilMs) return undefined
  const result = read()
  const nowMs = elapsedMs()
  if (nowMs - startedMs > quickMs) {
    pausedUntilMs = nowMs + nextPauseMs
    nextPauseMs = Math.min(nextPauseMs * 2, pauseMs.longest)
  } else if (nowMs - pausedUntilMs > nextPauseMs) nextPauseMs = pauseMs.first
  return result
}
