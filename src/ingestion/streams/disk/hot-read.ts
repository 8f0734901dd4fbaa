import type { BufferPool } from '#kit'
import type { LogPage, LogRecord } from '../stream-log.ts'
import { corrupted } from './scan.ts'
import { LogPages } from './log-pages.ts'
import { activeSegment, type LogSpan, type LogState } from './log-state.ts'
import { recordMemory } from './record-memory.ts'
import { RecordCursor, type CursorInput } from './record-cursor.ts'
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
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
  readonly count: number
}

/** How far the spans that are to be read were read. */
export interface ReadSpans {
  /** Undefined when a record is sealed. */
  readonly pages: readonly LogPage[] | undefined
  /** So many to their ends, */
  readonly done: number
  /** and the next up to this sequence, if it was begun. */
  readonly after: number | undefined
}

/**
 * Hot records of one span after the other in pages, all side by side in one buffer, up to the first span that must be read otherwise;
 * undefined when that is the first of all.
 */
export function hotPages(
  pool: BufferPool,
  state: LogState,
  tail: TailBytes,
  spans: readonly LogSpan[],
  limits: Pick<CursorInput, 'limitRecords' | 'limitBytes'>,
): ReadSpans | undefined {
  let { limitRecords, limitBytes } = limits
  const pieces: HotPiece[] = []
  let done = 0
  let after: number | undefined
  for (const { position, after: from, to } of spans) {
    if (limitRecords <= 0 || limitBytes <= 0) break
    if (from < Math.min(to, state.shards[position]!.sequence)) {
      const cursor = new RecordCursor({ after: from, limitRecords, limitBytes }, to)
      const isHot = readHot(state, tail, position, cursor, (_batch, buffer) => {
        const { start, end, count } = cursor
        pieces.push({ buffer, start, end, count })
        limitRecords -= count
      })
      if (!isHot) {
        if (done === 0) return undefined
        break
      }
      limitBytes -= cursor.dataBytes
      if (cursor.after < to && cursor.isFull) {
        after = cursor.after
        break
      }
    }
    done += 1
  }
  return { pages: copied(pool, pieces), done, after }
}

function copied(pool: BufferPool, pieces: readonly HotPiece[]): readonly LogPage[] | undefined {
  let sizeBytes = 0
  let records = 0
  for (const { start, end, count } of pieces) {
    sizeBytes += end - start
    records += count
  }
  const pages = new LogPages(pool, records)
  const copy = pool.take(sizeBytes)
  let at = 0
  for (const { buffer, start, end, count } of pieces) {
    buffer.copy(copy, at, start, end)
    pages.add(copy, { start: at, count })
    at += end - start
  }
  return pages.end()
}
