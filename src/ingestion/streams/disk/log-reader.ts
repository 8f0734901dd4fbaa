import { BufferPool } from '#kit'
import type { LogRecord, ReadInput } from '../stream-log.ts'
import { diskError } from './files.ts'
import { hotPages, type ReadSpans } from './hot-pages.ts'
import { hotRecords } from './hot-read.ts'
import { LogPages } from './log-pages.ts'
import type { CountedRecords } from './shard-count.ts'
import type { LogParts, LogSpans, LogState } from './log-state.ts'
import { walkSegment, type WalkInput } from './read-segment.ts'
import { recordMemory } from './record-memory.ts'
import { RecordCursor, type CursorInput } from './record-cursor.ts'
import { addRecords, type BatchHeader } from './segment-format.ts'
import { lastAtMost, type SegmentIndex, type ShardIndex } from './segment-index.ts'
import type { LogWriter } from './log-writer.ts'
import { covers, startOf, type Segment, type SegmentStart } from './segment.ts'

/** Of pages that were let go, for those that are read next. */
const pageBuffers = new BufferPool(16 * 1024 * 1024)

export type PageLimits = Pick<CursorInput, 'limitRecords' | 'limitBytes'>

/** About what a record takes, to guess how much a reader with a small limit needs. */
const recordBytesGuess = 2048

/**
 * Reads a log while it is written to and freed: it takes the list of segments and the shard's tip once, and nothing
 * past either. A segment that is freed under it counts as if it had been freed before.
 */
export class LogReader {
  readonly #state: LogState
  readonly #parts: LogParts
  readonly #writer: LogWriter

  constructor(state: LogState, parts: LogParts, writer: LogWriter) {
    this.#state = state
    this.#parts = parts
    this.#writer = writer
  }

  /** A promise only when something must be waited for. */
  read(position: number, input: ReadInput): readonly LogRecord[] | Promise<readonly LogRecord[]> {
    const cursor = new RecordCursor(input)
    if (cursor.after >= this.#state.shards[position]!.sequence) return []
    const hot = hotRecords(this.#state, position, cursor)
    return hot ?? this.#readStored(position, input, cursor)
  }

  async #readStored(
    position: number,
    input: ReadInput,
    cursor: RecordCursor,
  ): Promise<readonly LogRecord[]> {
    const records: LogRecord[] = []
    await this.#visit(position, input, cursor, recordMemory, (batch, buffer) =>
      addRecords(records, buffer, cursor.start, cursor, batch.arrivalMs),
    )
    return records
  }

