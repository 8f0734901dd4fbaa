/**
 * An entry leads to every batch of its shard that begins within so many bytes after it. What is of others between them is read too: to read
 * further pieces costs no more than a few KiB do.
 */
export const strideBytes = 4 * 1024

/**
 * Where the batches of one shard are in a segment: sparse, so that its size follows that of the file. That of a segment which is written to
 * grows, but nothing of it moves.
 */
export interface ShardEntries {
  readonly count: number
  /** Where its first batch begins; ascending. */
  offsetOf(entry: number): number
  /** Where the last batch that the entry leads to ends. */
  endOf(entry: number): number
  /** Of its first batch. */
  sequenceOf(entry: number): number
  /** The last entry that begins with no later sequence; -1 when there is none. */
  lastFrom(sequence: number): number
  /** The last entry of which it is sure that it begins before this time, epoch milliseconds; -1 when there is none. */
  lastBefore(timeMs: number): number
}

/** Of a segment that is written to: gathered when somebody reads it. */
class OpenEntries implements ShardEntries {
  readonly offsets: number[] = []
  readonly ends: number[] = []
  readonly sequences: number[] = []
  readonly arrivals: number[] = []
  /** By its number in the segment: the entry that was added last. */
  last = -1

  get count(): number {
    return this.offsets.length
  }

  offsetOf(entry: number): number {
    return this.offsets[entry]!
  }

  endOf(entry: number): number {
    return this.ends[entry]!
  }

  sequenceOf(entry: number): number {
    return this.sequences[entry]!
  }

  lastFrom(sequence: number): number {
    return lastAtMost(this.sequences, sequence)
  }

  lastBefore(timeMs: number): number {
    return lastAtMost(this.arrivals, timeMs - 1)
  }
}

/** Numbers of an entry: where its first batch begins, where its last ends, the sequence and the arrival of the first. */
const numbers = 4

/**
 * The batches of a segment, by the position of their shard in the log. Entries of all shards are noted in the order they come, with no
 * object for any: whoever writes to a thousand shards adds a thousand entries with each group. What is asked for of a shard is gathered when
 * somebody reads it.
 */
export class SegmentIndex {
  entries = 0
  #rows: Float64Array
  /** The entry before it of the same shard; -1 when there is none. */
  #before: Int32Array
  /** By the position of a shard: its last entry, and -1 for none. */
  #last = new Int32Array(0)
  /** How many shards have an entry. */
  shardCount = 0
  readonly #gathered = new Map<number, OpenEntries>()

  /** With room for so many entries: another segment like the one before will need no more. */
  constructor(entriesLikely = 0) {
    this.#rows = new Float64Array(entriesLikely * numbers)
    this.#before = new Int32Array(entriesLikely)
  }

  add(shard: number, offset: number, sizeBytes: number, sequence: number, arrivalMs: number): void {
    const last = shard < this.#last.length ? this.#last[shard]! : -1
    if (last >= 0 && offset < this.#rows[last * numbers]! + strideBytes) {
      this.#rows[last * numbers + 1] = offset + sizeBytes
      return
    }
    this.addEntry(shard, offset, offset + sizeBytes, sequence, arrivalMs)
  }

  /** An entry of its own, whatever lies before it. */
  addEntry(shard: number, offset: number, end: number, sequence: number, arrivalMs: number): void {
    const entry = this.entries
    if (entry === this.#before.length) this.#grow()
    if (shard >= this.#last.length) this.#growShards(shard)
    const at = entry * numbers
    this.#rows[at] = offset
    this.#rows[at + 1] = end
    this.#rows[at + 2] = sequence
    this.#rows[at + 3] = arrivalMs
    const last = this.#last[shard]!
    if (last < 0) this.shardCount += 1
    this.#before[entry] = last
    this.#last[shard] = entry
    this.entries += 1
  }

  /**
   * Begins each shard that has entries, in their order; then visits the entries, with the number that their shard has among those. They are
   * read as they lie in memory: a segment of a thousand shards has tens of thousands, and to look for those of one after the other
   * waits for memory each time.
   */
  visit(
    begin: (shard: number, entries: number) => void,
    each: (row: number, offset: number, end: number, sequence: number, arrivalMs: number) => void,
  ): void {
    const rowOf = new Int32Array(this.entries)
    let row = 0
    for (let shard = 0; shard < this.#last.length; shard += 1) {
      let count = 0
      for (let entry = this.#last[shard]!; entry >= 0; entry = this.#before[entry]!) {
        rowOf[entry] = row
        count += 1
      }
      if (count === 0) continue
      begin(shard, count)
      row += 1
    }
    const rows = this.#rows
    for (let entry = 0; entry < this.entries; entry += 1) {
      const at = entry * numbers
      each(rowOf[entry]!, rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!)
    }
  }

  /** Undefined when the segment has nothing of the shard. What was given is brought up to date when it is asked for again. */
  entriesOf(shard: number): ShardEntries | undefined {
    const last = this.#last[shard] ?? -1
    if (last < 0) return undefined
    const index = this.#gathered.get(shard) ?? new OpenEntries()
    this.#gathered.set(shard, index)
    if (index.last >= 0) index.ends[index.count - 1] = this.#rows[index.last * numbers + 1]!
    if (index.last === last) return index
    const added: number[] = []
    for (let entry = last; entry !== index.last; entry = this.#before[entry]!) added.push(entry)
    for (let entry = added.pop(); entry !== undefined; entry = added.pop()) {
      const at = entry * numbers
      index.offsets.push(this.#rows[at]!)
      index.ends.push(this.#rows[at + 1]!)
      index.sequences.push(this.#rows[at + 2]!)
      index.arrivals.push(this.#rows[at + 3]!)
    }
    index.last = last
    return index
  }

  #grow(): void {
    const [rows, before] = [this.#rows, this.#before]
    const capacity = Math.max(16, before.length * 2)
    this.#rows = new Float64Array(capacity * numbers)
    this.#rows.set(rows)
    this.#before = new Int32Array(capacity)
    this.#before.set(before)
  }

  #growShards(shard: number): void {
    const last = this.#last
    this.#last = new Int32Array(Math.max(shard + 1, last.length * 2)).fill(-1)
    this.#last.set(last)
  }
}

/** The last position, from `from` up to but without `to`, whose value is at most `value`; `from - 1` when there is none. `values` is ascending. */
export function lastAtMost(
  values: ArrayLike<number>,
  value: number,
  from = 0,
  to = values.length,
): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}
