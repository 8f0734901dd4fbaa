import type { BufferPool } from '#kit'
import type { LogPage, SpanPages } from '../stream-log.ts'
import type { HotBatches } from './hot-batches.ts'
import { hotRow, takeRow } from './hot-read.ts'
import type { LogSpans, LogState } from './log-state.ts'
import { RecordCursor, type CursorInput } from './record-cursor.ts'
import { recordMemory } from './record-memory.ts'
import { batchHeaderBytes, placeRecords } from './segment-format.ts'

/**
 * Hot records of one span after the other, all in one page, up to the first span that must be read from where it is stored, if that is not
 * the first that anything is left of.
 */
export function hotPages(
  pool: BufferPool,
  state: LogState,
  { positions, afters: from, tos }: LogSpans,
  limits: Pick<CursorInput, 'limitRecords' | 'limitBytes'>,
): SpanPages | 'stored' | 'sealed' {
  const { hot } = state
  const cursor = new RecordCursor({ after: 0, ...limits })
  const pieces = takenPieces
  pieces.clear()
  const afters = from.slice()
  let place = 0
  for (; place < positions.length; place += 1) {
    const to = tos[place]!
    const after = from[place]!
    if (after >= to) continue
    cursor.goOn(after, to)
    if (cursor.isFull) break
    const first = hotRow(state, positions[place]!, after)
    if (first !== undefined && first < 0) {
      if (afters.every((each, index) => each === from[index])) return 'stored'
      break
    }
    for (let row = first ?? -1; row >= 0 && !cursor.isFull; row = hot.nextOf(row)) {
      if (takeRow(cursor, hot, row)) pieces.add(row, cursor)
    }
    if (cursor.isFull && cursor.after < to) {
      afters[place] = cursor.after
      break
    }
    afters[place] = to
  }
  const isComplete = place === positions.length
  if (pieces.count === 0) return { pages: [], afters, isComplete }
  const page = pageOf(pool, hot, pieces, cursor.dataBytes)
  return page ? { pages: [page], afters, isComplete } : 'sealed'
}

/** What was taken of batches, in the order in which it was asked for. */
class Pieces {
  count = 0
  /** Of all of them. */
  records = 0
  rows = new Float64Array(0)
  /** Where each lies in its buffer. */
  starts = new Int32Array(0)
  ends = new Int32Array(0)
  /** The number of its first record among those of all. */
  firsts = new Int32Array(0)
  counts = new Int32Array(0)

  clear(): void {
    this.count = 0
    this.records = 0
    if (this.rows.length > keptPiecesMax) this.#resize(0)
  }

  add(row: number, { start, end, count }: RecordCursor): void {
    const piece = this.count
    if (piece === this.rows.length) this.#resize(Math.max(64, piece * 2))
    this.rows[piece] = row
    this.starts[piece] = start
    this.ends[piece] = end
    this.firsts[piece] = this.records
    this.counts[piece] = count
    this.records += count
    this.count += 1
  }

  #resize(length: number): void {
    this.rows = resized(Float64Array, this.rows, length)
    this.starts = resized(Int32Array, this.starts, length)
    this.ends = resized(Int32Array, this.ends, length)
    this.firsts = resized(Int32Array, this.firsts, length)
    this.counts = resized(Int32Array, this.counts, length)
  }
}

function resized<T extends Float64Array | Int32Array>(
  type: new (length: number) => T,
  from: T,
  length: number,
): T {
  const to = new type(length)
  if (length > 0) to.set(from)
  return to
}

const keptPiecesMax = 16 * 1024

/** Used up before anybody asks for others: all logs share them. */
const takenPieces = new Pieces()

/** Copied in one go at most: the processor's cache has it still when it is looked at where its records are. */
const runBytesMax = 128 * 1024
/** Smaller ones are left to those who keep them: to make and free a buffer for each costs more than to fill it. */
const pooledBytesMin = 16 * 1024

/**
 * Copies pieces to one page, those that stand side by side in memory with one call, whatever their shards: those of a thousand shards
 * stand so, and a call for each cost more than its bytes. Its records are in the order that was asked for. Undefined when one is sealed.
 */
function pageOf(
  pool: BufferPool,
  hot: HotBatches,
  pieces: Pieces,
  dataBytes: number,
): LogPage | undefined {
  const order = writtenOrder(pieces)
  const runs = runsOf(hot, pieces, order)
  const sizeBytes = runs.reduce((sum, run) => sum + run.end - run.start, 0)
  const bytes = sizeBytes < pooledBytesMin ? recordMemory(sizeBytes) : pool.take(sizeBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const starts = new Uint32Array(pieces.records)
  const ends = new Uint32Array(pieces.records)
  let isPlain = true
  let at = 0
  let next = 0
  for (const { buffer, start, end, pieces: count } of runs) {
    buffer.copy(bytes, at, start, end)
    for (const last = next + count; next < last; next += 1) {
      const piece = order ? order[next]! : next
      const from = at + pieces.starts[piece]! - start
      const records = pieces.counts[piece]!
      isPlain = placeRecords(view, from, records, starts, ends, pieces.firsts[piece]!) && isPlain
    }
    at += end - start
  }
  const release = () => pool.give(bytes)
  if (isPlain) return { bytes, starts, ends, dataBytes, release }
  release()
  return undefined
}

/** Bytes that are copied with one call. */
interface Run {
  readonly buffer: Buffer
  readonly start: number
  end: number
  pieces: number
}

function runsOf(hot: HotBatches, pieces: Pieces, order: Int32Array | undefined): readonly Run[] {
  const runs: Run[] = []
  let run: Run | undefined
  let runBuffer = -1
  for (let index = 0; index < pieces.count; index += 1) {
    const piece = order ? order[index]! : index
    const start = pieces.starts[piece]!
    const end = pieces.ends[piece]!
    const row = pieces.rows[piece]!
    const buffer = hot.bufferNumberOf(row)
    const isNext =
      run &&
      buffer === runBuffer &&
      start >= run.end &&
      start <= run.end + batchHeaderBytes &&
      end - run.start <= runBytesMax
    if (run && isNext) {
      run.end = end
      run.pieces += 1
    } else {
      run = { buffer: hot.bufferOf(row), start, end, pieces: 1 }
      runBuffer = buffer
      runs.push(run)
    }
  }
  return runs
}

/** Where more than so many batches were passed by for each that was taken few stand side by side. */
const passedByMax = 8
let slots = new Int32Array(0)

/** The pieces in the order in which they were written; undefined when that is the order that they have, or would gain nothing. */
function writtenOrder({ rows, count }: Pieces): Int32Array | undefined {
  let least = rows[0]!
  let most = rows[0]!
  let isOrdered = true
  for (let piece = 1; piece < count; piece += 1) {
    const row = rows[piece]!
    if (row <= rows[piece - 1]!) isOrdered = false
    if (row < least) least = row
    else if (row > most) most = row
  }
  const length = most - least + 1
  if (isOrdered || length > count * passedByMax) return undefined
  if (slots.length < length) slots = new Int32Array(length)
  else slots.fill(0, 0, length)
  for (let piece = 0; piece < count; piece += 1) slots[rows[piece]! - least] = piece + 1
  const order = new Int32Array(count)
  let placed = 0
  for (let slot = 0; slot < length; slot += 1) {
    const piece = slots[slot]! - 1
    if (piece < 0) continue
    order[placed] = piece
    placed += 1
  }
  // Less when a shard was named twice.
  return placed === count ? order : undefined
}