  /** See `StreamLog.readPages`. A promise only when something must be waited for: of one span then. */
  readPages(spans: LogSpans, limits: PageLimits): ReadSpans | Promise<ReadSpans> {
    const hot = hotPages(pageBuffers, this.#state, spans, limits)
    return hot ?? this.#readStoredPages(spans, limits)
  }

  async #readStoredPages({ positions, afters, tos }: LogSpans, limits: PageLimits) {
    const place = afters.findIndex((each, index) => each < tos[index]!)
    const position = positions[place]!
    const after = afters[place]!
    const to = tos[place]!
    const input = { after, ...limits }
    const cursor = new RecordCursor(input, to)
    const pages = new LogPages(pageBuffers)
    const allocate = (sizeBytes: number) => pageBuffers.take(sizeBytes)
    await this.#visit(position, input, cursor, allocate, (_batch, buffer) =>
      pages.add(buffer, cursor),
    )
    // Where nothing was found nothing is left of it.
    const read = afters.with(place, cursor.after === after ? to : cursor.after)
    const isComplete = read.every((each, index) => each >= tos[index]!)
    return { pages: pages.end(), afters: read, isComplete }
  }

  /** What `read` would give up to `until`, counted, whether it is in memory or not. */
  async count(position: number, input: CursorInput, until: number): Promise<CountedRecords> {
    const cursor = new RecordCursor(input, until)
    let records = 0
    let arrivalMs = 0
    const read = new Set<Buffer>()
    const allocate = (sizeBytes: number) => pageBuffers.take(sizeBytes)
    await this.#visit(position, input, cursor, allocate, (batch, buffer) => {
      if (records === 0) arrivalMs = batch.arrivalMs
      records += cursor.count
      read.add(buffer)
    })
    for (const buffer of read) pageBuffers.give(buffer)
    return { records, arrivalMs, dataBytes: cursor.dataBytes, last: cursor.after }
  }

  /** Visits each batch of which the cursor takes something, when it has. */
  async #visit(
    position: number,
    input: PageLimits,
    cursor: RecordCursor,
    allocate: WalkInput['allocate'],
    visitTaken: (batch: BatchHeader, buffer: Buffer) => void,
  ): Promise<void> {
    const tip = this.#state.shards[position]!.sequence
    if (cursor.after >= tip) return
    const visit: WalkInput['visit'] = (batch, buffer, start) => {
      if (cursor.take(batch, buffer, start)) visitTaken(batch, buffer)
      return !cursor.isFull
    }
    const wantedBytes = Math.min(input.limitBytes, input.limitRecords * recordBytesGuess)
    const entryOf = (index: ShardIndex) => lastAtMost(index.sequences, cursor.after + 1)
    await this.#untilUndisturbed(async () => {
      for (const segment of await this.#from(
        ({ sequences }) => (sequences[position] ?? 0) <= cursor.after,
      )) {
        await this.#walk(segment, position, entryOf, { wantedBytes, allocate, visit })
        if (cursor.isFull || cursor.after >= tip) break
      }
    })
  }

  /** The sequence before the first record that arrived at or after `timeMs`. */
  async positionAt(position: number, timeMs: number): Promise<number> {
    const { sequence, arrivalMs } = this.#state.shards[position]!
    if (arrivalMs < timeMs) return sequence
    let result = 0
    const entryOf = (index: ShardIndex) => lastAtMost(index.arrivals, timeMs - 1)
    await this.#untilUndisturbed(async () => {
      const segments = await this.#from(({ arrivals }) => (arrivals[position] ?? 0) < timeMs)
      result = (await this.#startIfKept(segments[0]!))?.sequences[position] ?? 0
      for (const segment of segments) {
        let isFound = false
        const visit: WalkInput['visit'] = (batch) => {
          isFound = batch.arrivalMs >= timeMs
          result = isFound ? batch.sequence - 1 : batch.sequence + batch.count - 1
          return !isFound
        }
        const allocate = Buffer.allocUnsafe
        await this.#walk(segment, position, entryOf, { wantedBytes: 0, allocate, visit })
        if (isFound) break
      }
    })
    return result
  }

  /** The oldest sequence that is kept, 0 when none is. */
  async trimHorizon(position: number): Promise<number> {
    let start: SegmentStart | undefined
    await this.#untilUndisturbed(async () => {
      start = await this.#startIfKept(this.#state.segments[0]!)
    })
    const oldest = (start?.sequences[position] ?? 0) + 1
    return oldest <= this.#state.shards[position]!.sequence ? oldest : 0
  }

  /** Does `work` again, from where it stands, when a segment was grouped under it. */
  async #untilUndisturbed(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof SegmentReplaced)) throw error
      }
    }
  }

  /** What an error means that was met with this segment: nothing when it was freed meanwhile. */
  #explain(error: unknown, segment: Segment): void {
    if (this.#state.segments.includes(segment)) throw diskError(error, segment.path)
    if (this.#state.segments.some((other) => covers(other, segment))) {
      throw new SegmentReplaced()
    }
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
      this.#explain(error, segment)
      return undefined
    }
  }

  /** Visits the shard's batches of a segment, from the entry of its index that `entryOf` names. */
  async #walk(
    segment: Segment,
    position: number,
    entryOf: (index: ShardIndex) => number,
    how: Pick<WalkInput, 'wantedBytes' | 'allocate' | 'visit'>,
  ): Promise<void> {
    const { files, handles, indexes, tail, blocks } = this.#parts
    try {
      const whole = await indexes.of(segment)
      const index = whole.shards.get(position)
      if (!index) return
      const { salt } = await startOf(files, handles, segment)
      const entry = Math.max(0, entryOf(index))
      const where = { files, handles, tail, blocks, segment, salt, shard: position, index, entry }
      this.#count(await walkSegment({ ...where, ...how }), position, segment, whole)
    } catch (error) {
      this.#explain(error, segment)
    }
  }

  #count(fileReads: number, position: number, segment: Segment, index: SegmentIndex): void {
    if (fileReads === 0 || segment === this.#state.segments.at(-1)) return
    const job = { segment, state: this.#state, parts: this.#parts, writer: this.#writer }
    this.#parts.grouping.count({ fileReads, position }, job, index)
  }
}

/** The segment's file is gone because a grouped one has taken its place. */
class SegmentReplaced extends Error {}
