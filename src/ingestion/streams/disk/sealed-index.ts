import { crc32 } from 'node:zlib'
import { lastAtMost, type SegmentIndex, type ShardEntries } from './segment-index.ts'

/*
 * The side file of a sealed segment: magic 8 | crc u32 | shards u32 | segment size f64 | entries u32 | order of bytes u32 | columns.
 * Columns by shard: sequence f64… and arrival f64… of the first entry, position u32…, number of the first entry u32… (and one behind the last).
 * Columns by entry, those of a shard together: offset u32…, end u32…, sequence u32…, arrival u32…; the last two count from the
 * shard's first. It can always be made again from the segment, so it is written without waiting for the disk, and a damaged
 * one is ignored, as is one of a machine with another order of bytes.
 */
const magic = Buffer.from('BHIDX\0\0\x02', 'latin1')
const headerBytes = 32
const orderMark = 0x0102_0304
/** Stands for what is as great or greater. A time is so only made later, which leads a reader to an entry before. */
const greatest = 2 ** 32 - 1

/** Where the batches of each shard are in a sealed segment, in the bytes of its side file: 16 for each entry. */
export class SealedIndex {
  readonly bytes: Buffer
  readonly entries: number
  readonly #positions: Uint32Array
  readonly #firsts: Uint32Array
  readonly #sequences: Float64Array
  readonly #arrivals: Float64Array
  readonly #columns: EntryColumns

  constructor(bytes: Buffer) {
    const shards = bytes.readUInt32LE(12)
    const entries = bytes.readUInt32LE(24)
    const { buffer, byteOffset } = bytes
    const places = placesOf(shards, entries)
    const words = (place: number, length: number) =>
      new Uint32Array(buffer, byteOffset + place, length)
    const numbers = (place: number) => new Float64Array(buffer, byteOffset + place, shards)
    this.bytes = bytes
    this.entries = entries
    this.#positions = words(places.positions, shards)
    this.#firsts = words(places.firsts, shards + 1)
    this.#sequences = numbers(places.sequences)
    this.#arrivals = numbers(places.arrivals)
    const column = (index: number) => words(places.columns + index * entries * 4, entries)
    this.#columns = {
      offsets: column(0),
      ends: column(1),
      sequences: column(2),
      arrivals: column(3),
    }
  }

  /** Undefined when the segment has nothing of the shard. */
  entriesOf(shard: number): ShardEntries | undefined {
    const row = lastAtMost(this.#positions, shard)
    if (row < 0 || this.#positions[row] !== shard) return undefined
    const first = this.#firsts[row]!
    return new SealedEntries(this.#columns, {
      first,
      count: this.#firsts[row + 1]! - first,
      sequence: this.#sequences[row]!,
      arrivalMs: this.#arrivals[row]!,
    })
  }
}

interface EntryColumns {
  readonly offsets: Uint32Array
  readonly ends: Uint32Array
  readonly sequences: Uint32Array
  readonly arrivals: Uint32Array
}

interface ShardRow {
  /** Its first entry, and how many it has. */
  readonly first: number
  readonly count: number
  /** Of the first. */
  readonly sequence: number
  readonly arrivalMs: number
}

class SealedEntries implements ShardEntries {
  readonly count: number
  readonly #columns: EntryColumns
  readonly #row: ShardRow

  constructor(columns: EntryColumns, row: ShardRow) {
    this.count = row.count
    this.#columns = columns
    this.#row = row
  }

  offsetOf(entry: number): number {
    return this.#columns.offsets[this.#row.first + entry]!
  }

  endOf(entry: number): number {
    return this.#columns.ends[this.#row.first + entry]!
  }

  sequenceOf(entry: number): number {
    return this.#row.sequence + this.#columns.sequences[this.#row.first + entry]!
  }

  lastFrom(sequence: number): number {
    return this.#lastAtMost(this.#columns.sequences, sequence - this.#row.sequence)
  }

  lastBefore(timeMs: number): number {
    // The greatest stands for what may be greater.
    const ms = Math.min(timeMs - 1 - this.#row.arrivalMs, greatest - 1)
    return this.#lastAtMost(this.#columns.arrivals, ms)
  }

  #lastAtMost(values: Uint32Array, value: number): number {
    const { first, count } = this.#row
    return lastAtMost(values, value, first, first + count) - first
  }
}

function placesOf(shards: number, entries: number) {
  // At a multiple of eight.
  const sequences = headerBytes
  const arrivals = sequences + shards * 8
  const positions = arrivals + shards * 8
  const firsts = positions + shards * 4
  const columns = firsts + (shards + 1) * 4
  return { sequences, arrivals, positions, firsts, columns, end: columns + entries * 16 }
}

/** The index of a segment that is written to no more and has so many bytes. */
export function sealIndex(index: SegmentIndex, segmentBytes: number): SealedIndex {
  const shards = index.shardCount
  const { entries } = index
  const places = placesOf(shards, entries)
  const bytes = Buffer.from(new ArrayBuffer(places.end))
  const { buffer } = bytes
  magic.copy(bytes, 0)
  bytes.writeUInt32LE(shards, 12)
  bytes.writeDoubleLE(segmentBytes, 16)
  bytes.writeUInt32LE(entries, 24)
  new Uint32Array(buffer, 28, 1)[0] = orderMark
  const positions = new Uint32Array(buffer, places.positions, shards)
  const firsts = new Uint32Array(buffer, places.firsts, shards + 1)
  const sequences = new Float64Array(buffer, places.sequences, shards)
  const arrivals = new Float64Array(buffer, places.arrivals, shards)
  const columns = new Uint32Array(buffer, places.columns, entries * 4)
  const next = new Uint32Array(shards)
  let begun = 0
  index.visit(
    (shard, count) => {
      positions[begun] = shard
      next[begun] = firsts[begun]!
      firsts[begun + 1] = next[begun]! + count
      begun += 1
    },
    (row, offset, end, sequence, arrivalMs) => {
      const at = next[row]!
      next[row] = at + 1
      if (at === firsts[row]) {
        sequences[row] = sequence
        arrivals[row] = arrivalMs
      }
      columns[at] = offset
      columns[at + entries] = end
      columns[at + entries * 2] = sequence - sequences[row]!
      columns[at + entries * 3] = Math.min(arrivalMs - arrivals[row]!, greatest)
    },
  )
  bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8)
  return new SealedIndex(bytes)
}

/** What a side file holds; undefined when it is damaged, or was made for a segment of another size. */
export function decodeIndex(bytes: Buffer, segmentBytes: number): SealedIndex | undefined {
  if (bytes.byteLength < headerBytes || magic.compare(bytes, 0, 8) !== 0) return undefined
  if (crc32(bytes.subarray(12)) !== bytes.readUInt32LE(8)) return undefined
  if (bytes.readDoubleLE(16) !== segmentBytes) return undefined
  const inOrder = new Uint32Array(bytes.buffer, bytes.byteOffset + 28, 1)[0] === orderMark
  return inOrder ? new SealedIndex(bytes) : undefined
}
