import type { LogRecord } from '../stream-log.ts'
import type { HotBatches } from './hot-batches.ts'
import type { LogState } from './log-state.ts'
import { recordPlace } from './record-memory.ts'
import type { RecordCursor } from './record-cursor.ts'
import { addRecords, batchHeaderBytes } from './segment-format.ts'

/**
 * The row of the batch with the first record of a shard that is kept and behind a sequence, and all that follows is in memory. -1 when
 * it is not; undefined when there is no such record.
 */
export function hotRow(state: LogState, position: number, after: number): number | undefined {
  const { sequence, freedSequence } = state.shards[position]!
  const from = Math.max(after, freedSequence)
  return from < sequence ? state.hot.find(position, from) : undefined
}

/** Takes of a batch in memory what the cursor wants. These bytes have not been on the disk: no checksum is taken again. */
export function takeRow(cursor: RecordCursor, hot: HotBatches, row: number): boolean {
  const sequence = hot.sequenceOf(row)
  const count = hot.recordsOf(row)
  if (!cursor.takeWhole(sequence, count, hot.dataBytesOf(row))) {
    return takePart(cursor, hot, row, sequence + count)
  }
  cursor.start = hot.startOf(row) + batchHeaderBytes
  cursor.end = hot.endOf(row)
  return true
}

/** `end`: the sequence behind the batch's last. */
function takePart(cursor: RecordCursor, hot: HotBatches, row: number, end: number): boolean {
  const { sequence, start } = hot.recordBefore(row, cursor.after + 1)
  const rest = { sequence, count: end - sequence }
  const isTaken = cursor.take(rest, hot.bufferOf(row), start - batchHeaderBytes)
  if (isTaken && cursor.after + 1 < end) hot.mark(row, cursor.after + 1, cursor.end)
  return isTaken
}

/**
 * What a reader who keeps up asks for, when all of it still lies in the buffers it was written from: read without a promise, and
 * only the bytes of its own records copied. With a thousand shards a read gives a record or few, and what it
 * costs beside them is what following them costs. Undefined, with nothing taken, when it must be read otherwise.
 */
export function hotRecords(
  state: LogState,
  position: number,
  cursor: RecordCursor,
): readonly LogRecord[] | undefined {
  const { hot } = state
  const first = hotRow(state, position, cursor.after)
  if (first === undefined) return []
  if (first < 0) return undefined
  const records: LogRecord[] = []
  for (let row = first; row >= 0 && !cursor.isFull; row = hot.nextOf(row)) {
    if (!takeRow(cursor, hot, row)) continue
    const { buffer, start } = recordPlace(cursor.end - cursor.start)
    hot.bufferOf(row).copy(buffer, start, cursor.start, cursor.end)
    addRecords(records, buffer, start, cursor, hot.arrivalMsOf(row))
  }
  return records
}
