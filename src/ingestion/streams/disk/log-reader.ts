import { BufferPool } from '#kit'
import type { LogRecord, ReadInput, SpanPages } from '../stream-log.ts'
import { diskError } from './files.ts'
import { hotPages } from './hot-pages.ts'
import { hotRecords } from './hot-read.ts'
import type { CountBudget, ShardCount } from './shard-count.ts'
import type { LogParts, LogSpans, LogState } from './log-state.ts'
import { readLot, visitLot, type Allocate, type VisitBatch } from './read-pieces.ts'
import { recordMemory } from './record-memory.ts'
import { missing } from './scan.ts'
import { RecordCursor, type CursorInput } from './record-cursor.ts'
import { addRecords, type BatchHeader } from './segment-format.ts'
import type { ShardEntries } from './segment-index.ts'
import { startOf, type Segment, type SegmentStart } from './segment.ts'
import { ShardPieces, type Wanted } from './shard-pieces.ts'
import { SpanReader } from './span-pages.ts'
import { countStored } from './stored-counts.ts'

/** Of pages that were let go, for those that are read next. */
const pageBuffers = new BufferPool(16 * 1024 * 1024)

export type PageLimits = Pick<CursorInput, 'limitRecords' | 'limitBytes'>

/**
 * Reads a log while it is written to and freed: it takes the list of segments and the shard's tip once, and nothing
 * past either. A segment that is freed under it counts as if it had been freed before.
 */
export class LogReader {
  readonly #state: LogState
  readonly #parts: LogParts

  constructor(state: LogState, parts: LogParts) {
    this.#state = state
    this.#parts = parts
  }

  /** A promise only when something must be waited for. */
  read(position: number, input: ReadInput): readonly LogRecord[] | Promise<readonly LogRecord[]> {
    const cursor = new RecordCursor(input)
    if (cursor.after >= this.#state.shards[position]!.sequence) return []
    const hot = hotRecords(this.#state, position, cursor)
    return hot ?? this.#readStored(position, cursor)
  }

  async #readStored(position: number, cursor: RecordCursor): Promise<readonly LogRecord[]> {
    const records: LogRecord[] = []
    await this.#visit(position, cursor, recordMemory, (batch, buffer) =>
      addRecords(records, buffer, cursor.start, cursor, batch.arrivalMs),
    )
    return records
  }

