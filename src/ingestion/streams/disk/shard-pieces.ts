import type { LogParts } from './log-state.ts'
import type { ShardEntries } from './segment-index.ts'
import { startOf, type Segment } from './segment.ts'

/** What is read at once, but for an entry of the index that is larger. */
export const lotBytesMax = 1024 * 1024
const lotPiecesMax = 1024
export const lotSegmentsMax = 32
/** Bytes of others that are rather read than left out. */
const gapBytesMax = 4 * 1024

/** Pieces of segments, in their order, that are read at once. */
export class PieceLot {
  sizeBytes = 0
  count = 0
  readonly segments: Segment[] = []
  readonly salts: number[] = []
  /** Of each piece: which of the segments, where it begins there, and where it ends. */
  readonly #numbers: number[] = []

  /** What the segment that was added last has from `start`, which is behind that of the piece before, to `end`. */
  add(start: number, end: number): void {
    const numbers = this.#numbers
    const source = this.segments.length - 1
    const at = numbers.length - 3
    if (at >= 0 && numbers[at] === source && start <= numbers[at + 2]! + gapBytesMax) {
      const added = Math.max(0, end - numbers[at + 2]!)
      this.sizeBytes += added
      numbers[at + 2]! += added
      return
    }
    numbers.push(source, start, end)
    this.sizeBytes += end - start
    this.count += 1
  }

  addSegment(segment: Segment, salt: number): void {
    this.segments.push(segment)
    this.salts.push(salt)
  }

  sourceOf(piece: number): number {
    return this.#numbers[piece * 3]!
  }

  startOf(piece: number): number {
    return this.#numbers[piece * 3 + 1]!
  }

  endOf(piece: number): number {
    return this.#numbers[piece * 3 + 2]!
  }

  get isFull(): boolean {
    return this.sizeBytes >= lotBytesMax || this.count >= lotPiecesMax
  }
}

interface Source {
  readonly segment: Segment
  readonly salt: number
  readonly index: ShardEntries
  /**
   * The index may grow while a reader waits, and the last entry with it: what comes after the entries that were there when the reader came
   * is for the next read, or a batch that joined the last one would be passed over.
   */
  readonly entries: number
}

/** How much a reader hopes for. */
export interface Wanted {
  /** The last record. */
  readonly sequence: number
  readonly bytes: number
}

/** Finds through the indexes of segments where one shard has what is to be read, with nothing between that is of others if it can be. */
export class ShardPieces {
  readonly #parts: LogParts
  readonly #segments: readonly Segment[]
  readonly #shard: number
  readonly #entryOf: (index: ShardEntries) => number
  #nextSegment = 0
  #source: Source | undefined
  #entry = 0

  /** `shard`: its position in the log. `entryOf`: where to begin in a segment. */
  constructor(
    parts: LogParts,
    segments: readonly Segment[],
    shard: number,
    entryOf: (index: ShardEntries) => number,
  ) {
    this.#parts = parts
    this.#segments = segments
    this.#shard = shard
    this.#entryOf = entryOf
  }

  /** At least one entry of an index; without pieces when there are no more. `explain` is told what went wrong with a segment: it is passed over if that returns. */
  async next(
    wanted: Wanted,
    explain: (error: unknown, segment: Segment) => void,
  ): Promise<PieceLot> {
    const lot = new PieceLot()
    while (!lot.isFull && lot.segments.length < lotSegmentsMax) {
      if (!this.#source) {
        const segment = this.#segments[this.#nextSegment]
        if (!segment) break
        this.#nextSegment += 1
        try {
          this.#source = await this.#open(segment)
        } catch (error) {
          explain(error, segment)
        }
        continue
      }
      if (!this.#take(lot, this.#source, wanted)) break
      this.#source = undefined
    }
    return lot
  }

  /** Undefined when the segment has nothing of the shard. */
  async #open(segment: Segment): Promise<Source | undefined> {
    const { files, handles, indexes } = this.#parts
    const index = (await indexes.of(segment)).entriesOf(this.#shard)
    if (!index) return undefined
    const { salt } = segment.start ?? (await startOf(files, handles, segment))
    this.#entry = Math.max(0, this.#entryOf(index))
    return { segment, salt, index, entries: index.count }
  }

  /** False when the lot has enough, true when the segment has no more. */
  #take(lot: PieceLot, { segment, salt, index, entries }: Source, wanted: Wanted): boolean {
    const bytesMax = Math.min(lotBytesMax, wanted.bytes)
    if (this.#entry < entries) lot.addSegment(segment, salt)
    for (; this.#entry < entries; this.#entry += 1) {
      const hasEnough = index.sequenceOf(this.#entry) > wanted.sequence || lot.sizeBytes >= bytesMax
      if (lot.isFull || (hasEnough && lot.count > 0)) return false
      lot.add(index.offsetOf(this.#entry), index.endOf(this.#entry))
    }
    return true
  }
}
