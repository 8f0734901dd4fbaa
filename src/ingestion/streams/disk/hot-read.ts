import type { BufferPool } from '#kit'
import type { LogRecord } from '../stream-log.ts'
import { corrupted } from './scan.ts'
import { LogPages } from './log-pages.ts'
import { activeSegment, type LogState } from './log-state.ts'
import { recordMemory } from './record-memory.ts'
import type { RecordCursor } from './record-cursor.ts'
import { addRecords, readBatchHeader, type BatchHeader } from './segment-format.ts'
import { lastAtMost } from './segment-index.ts'
import type { TailBytes } from './tail-bytes.ts'

/**
 * What a reader who keeps up asks for, when all of it still lies in the buffers it was written from: read without a promise, and
 * only the bytes of its own records copied. With a thousand shards a read gives a record or few, and what it
 * costs beside them is what following them costs. `take` is given each batch of which the cursor took something. False, with nothing
 * taken, when it must be read otherwise.
 */
export function readHot(
  state: LogState,
  tail: TailBytes,
  position: number,
  cursor: RecordCursor,
  take: (batch: BatchHeader, buffer: Buffer) => void,
): boolean {
  const segment = activeSegment(state)
  const { start, index, path } = segment
  const shardIndex = index?.shards.get(position)
  if (!start || !shardIndex || (start.sequences[position] ?? 0) > cursor.after) return false
  const { offsets, ends, sequences } = shardIndex
  let entry = Math.max(0, lastAtMost(sequences, cursor.after + 1))
  if (!tail.has(path, offsets[entry]!)) return false
  for (; entry < offsets.length; entry += 1) {
    const end = ends[entry]!
    for (let at = offsets[entry]!; at < end;) {
      const { buffer, start: bufferStart } = tail.find(path, at)
      // A batch lies in one buffer; several may lie side by side in it.
      const bufferEnd = Math.min(end, bufferStart + buffer.byteLength)
      while (at < bufferEnd) {
        const batch = readBatchHeader(buffer, at - bufferStart)
        if (!batch) throw corrupted(path, at)
        if (batch.shard === position) {
          // These bytes have not been on the disk, so no checksum is taken; that none is missed is seen by the numbers.
          if (batch.sequence > cursor.after + 1) throw corrupted(path, at)
          if (cursor.take(batch, buffer, at - bufferStart)) take(batch, buffer)
          if (cursor.isFull) return true
        }
        at += batch.sizeBytes
      }
    }
  }
  return true
}

/** Hot records as the port gives them; undefined when they must be read otherwise. */
export function hotRecords(
  state: LogState,
  tail: TailBytes,
  position: number,
  cursor: RecordCursor,
): readonly LogRecord[] | undefined {
  const records: LogRecord[] = []
  const isHot = readHot(state, tail, position, cursor, (batch, buffer) => {
    const copy = recordMemory(cursor.end - cursor.start)
    buffer.copy(copy, 0, cursor.start, cursor.end)
    addRecords(records, copy, 0, cursor, batch.arrivalMs)
  })
  return isHot ? records : undefined
}

interface HotPiece {
  readonly batch: BatchHeader
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
  readonly count: number
  readonly sequence: number
}

/** Hot records in pages, all side by side in one buffer; undefined when they must be read otherwise. */
export function hotPages(
  pool: BufferPool,
  state: LogState,
  tail: TailBytes,
  position: number,
  cursor: RecordCursor,
): LogPages | undefined {
  const pieces: HotPiece[] = []
  let sizeBytes = 0
  let records = 0
  const isHot = readHot(state, tail, position, cursor, (batch, buffer) => {
    const { start, end, count, sequence } = cursor
    pieces.push({ batch, buffer, start, end, count, sequence })
    sizeBytes += end - start
    records += count
  })
  if (!isHot) return undefined
  const pages = new LogPages(pool, records)
  const copy = pool.take(sizeBytes)
  let at = 0
  for (const { batch, buffer, start, end, count, sequence } of pieces) {
    buffer.copy(copy, at, start, end)
    pages.add(batch, copy, { start: at, count, sequence })
    at += end - start
  }
  return pages
}
