import { BufferPool } from '#kit'
import { type LogPage, type LogRecord, type ReadInput, sealedOverheadBytes } from '../stream-log.ts'
import { diskError } from './files.ts'
import { LogPages } from './log-pages.ts'
import type { LogParts, LogState } from './log-state.ts'
import { walkSegment, type WalkInput } from './read-segment.ts'
import {
  batchHeaderBytes,
  dataBytesAt,
  isSealedAt,
  readRecord,
  skipRecord,
  type BatchHeader,
} from './segment-format.ts'
import { lastAtMost, type SegmentIndex, type ShardIndex } from './segment-index.ts'
import type { LogWriter } from './log-writer.ts'
import { startOf, type Segment, type SegmentStart } from './segment.ts'

/** Of pages that were let go, for those that are read next. */
const pageBuffers = new BufferPool(16 * 1024 * 1024)

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

  async read(position: number, input: ReadInput): Promise<readonly LogRecord[]> {
    const records: LogRecord[] = []
    await this.#visit(position, input, Buffer.allocUnsafe, (batch, buffer, at, sequence) => {
      const { partitionKey, data, explicitHashKey, isSealed } = readRecord(buffer, at)
      // Made in one piece: copies of what was read took longer than the reading.
      const { arrivalMs } = batch
      const plain = { partitionKey, data, sequence: BigInt(sequence), arrivalMs }
      const isPlain = explicitHashKey === undefined && !isSealed
      records.push(isPlain ? plain : { ...plain, explicitHashKey, isSealed })
    })
    return records
  }

  /** Undefined when one of the records is sealed. */
  async readPages(position: number, input: ReadInput): Promise<readonly LogPage[] | undefined> {
    const pages = new LogPages(pageBuffers)
    const allocate = (sizeBytes: number) => pageBuffers.take(sizeBytes)
    await this.#visit(position, input, allocate, (batch, buffer, at, sequence) =>
      pages.add(batch, buffer, at, sequence),
    )
    return pages.end()
  }

  /** Visits the records that are asked for, by where they begin in what was read. */
  async #visit(
    position: number,
    input: ReadInput,
    allocate: WalkInput['allocate'],
    visitRecord: (batch: BatchHeader, buffer: Buffer, at: number, sequence: number) => void,
  ): Promise<void> {
    const tip = this.#state.shards[position]!.sequence
    let after = Number(input.after)
    if (after >= tip) return
    let leftBytes = input.limitBytes
    let leftRecords = input.limitRecords
    const isFull = () => leftRecords <= 0 || leftBytes <= 0
    const visit: WalkInput['visit'] = (batch, buffer, start) => {
      const end = batch.sequence + batch.count
      let at = start + batchHeaderBytes
      let sequence = batch.sequence
      for (; sequence <= after && sequence < end; sequence += 1) at = skipRecord(buffer, at)
      for (; sequence < end && !isFull(); sequence += 1) {
        const sizeBytes =
          dataBytesAt(buffer, at) - (isSealedAt(buffer, at) ? sealedOverheadBytes : 0)
        const isTooMuch = leftRecords < input.limitRecords && sizeBytes > leftBytes
        leftBytes = isTooMuch ? 0 : leftBytes - sizeBytes
        if (isTooMuch) break
        leftRecords -= 1
        visitRecord(batch, buffer, at, sequence)
        after = sequence
        at = skipRecord(buffer, at)
      }
      return !isFull()
    }
    const wantedBytes = Math.min(input.limitBytes, input.limitRecords * recordBytesGuess)
    const entryOf = (index: ShardIndex) => lastAtMost(index.sequences, after + 1)
    await this.#untilUndisturbed(async () => {
      for (const segment of await this.#from(
        ({ sequences }) => (sequences[position] ?? 0) <= after,
      )) {
        await this.#walk(segment, position, entryOf, { wantedBytes, allocate, visit })
        if (isFull() || after >= tip) break
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
    if (this.#state.segments.some(({ number }) => number === segment.number)) {
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
    const { files, handles, indexes, tail } = this.#parts
    try {
      const whole = await indexes.of(segment)
      this.#askForGrouping(segment, whole)
      const index = whole.shards.get(position)
      if (!index) return
      const { salt } = await startOf(files, handles, segment)
      const entry = Math.max(0, entryOf(index))
      const where = { files, handles, tail, segment, salt, shard: position, index, entry }
      await walkSegment({ ...where, ...how })
    } catch (error) {
      this.#explain(error, segment)
    }
  }

  #askForGrouping(segment: Segment, index: SegmentIndex): void {
    if (segment === this.#state.segments.at(-1)) return
    const job = { segment, state: this.#state, parts: this.#parts, writer: this.#writer }
    this.#parts.grouping.request(job, index)
  }
}

/** The segment's file is gone because a grouped one has taken its place. */
class SegmentReplaced extends Error {}
