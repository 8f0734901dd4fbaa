import type { LogRecord } from '../stream-log.ts'
import { corrupted } from './scan.ts'
import { activeSegment, type LogState } from './log-state.ts'
import { recordMemory } from './record-memory.ts'
import type { RecordCursor } from './record-cursor.ts'
import { addRecords, readBatchHeader, type BatchHeader } from './segment-format.ts'
import { lastAtMost } from './segment-index.ts'
import type { TailBytes } from './tail-bytes.ts'

/**
 * What a reader who keeps up asks for, when all of it still lies in the buffers it was written from: read without a promise, and
 * only the bytes of its own records copied. With a thousand shards a read gives a record or few, and what it
 * costs beside them is what following them costs. Undefined, with nothing taken, when it must be read otherwise.
 */
export function readHot(
  state: LogState,
  tail: TailBytes,
  position: number,
  cursor: RecordCursor,
): readonly LogRecord[] | undefined {
  const segment = activeSegment(state)
  const { start, index, path } = segment
  const shardIndex = index?.shards.get(position)
  if (!start || !shardIndex || (start.sequences[position] ?? 0) > cursor.after) return undefined
  const { offsets, ends, sequences } = shardIndex
  let entry = Math.max(0, lastAtMost(sequences, cursor.after + 1))
  if (!tail.has(path, offsets[entry]!)) return undefined
  const records: LogRecord[] = []
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
          addCopies(records, batch, buffer, at - bufferStart, cursor)
          if (cursor.isFull) return records
        }
        at += batch.sizeBytes
      }
    }
  }
  return records
}

function addCopies(
  records: LogRecord[],
  batch: BatchHeader,
  buffer: Buffer,
  at: number,
  cursor: RecordCursor,
): void {
  if (!cursor.take(batch, buffer, at)) return
  const copy = recordMemory(cursor.end - cursor.start)
  buffer.copy(copy, 0, cursor.start, cursor.end)
  addRecords(records, copy, 0, cursor, batch.arrivalMs)
}
