import { type LogPage, type LogRecord, type ReadInput, sealedOverheadBytes } from '../stream-log.ts'
import { diskError } from './files.ts'
import type { LogParts, LogState } from './log-state.ts'
import { walkSegment, type WalkInput } from './read-segment.ts'
import {
  batchHeaderBytes,
  dataBytesAt,
  dataStartAt,
  isSealedAt,
  readRecord,
  skipRecord,
  type BatchHeader,
} from './segment-format.ts'
import { lastAtMost, type SegmentIndex, type ShardIndex } from './segment-index.ts'
import type { LogWriter } from './log-writer.ts'
import { startOf, type Segment, type SegmentStart } from './segment.ts'

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
    for (const { batch, buffer, sequence, places } of await this.#find(position, input)) {
      const { arrivalMs } = batch
      for (let index = 0; index < places.length; index += 1) {
        const { partitionKey, data, explicitHashKey, isSealed } = readRecord(buffer, places[index]!)
        // Made in one piece: copies of what was read took longer than the reading.
        const plain = { partitionKey, data, sequence: BigInt(sequence + index), arrivalMs }
        const isPlain = explicitHashKey === undefined && !isSealed
        records.push(isPlain ? plain : { ...plain, explicitHashKey, isSealed })
      }
    }
    return records
  }

  /** Undefined when one of the records is sealed. */
  async readPages(position: number, input: ReadInput): Promise<readonly LogPage[] | undefined> {
    const found = await this.#find(position, input)
    const pages: LogPage[] = []
    for (let first = 0; first < found.length;) {
      const next = endOfPage(found, first)
      const page = pageOf(found.slice(first, next))
      if (!page) return undefined
      pages.push(page)
      first = next
    }
    return pages
  }

  /** The places of the records that are asked for, batch after batch. */
  async #find(position: number, input: ReadInput): Promise<readonly FoundRecords[]> {
    const tip = this.#state.shards[position]!.sequence
    const found: FoundRecords[] = []
    let after = Number(input.after)
    if (after >= tip) return found
    let leftBytes = input.limitBytes
    let leftRecords = input.limitRecords
    const isFull = () => leftRecords <= 0 || leftBytes <= 0
    const visit: WalkInput['visit'] = (batch, buffer, start) => {
      const end = batch.sequence + batch.count
      let at = start + batchHeaderBytes
      let sequence = batch.sequence
      for (; sequence <= after && sequence < end; sequence += 1) at = skipRecord(buffer, at)
      const places: number[] = []
      const first = sequence
      for (; sequence < end && !isFull(); sequence += 1) {
        const sizeBytes =
          dataBytesAt(buffer, at) - (isSealedAt(buffer, at) ? sealedOverheadBytes : 0)
        const isTooMuch = leftRecords < input.limitRecords && sizeBytes > leftBytes
        leftBytes = isTooMuch ? 0 : leftBytes - sizeBytes
        if (isTooMuch) break
        leftRecords -= 1
        places.push(at)
        after = sequence
        at = skipRecord(buffer, at)
      }
      if (places.length > 0) found.push({ batch, buffer, sequence: first, places })
      return !isFull()
    }
    const wantedBytes = Math.min(input.limitBytes, input.limitRecords * recordBytesGuess)
    const entryOf = (index: ShardIndex) => lastAtMost(index.sequences, after + 1)
    await this.#untilUndisturbed(async () => {
      for (const segment of await this.#from(
        ({ sequences }) => (sequences[position] ?? 0) <= after,
      )) {
        await this.#walk(segment, position, entryOf, wantedBytes, visit)
        if (isFull() || after >= tip) break
      }
    })
    return found
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
        await this.#walk(segment, position, entryOf, 0, (batch) => {
          isFound = batch.arrivalMs >= timeMs
          result = isFound ? batch.sequence - 1 : batch.sequence + batch.count - 1
          return !isFound
        })
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
    wantedBytes: number,
    visit: WalkInput['visit'],
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
      await walkSegment({ ...where, wantedBytes, visit })
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

/** Records of one batch that follow one another. */
interface FoundRecords {
  readonly batch: BatchHeader
  /** What was read, the batch in it. */
  readonly buffer: Buffer
  /** Of the first. */
  readonly sequence: number
  /** Where each begins. */
  readonly places: readonly number[]
}

/** Batches that stand side by side make one page: those of single records would cost more than they hold. */
function endOfPage(found: readonly FoundRecords[], first: number): number {
  let next = first + 1
  for (; next < found.length; next += 1) {
    const { buffer, places } = found[next - 1]!
    const end = skipRecord(buffer, places.at(-1)!)
    const { buffer: other, places: others } = found[next]!
    if (other !== buffer || others[0] !== end + batchHeaderBytes) break
  }
  return next
}

/** Undefined when a record is sealed. */
function pageOf(found: readonly FoundRecords[]): LogPage | undefined {
  const { batch, buffer, sequence } = found[0]!
  const count = found.reduce((sum, { places }) => sum + places.length, 0)
  const starts = new Uint32Array(count)
  const ends = new Uint32Array(count)
  let dataBytes = 0
  let index = 0
  for (const { places } of found) {
    for (const at of places) {
      if (isSealedAt(buffer, at)) return undefined
      const start = dataStartAt(buffer, at)
      const sizeBytes = dataBytesAt(buffer, at)
      starts[index] = start
      ends[index] = start + sizeBytes
      dataBytes += sizeBytes
      index += 1
    }
  }
  const { arrivalMs } = batch
  return { bytes: buffer, starts, ends, sequence: BigInt(sequence), arrivalMs, dataBytes }
}

/** The segment's file is gone because a grouped one has taken its place. */
class SegmentReplaced extends Error {}
