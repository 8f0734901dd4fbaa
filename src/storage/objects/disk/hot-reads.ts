import { elapsedMs } from '#kit'

/** A read that takes longer has waited for the disk, or the processor was elsewhere. */
const quickMs = 3
/** So many slow reads, of which quick ones between make up for a part, are the disk's doing. */
const slowMax = 2
const madeUp = 0.25
/** So long no more are tried after that; twice as long each time again. */
const pauseMs = { first: 50, longest: 10_000 }

let pausedUntilMs = 0
let nextPauseMs = pauseMs.first
let slow = 0

/** Whether `readHot` tries to read now. */
export function triesHot(): boolean {
  return elapsedMs() >= pausedUntilMs
}

/**
 * Reads on this thread what is most likely in memory, at a quarter of what it costs to have another thread do it. Undefined when it
 * must not be tried: the last such reads had to wait for the disk, for which nobody shall wait here.
 */
export function readHot<R>(read: () => R): R | undefined {
  const startedMs = elapsedMs()
  if (startedMs < pausedUntilMs) return undefined
  const result = read()
  const nowMs = elapsedMs()
  if (nowMs - startedMs <= quickMs) {
    slow = Math.max(slow - madeUp, 0)
    if (nowMs - pausedUntilMs > nextPauseMs) nextPauseMs = pauseMs.first
    return result
  }
  slow += 1
  if (slow >= slowMax) {
    slow = 0
    pausedUntilMs = nowMs + nextPauseMs
    nextPauseMs = Math.min(nextPauseMs * 2, pauseMs.longest)
  }
  return result
}
