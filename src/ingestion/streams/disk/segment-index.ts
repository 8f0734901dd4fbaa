import { crc32 } from 'node:zlib'

/** An entry leads to every batch of its shard that begins within so many bytes after it. */
export const strideBytes = 64 * 1024

/** Where the batches of one shard are in a segment: sparse, so that its size follows that of the file. */
export interface ShardIndex {
  /** Where each entry's first batch begins; ascending. */
  readonly offsets: number[]
  /** The first sequence of each entry's first batch. */
  readonly sequences: number[]
  /** The arrival of each entry's first batch, epoch milliseconds. */
  readonly arrivals: number[]
  /** Where the last batch that each entry leads to ends. */
  readonly ends: number[]
}

interface OpenShardIndex extends ShardIndex {
  /** The entry that was added last. */
  lastEntry: number
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
  #shardCount = 0
  readonly #gathered = new Map<number, OpenShardIndex>()

  /** How many shards have an entry, and the entries of each: what was given is brought up to date when it is asked for again. */
  readonly shards: { get(shard: number): ShardIndex | undefined; readonly size: number }

  /** With room for so many entries: another segment like the one before will need no more. */
  constructor(entriesLikely = 0) {
    this.#rows = new Float64Array(entriesLikely * numbers)
    this.#before = new Int32Array(entriesLikely)
    const count = () => this.#shardCount
    this.shards = {
      get: (shard) => this.#gather(shard),
      get size() {
        return count()
      },
    }
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
    if (last < 0) this.#shardCount += 1
    this.#before[entry] = last
    this.#last[shard] = entry
    this.entries += 1
  }

  /**
   * Begins each shard that has entries, in their order, which says where the first number of its first entry goes in `into`; those of a
   * column follow each other, and the columns too. The entries are read as they lie in memory: a segment of a thousand shards has tens of
   * thousands, and to look for those of one after the other waits for memory each time.
   */
  writeColumns(into: Float64Array, begin: (shard: number, entries: number) => number): void {
    const shards = new Int32Array(this.entries)
    const places = new Int32Array(this.#last.length)
    const counts = new Int32Array(this.#last.length)
    for (let shard = 0; shard < this.#last.length; shard += 1) {
      let count = 0
      for (let entry = this.#last[shard]!; entry >= 0; entry = this.#before[entry]!) {
        shards[entry] = shard
        count += 1
      }
      if (count === 0) continue
      counts[shard] = count
      places[shard] = begin(shard, count)
    }
    const rows = this.#rows
    for (let entry = 0; entry < this.entries; entry += 1) {
      const shard = shards[entry]!
      const count = counts[shard]!
      const place = places[shard]!
      places[shard] = place + 1
      const at = entry * numbers
      into[place] = rows[at]!
      into[place + count] = rows[at + 2]!
      into[place + count * 2] = rows[at + 3]!
      into[place + count * 3] = rows[at + 1]!
    }
  }

  #gather(shard: number): ShardIndex | undefined {
    const last = this.#last[shard] ?? -1
    if (last < 0) return undefined
    let index = this.#gathered.get(shard)
    if (!index) {
      index = { offsets: [], sequences: [], arrivals: [], ends: [], lastEntry: -1 }
      this.#gathered.set(shard, index)
    }
    const { offsets, sequences, arrivals, ends, lastEntry } = index
    if (lastEntry >= 0) ends[ends.length - 1] = this.#rows[lastEntry * numbers + 1]!
    if (lastEntry === last) return index
    const added: number[] = []
    for (let entry = last; entry !== lastEntry; entry = this.#before[entry]!) added.push(entry)
    for (let entry = added.pop(); entry !== undefined; entry = added.pop()) {
      const at = entry * numbers
      offsets.push(this.#rows[at]!)
      ends.push(this.#rows[at + 1]!)
      sequences.push(this.#rows[at + 2]!)
      arrivals.push(this.#rows[at + 3]!)
    }
    index.lastEntry = last
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

/** The last position whose value is at most `value`; -1 when there is none. `values` is ascending. */
export function lastAtMost(values: readonly number[], value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/*
 * The side file of a sealed segment: magic 8 | crc u32 | shards u32 | segment size f64 | per shard: position u32, entries u32,
 * offsets f64…, sequences f64…, arrivals f64…, ends f64…. It can always be made again from the segment, so it
 * is written without waiting for the disk, and a damaged one is ignored.
 */
const indexMagic = Buffer.from('BHIDX\0\0\x01', 'latin1')
const indexHeaderBytes = 24

export function encodeIndex(index: SegmentIndex, segmentBytes: number): Buffer {
  const buffer = Buffer.alloc(indexHeaderBytes + index.shards.size * 8 + index.entries * 32)
  indexMagic.copy(buffer, 0)
  buffer.writeUInt32LE(index.shards.size, 12)
  buffer.writeDoubleLE(segmentBytes, 16)
  // All numbers stand at multiples of eight.
  const into = new Float64Array(buffer.buffer, buffer.byteOffset, buffer.byteLength / 8)
  let at = indexHeaderBytes
  index.writeColumns(into, (shard, entries) => {
    buffer.writeUInt32LE(shard, at)
    buffer.writeUInt32LE(entries, at + 4)
    const first = (at + 8) / 8
    at += 8 + entries * 32
    return first
  })
  buffer.writeUInt32LE(crc32(buffer.subarray(12)), 8)
  return buffer
}

/** Undefined when it is damaged, or was made for a segment of another size. */
export function decodeIndex(buffer: Buffer, segmentBytes: number): SegmentIndex | undefined {
  if (buffer.byteLength < indexHeaderBytes || indexMagic.compare(buffer, 0, 8) !== 0)
    return undefined
  if (crc32(buffer.subarray(12)) !== buffer.readUInt32LE(8)) return undefined
  if (buffer.readDoubleLE(16) !== segmentBytes) return undefined
  const index = new SegmentIndex()
  let at = indexHeaderBytes
  for (let left = buffer.readUInt32LE(12); left > 0; left -= 1) {
    const shard = buffer.readUInt32LE(at)
    const entries = buffer.readUInt32LE(at + 4)
    at += 8
    for (let entry = 0; entry < entries; entry += 1) {
      const numberAt = (column: number) => buffer.readDoubleLE(at + (column * entries + entry) * 8)
      index.addEntry(shard, numberAt(0), numberAt(3), numberAt(1), numberAt(2))
    }
    at += entries * 32
  }
  return index
}
