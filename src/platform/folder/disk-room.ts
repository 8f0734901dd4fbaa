import { statfsSync } from 'node:fs'
import { elapsedMs } from '#kit'

/** Whether so many more bytes may be written. */
export type HasRoom = (sizeBytes: number) => boolean

const sampleMs = 50

/**
 * Keeps a reserve on the disk that holds `folder`: bulk data (objects, records) is refused before the
 * disk is full, so that metadata can still be written, and with it the deletions that make room again.
 * The disk is asked at most every 50 ms, and what was granted meanwhile is counted.
 */
export function diskRoom(
  folder: string,
  reserveBytes: number,
  freeBytes: (folder: string) => number = freeBytesOf,
): HasRoom {
  let sampledAtMs = Number.NEGATIVE_INFINITY
  let room = 0
  return (sizeBytes) => {
    const nowMs = elapsedMs()
    if (nowMs - sampledAtMs >= sampleMs) {
      room = freeBytes(folder) - reserveBytes
      sampledAtMs = nowMs
    }
    if (room < sizeBytes) return false
    room -= sizeBytes
    return true
  }
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
