import { elapsedMs } from '#kit'

/** A read that takes longer has waited: for the disk, or for a processor. */
const quickMs = 3
/** What slow reads count, more where a disk was read meanwhile; quick ones take a little back. At `slowMax` it is the disk. */
const counts = { disk: 1, unknown: 0.3, quick: 0.1 }
const slowMax = 2
/** So long no more are tried after that; twice as long each time again. */
const pauseMs = { first: 50, longest: 10_000 }

let pausedUntilMs = 0
let nextPauseMs = pauseMs.first
let slow = 0
let blocksRead = 0

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
  if (nowMs - startedMs > quickMs) wasSlow(nowMs)
  else {
    if (slow > 0) slow = Math.max(slow - counts.quick, 0)
    if (nowMs - pausedUntilMs > nextPauseMs) nextPauseMs = pauseMs.first
  }
  return result
}

function wasSlow(nowMs: number): void {
  // Of the whole process, and nothing of a disk behind a network.
  const { fsRead } = process.resourceUsage()
  slow += fsRead > blocksRead ? counts.disk : counts.unknown
  blocksRead = fsRead
  if (slow < slowMax) return
  slow = 0
  pausedUntilMs = nowMs + nextPauseMs
  nextPauseMs = Math.min(nextPauseMs * 2, pauseMs.longest)
}
