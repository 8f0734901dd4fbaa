import { readSync } from 'node:fs'
import { constants } from 'node:os'
import { elapsedMs, systemCalls } from '#kit'

/** What lies in memory is read and sent on this thread, for which nobody shall wait for a disk: handing it to another costs four times the read. */

const { EAGAIN, EOPNOTSUPP, ENOSYS, EINVAL } = constants.errno
/** What systems and file systems say that cannot tell what is in memory. */
const unable = new Set([-EOPNOTSUPP, -ENOSYS, -EINVAL])

/** Whether bytes of a file are in memory, as far as that can be told; where not, whether the last such reads were quick. */
export function isHot(file: number, position: number, length: number): boolean {
  const system = systemCalls()
  const isInMemory = system?.isInMemory(file, position, length)
  if (isInMemory === undefined) return elapsedMs() >= pausedUntilMs
  // What is on its way to memory counts as there: it has come when the last byte has.
  return isInMemory && system!.readInMemory(file, oneByte, 1, position + length - 1) !== -EAGAIN
}

const oneByte = Buffer.alloc(1)

/** Reads the bytes, or the first of them, into the start of `bytes`. Undefined when they have to be read on another thread. */
export function readHot(
  file: number,
  bytes: Buffer,
  length: number,
  position: number,
): number | undefined {
  const read = systemCalls()?.readInMemory(file, bytes, length, position)
  if (read !== undefined && !unable.has(read)) return read < 0 ? undefined : read
  if (elapsedMs() < pausedUntilMs) return undefined
  return watched(() => readSync(file, bytes, 0, length, position))
}

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

/** Does what reads a file that is most likely in memory, and takes notice when it had to wait for the disk. */
export function watched<R>(read: () => R): R {
  const startedMs = elapsedMs()
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
