import type { BatchTable } from './batch-table.ts'
import { batchHeaderBytes } from './segment-format.ts'

/** Numbers of a row, by their places in it. */
const shard = 0
const sequence = 1
const count = 2
const arrivalMs = 3
const dataBytes = 4
const buffer = 5
const start = 6
const end = 7
const next = 8
const before = 9
const back = 10
const markedRecord = 11
const markedPlace = 12
const stride = 13
const rowBytes = stride * 8

const rowsMin = 64
/** So many records at least two long steps bring one back. */
const stepRecords = 512

export interface RecordInBatch {
  readonly sequence: number
  readonly start: number
}

/** What one group of a log has in memory beside its bytes. */
export interface HotGroup {
  readonly sizeBytes: number
  /** Nobody may read this group any more, nor what was written before it. */
  giveUp(): void
}

/**
 * What a log has written last and has in memory still: a row of numbers for each batch, in the order in which they were written, over all
 * segments. Who keeps up finds there, with no object, no look into an index and no header read from scattered memory, where the
 * batches of a shard lie and what they hold. Rows are counted on for as long as the log is open; they lie in a ring, and the oldest go with
 * their bytes.
 */
export class HotBatches {
  #rows = new Float64Array(0)
  /** Rows that there is room for, a power of two, less one. */
  #mask = -1
  #first = 0
  #end = 0
  /** By the position of a shard: its newest row, -1 for none. */
  #newest = new Float64Array(0)
  /** What rows name by numbers that are counted on, too. Those before `#firstBuffer` were given up. */
  #buffers: (Buffer | undefined)[] = []
  /** The number of the first of the list. */
  #listedFrom = 0
  #firstBuffer = 0

  /** A group that is durable now, in the buffers that it was written from. */
  add(batches: BatchTable, buffers: readonly Buffer[]): HotGroup {
    this.#makeRoom(batches.count)
    let number = this.#listedFrom + this.#buffers.length
    let at = 0
    let place = 0
    for (let batch = 0; batch < batches.count; batch += 1) {
      if (at === buffers[place]!.byteLength) {
        at = 0
        place += 1
        number += 1
      }
      const sizeBytes = batches.sizeBytesOf(batch)
      if (batches.recordsOf(batch) > 0) this.#addRow(batches, batch, number, at, at + sizeBytes)
      at += sizeBytes
    }
    for (const each of buffers) this.#buffers.push(each)
    const endRow = this.#end
    const endBuffer = this.#listedFrom + this.#buffers.length
    return {
      sizeBytes: batches.count * rowBytes,
      giveUp: () => this.#giveUp(endRow, endBuffer),
    }
  }

  /**
   * The row of the batch that has the first record of a shard after a sequence, which there must be one of. -1 when not all from there on
   * is here.
   */
  find(position: number, after: number): number {
    let row = position < this.#newest.length ? this.#newest[position]! : -1
    while (row >= this.#first && this.#number(row, sequence) > after + 1) {
      const far = this.#number(row, back)
      const isOnTheWay = far >= this.#first && this.#number(far, sequence) > after
      row = isOnTheWay ? far : this.#number(row, before)
    }
    return row >= this.#first ? row : -1
  }

  /** The next of the same shard; -1 when there is none yet. */
  nextOf(row: number): number {
    return this.#number(row, next)
  }

  /** Rows up to here, without it, are there. The one behind a row, by one, was written next, for whatever shard. */
  get end(): number {
    return this.#end
  }

  /** The position of its shard. */
  shardOf(row: number): number {
    return this.#number(row, shard)
  }

  /** Of its first record. */
  sequenceOf(row: number): number {
    return this.#number(row, sequence)
  }

  recordsOf(row: number): number {
    return this.#number(row, count)
  }

  arrivalMsOf(row: number): number {
    return this.#number(row, arrivalMs)
  }

  /** Sum of data lengths, as they were before any was sealed. */
  dataBytesOf(row: number): number {
    return this.#number(row, dataBytes)
  }

  /** Which buffer it lies in: the same number for the same buffer. */
  bufferNumberOf(row: number): number {
    return this.#number(row, buffer)
  }