  /** See `StreamLog.readPages`. A promise only when something must be waited for. */
  readPages(
    spans: LogSpans,
    limits: PageLimits,
  ): SpanPages | undefined | Promise<SpanPages | undefined> {
    const hot = hotPages(pageBuffers, this.#state, spans, limits)
    if (hot === 'stored') return this.#readStoredPages(spans, limits)
    return hot === 'sealed' ? undefined : hot
  }

  #readStoredPages(spans: LogSpans, limits: PageLimits): Promise<SpanPages | undefined> {
    const log = { state: this.#state, parts: this.#parts }
    const explain = (error: unknown, segments: readonly Segment[]) => this.#explain(error, segments)
    return new SpanReader(pageBuffers, log, spans, limits, explain).read()
  }

  /** Counts what these shards have, wherever it is. */
  count(counts: readonly ShardCount[], budget: CountBudget): Promise<void> {
    const log = { state: this.#state, parts: this.#parts }
    const explain = (error: unknown, segments: readonly Segment[]) => this.#explain(error, segments)
    return countStored(pageBuffers, log, counts, budget, explain)
  }

  /** Visits each batch of which the cursor takes something, when it has. */
  async #visit(
    position: number,
    cursor: RecordCursor,
    allocate: Allocate,
    visitTaken: (batch: BatchHeader, buffer: Buffer) => void,
  ): Promise<void> {
    const shard = this.#state.shards[position]!
    const tip = shard.sequence
    if (cursor.after >= tip) return
    const isRead = () => cursor.isFull || cursor.after >= tip
    // A batch whose header names another shard would be passed by, and what it has with it.
    const last = () => Math.max(cursor.after, shard.freedSequence)
    const visit: VisitBatch = (batch, buffer, start) => {
      if (batch.sequence > last() + 1) throw missing(shard.shardId, last() + 1)
      if (cursor.take(batch, buffer, start)) visitTaken(batch, buffer)
      return !cursor.isFull
    }
    await this.#walk(position, {
      isBefore: ({ sequences }) => (sequences[position] ?? 0) <= cursor.after,
      entryOf: (index) => index.lastFrom(cursor.after + 1),
      wanted: () => cursor.wanted,
      allocate,
      visit,
      isRead,
    })
    if (!cursor.isFull && last() < tip) throw missing(shard.shardId, last() + 1)
  }

  /** The sequence before the first record that arrived at or after `timeMs`. */
  async positionAt(position: number, timeMs: number): Promise<number> {
    const { sequence, arrivalMs } = this.#state.shards[position]!
    if (arrivalMs < timeMs) return sequence
    let result: number | undefined
    let isFound = false
    const visit: VisitBatch = (batch) => {
      isFound = batch.arrivalMs >= timeMs
      result = isFound ? batch.sequence - 1 : batch.sequence + batch.count - 1
      return !isFound
    }
    const oldest = await this.#walk(position, {
      isBefore: ({ arrivals }) => (arrivals[position] ?? 0) < timeMs,
      entryOf: (index) => index.lastBefore(timeMs),
      wanted: () => nothing,
      allocate: Buffer.allocUnsafe,
      visit,
      isRead: () => isFound,
    })
    return result ?? (await this.#startIfKept(oldest))?.sequences[position] ?? 0
  }

  /** The oldest sequence that is kept, 0 when none is. */
  async trimHorizon(position: number): Promise<number> {
    let start: SegmentStart | undefined
    while (!start) start = await this.#startIfKept(this.#state.segments[0]!)
    const oldest = (start.sequences[position] ?? 0) + 1
    return oldest <= this.#state.shards[position]!.sequence ? oldest : 0
  }

  /** What an error means that was met with these segments: nothing when one was freed meanwhile. */
  #explain(error: unknown, segments: readonly Segment[]): void {
    const { segments: kept, ended } = this.#state
    // Its files were taken away under the reader.
    if (ended) throw ended
    const isFreed = segments.some((segment) => !kept.includes(segment))
    if (!isFreed) throw diskError(error, segments[0]!.path)
  }

  /** The segments from the last one that began in a state that satisfies `test`; all when none does. */
  async #from(test: (start: SegmentStart) => boolean): Promise<readonly Segment[]> {
    const { segments } = this.#state
    let low = 0
    let high = segments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const start = await this.#startIfKept(segments[middle]!)
      // One that was freed meanwhile is older than all that are kept.
      if (!start || test(start)) low = middle + 1
      else high = middle
    }
    return segments.slice(Math.max(0, low - 1))
  }

  async #startIfKept(segment: Segment): Promise<SegmentStart | undefined> {
    try {
      return await startOf(this.#parts.files, this.#parts.handles, segment)
    } catch (error) {
      this.#explain(error, [segment])
      return undefined
    }
  }

  /** Visits the shard's batches in order. Returns the segment where it began. */
  async #walk(position: number, how: Walk): Promise<Segment> {
    for (;;) {
      const segments = await this.#from(how.isBefore)
      if (await this.#walkThrough(segments, position, how)) return segments[0]!
    }
  }

  /** False when segments were freed meanwhile: they count as if they had been freed before. */
  async #walkThrough(segments: readonly Segment[], position: number, how: Walk): Promise<boolean> {
    const pieces = new ShardPieces(this.#parts, segments, position, how.entryOf)
    const explain = (error: unknown, segment: Segment) => this.#explain(error, [segment])
    for (;;) {
      const lot = await pieces.next(how.wanted(), explain)
      if (lot.count === 0) return true
      try {
        const buffer = await readLot(lot, this.#parts, how.allocate)
        visitLot(lot, buffer, position, how.visit)
      } catch (error) {
        this.#explain(error, lot.segments)
        return false
      }
      if (how.isRead()) return true
    }
  }
}

/** How to come by what is wanted of a shard. */
interface Walk {
  /** True for a segment that began before it. */
  readonly isBefore: (start: SegmentStart) => boolean
  readonly entryOf: (index: ShardEntries) => number
  readonly wanted: () => Wanted
  readonly allocate: Allocate
  readonly visit: VisitBatch
  /** Nothing more is wanted. */
  readonly isRead: () => boolean
}

const nothing: Wanted = { sequence: 0, bytes: 0 }
