import type { LogParts } from './log-state.ts'
import type { ShardEntries } from './segment-index.ts'
import { startOf, type Segment } from './segment.ts'
import { lotBytesMax, lotSegmentsMax, PieceLot } from './shard-pieces.ts'

/** Entries of indexes that one lot has: with what lies between their pieces it is no more than some MiB. */
const entriesMax = 1024

/** What a lot has of one shard when it was read. */
export interface SpanInLot {
  /** Of the span among those that were asked for. */
  readonly place: number
  readonly position: number
  readonly after: number
  /** All that is kept behind `after` up to here is there. */
  readonly through: number
}

/** How much is hoped for of all shards. */
interface LotLimits {
  readonly records: number
  readonly bytes: number
}

/** What is wanted of a shard: what is behind one record up to another, which was there when the segments were. */
interface WantedOfShard {
  readonly after: number
  readonly until: number
  /** Not much more than so many, and more than none. */
  readonly bytes?: number
}

interface Source {
  readonly segment: Segment
  readonly salt: number
  readonly index: { entriesOf(shard: number): ShardEntries | undefined }
  /** Where pieces begin, times `entriesMax`, and the number of each: numbers are sorted without an object for any. */
  readonly starts: number[]
}

/**
 * Where many shards have what is to be read of them at once. Pieces are read in the order of the files, whatever their shards: what groups
 * gave to shards side by side is read as one.
 */
export class SpanLot {
  readonly spans: SpanInLot[] = []
  readonly #parts: LogParts
  readonly #segments: readonly Segment[]
  readonly #bytesMax: number
  /** Those with pieces, by their places among the segments. */
  readonly #sources = new Map<number, Source>()
  readonly #ends: number[] = []
  #leftRecords: number
  #sizeBytes = 0
  /** The segment that was looked at last. */
  visited: Segment | undefined

  constructor(parts: LogParts, segments: readonly Segment[], { records, bytes }: LotLimits) {
    this.#parts = parts
    this.#segments = segments
    this.#leftRecords = records
    this.#bytesMax = Math.min(lotBytesMax, bytes)
  }

  /**
   * Adds what a shard has: as much as there is room for, and one entry of an index if it is the first. False when that is not all. An error
   * is that of the segment `visited`.
   */
  async add(place: number, position: number, wanted: WantedOfShard): Promise<boolean> {
    const { after, until } = wanted
    let through = until
    const first = await this.#firstSegment(position, after)
    const endBytes = this.#sizeBytes + (wanted.bytes ?? Infinity)
    for (let at = first; at < this.#segments.length && through === until; at += 1) {
      const source = this.#sources.get(at) ?? (await this.#open(this.#segments[at]!))
      const index = source.index.entriesOf(position)
      if (!index) continue
      const last = this.#take(source, index, wanted, endBytes)
      if (source.starts.length > 0) this.#sources.set(at, source)
      if (last === 'all') break
      if (last !== 'segment') through = last
    }
    if (through > after) {
      this.spans.push({ place, position, after, through })
      this.#leftRecords -= through - after
    }
    return through === until
  }

  /** 'all' when nothing behind it is wanted, 'segment' when something may be; or the last sequence that there was room for. */
  #take(
    source: Source,
    index: ShardEntries,
    { after, until }: WantedOfShard,
    endBytes: number,
  ): number | 'all' | 'segment' {
    const { starts } = source
    for (let entry = Math.max(0, index.lastFrom(after + 1)); entry < index.count; entry += 1) {
      const before = index.sequenceOf(entry) - 1
      if (before >= until) return 'all'
      const isNew = starts.length === 0 && this.#sources.size === lotSegmentsMax
      const hasEnough = this.isFull || before - after >= this.#leftRecords
      if (isNew || this.#sizeBytes >= endBytes || (hasEnough && this.#ends.length > 0))
        return before
      const start = index.offsetOf(entry)
      const end = index.endOf(entry)
      starts.push(start * entriesMax + this.#ends.length)
      this.#ends.push(end)
      this.#sizeBytes += end - start
    }
    return 'segment'
  }

  /** There is no room for further shards. */
  get isFull(): boolean {
    return (
      this.#ends.length === entriesMax ||
      this.#sizeBytes >= this.#bytesMax ||
      this.#leftRecords <= 0
    )
  }

  /** The last that began with no more than this record; the oldest if none did. */
  async #firstSegment(position: number, after: number): Promise<number> {
    const { files, handles } = this.#parts
    let low = 0
    let high = this.#segments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const segment = this.#segments[middle]!
      this.visited = segment
      const start = segment.start ?? (await startOf(files, handles, segment))
      if ((start.sequences[position] ?? 0) <= after) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  async #open(segment: Segment): Promise<Source> {
    const { files, handles, indexes } = this.#parts
    this.visited = segment
    const index = await indexes.of(segment)
    const { salt } = segment.start ?? (await startOf(files, handles, segment))
    return { segment, salt, index, starts: [] }
  }

  pieces(): PieceLot {
    const lot = new PieceLot()
    for (const at of [...this.#sources.keys()].toSorted((left, right) => left - right)) {
      const { segment, salt, starts } = this.#sources.get(at)!
      lot.addSegment(segment, salt)
      for (const start of Float64Array.from(starts).sort()) {
        lot.add(Math.floor(start / entriesMax), this.#ends[start % entriesMax]!)
      }
    }
    return lot
  }
}