  /** Not to be kept. */
  bufferOf(row: number): Buffer {
    return this.#buffers[this.#number(row, buffer) - this.#listedFrom]!
  }

  /** Where its header begins in the buffer. */
  startOf(row: number): number {
    return this.#number(row, start)
  }

  endOf(row: number): number {
    return this.#number(row, end)
  }

  /**
   * Where in the batch's buffer its record with this sequence begins, or one before it: who reads a large batch in small parts need not pass
   * by all that was read before.
   */
  recordBefore(row: number, from: number): RecordInBatch {
    const marked = this.#number(row, markedRecord)
    if (marked <= from) return { sequence: marked, start: this.#number(row, markedPlace) }
    return { sequence: this.#number(row, sequence), start: this.startOf(row) + batchHeaderBytes }
  }

  /** Remembers where the record with this sequence begins. */
  mark(row: number, from: number, place: number): void {
    const at = (row & this.#mask) * stride
    this.#rows[at + markedRecord] = from
    this.#rows[at + markedPlace] = place
  }

  #number(row: number, place: number): number {
    return this.#rows[(row & this.#mask) * stride + place]!
  }

  #addRow(batches: BatchTable, batch: number, number: number, from: number, to: number): void {
    const position = batches.shardOf(batch)
    if (position >= this.#newest.length) this.#growShards(position)
    const row = this.#end
    const last = this.#newest[position]!
    const first = batches.sequenceOf(batch)
    const at = (row & this.#mask) * stride
    const rows = this.#rows
    rows[at + shard] = position
    rows[at + sequence] = first
    rows[at + count] = batches.recordsOf(batch)
    rows[at + arrivalMs] = batches.arrivalMsOf(batch)
    rows[at + dataBytes] = batches.dataBytesOf(batch)
    rows[at + buffer] = number
    rows[at + start] = from
    rows[at + end] = to
    rows[at + next] = -1
    rows[at + markedRecord] = first
    rows[at + markedPlace] = from + batchHeaderBytes
    rows[at + before] = last
    rows[at + back] = last < this.#first ? -1 : this.#backFrom(last, first)
    if (last >= this.#first) rows[(last & this.#mask) * stride + next] = row
    this.#newest[position] = row
    this.#end += 1
  }

  /** Where the long step back leads to from a row with this sequence, which follows `last`. */
  #backFrom(last: number, from: number): number {
    const far = this.#number(last, back)
    return far >= this.#first && from - this.#number(far, sequence) < stepRecords ? far : last
  }

  #giveUp(endRow: number, endBuffer: number): void {
    if (endRow > this.#first) this.#first = endRow
    const from = this.#firstBuffer
    if (endBuffer > from) {
      this.#buffers.fill(undefined, from - this.#listedFrom, endBuffer - this.#listedFrom)
      this.#firstBuffer = endBuffer
    }
    const gone = this.#firstBuffer - this.#listedFrom
    if (gone > 64 && gone * 2 > this.#buffers.length) {
      this.#buffers = this.#buffers.slice(gone)
      this.#listedFrom = this.#firstBuffer
    }
    const held = this.#end - this.#first
    if (held === 0) this.#resize(0)
    else if (this.#mask >= rowsMin && held < this.#mask / 8) this.#resize(roomFor(held * 2))
  }

  #makeRoom(added: number): void {
    const needed = this.#end - this.#first + added
    if (needed > this.#mask + 1) this.#resize(roomFor(needed))
  }

  #resize(room: number): void {
    const rows = new Float64Array(room * stride)
    for (let row = this.#first; row < this.#end; row += 1) {
      const from = (row & this.#mask) * stride
      const to = (row & (room - 1)) * stride
      for (let place = 0; place < stride; place += 1) rows[to + place] = this.#rows[from + place]!
    }
    this.#rows = rows
    this.#mask = room - 1
  }

  #growShards(position: number): void {
    const newest = new Float64Array(Math.max(position + 1, this.#newest.length * 2)).fill(-1)
    newest.set(this.#newest)
    this.#newest = newest
  }
}

function roomFor(rows: number): number {
  return Math.max(rowsMin, 2 ** Math.ceil(Math.log2(rows)))
}
