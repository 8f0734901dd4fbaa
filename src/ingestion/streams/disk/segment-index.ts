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

/** The batches of a segment, by the position of their shard in the log. */
export class SegmentIndex {
  readonly shards = new Map<number, ShardIndex>()
  entries = 0

  add(shard: number, offset: number, sizeBytes: number, sequence: number, arrivalMs: number): void {
    let index = this.shards.get(shard)
    if (!index) {
      index = { offsets: [], sequences: [], arrivals: [], ends: [] }
      this.shards.set(shard, index)
    }
    const last = index.offsets.at(-1)
    if (last !== undefined && offset < last + strideBytes) {
      index.ends[index.ends.length - 1] = offset + sizeBytes
      return
    }
    index.offsets.push(offset)
    index.sequences.push(sequence)
    index.arrivals.push(arrivalMs)
    index.ends.push(offset + sizeBytes)
    this.entries += 1
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
  let at = indexHeaderBytes
  for (const [position, shard] of index.shards) {
    buffer.writeUInt32LE(position, at)
    buffer.writeUInt32LE(shard.offsets.length, at + 4)
    at += 8
    for (const values of [shard.offsets, shard.sequences, shard.arrivals, shard.ends]) {
      for (const value of values) at = buffer.writeDoubleLE(value, at)
    }
  }
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
  const numbers = (count: number): number[] => {
    const values: number[] = []
    for (let left = count; left > 0; left -= 1, at += 8) values.push(buffer.readDoubleLE(at))
    return values
  }
  for (let left = buffer.readUInt32LE(12); left > 0; left -= 1) {
    const position = buffer.readUInt32LE(at)
    const count = buffer.readUInt32LE(at + 4)
    at += 8
    index.shards.set(position, {
      offsets: numbers(count),
      sequences: numbers(count),
      arrivals: numbers(count),
      ends: numbers(count),
    })
    index.entries += count
  }
  return index
}
