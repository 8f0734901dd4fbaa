import type { BufferPool } from '#kit'
import type { RecordColumns } from '../record-columns.ts'
import {
  batchBytes,
  batchHeaderBytes,
  encodeShard,
  recordBytes,
  sealBatch,
  writeRecord,
  type BatchFields,
} from './segment-format.ts'

/** Records that wait to be written, as they came with one call. */
export interface GroupRecords {
  readonly columns: RecordColumns
  /** For each record which of `positions` it goes to; negative: it is left out. */
  readonly shards: Int32Array
  /** Shards by their positions in the log. */
  readonly positions: readonly number[]
}

/** Where the log stands that is given a group. */
export interface GroupStart {
  /** By their positions. */
  readonly shards: readonly { readonly sequence: number; readonly arrivalMs: number }[]
  readonly nowMs: number
  readonly groupStart: number
  readonly salt: number
}

export interface GroupLayout {
  /** What is written, in this order. */
  readonly buffers: readonly Buffer[]
  /** What a reader will find in it, in this order. */
  readonly batches: readonly BatchFields[]
  /** For each call, and each of its `positions`, the sequence of the first record that the shard is given; 0 when it is given none. */
  readonly firsts: readonly Float64Array[]
}

/** Batches share buffers of this size, so that those of any group can be used for any other. */
const chunkBytes = 1024 * 1024

/**
 * Lays a group out and seals it: what a shard is given by all calls stands together, in as few batches as may be, because each costs its
 * writer and all its readers a checksum and an entry. The shards stand in one order in all groups: readers of neighbours find
 * what they want in the same blocks. Each byte is copied once, from where it came to where it is
 * written from. `added` are the ids of shards that the log is to have; no record is for them yet.
 */
export function layOutGroup(
  group: readonly GroupRecords[],
  added: readonly string[],
  start: GroupStart,
  pool: BufferPool,
): GroupLayout {
  const plan = planBatches(group, start)
  const buffers = placeInChunks(plan.batches, pool)
  writeRecords(group, plan)
  sealBatches(plan.batches, start)
  if (added.length === 0) return { buffers, batches: plan.batches, firsts: plan.firsts }
  const shards = added.map((id, index) => addedFields(id, index, start))
  return {
    buffers: [...placeAdded(added, start), ...buffers],
    batches: [...shards, ...plan.batches],
    firsts: plan.firsts,
  }
}

interface OpenBatch extends BatchFields {
  count: number
  sizeBytes: number
  buffer: Buffer
  /** Where it begins in the buffer. */
  start: number
  /** Where its next record is written. */
  cursor: number
  /** The next one of its shard by the order in which they were begun; -1 when it is the last. */
  following: number
}

interface Plan {
  /** In the order in which they are written. */
  readonly batches: readonly OpenBatch[]
  /** For each record that is written, in the order they came, its batch by the order in which those were begun. */
  readonly batchOf: Int32Array
  readonly begun: readonly OpenBatch[]
  readonly firsts: readonly Float64Array[]
}

const nowhere: Buffer = Buffer.alloc(0)

/** Gives each record its batch, and each batch its sequence and time. */
function planBatches(group: readonly GroupRecords[], start: GroupStart): Plan {
  const batchOf = new Int32Array(group.reduce((sum, { columns }) => sum + columns.count, 0))
  const begun: OpenBatch[] = []
  /** By the position of their shard: the place in `begun` of its first batch, and of the one that its records go to. */
  const first = new Int32Array(start.shards.length).fill(-1)
  const current = first.slice()
  const begin = (shard: number, sequence: number): number => {
    const number = begun.length
    begun.push({
      shard,
      sequence,
      arrivalMs: Math.max(start.nowMs, start.shards[shard]!.arrivalMs),
      count: 0,
      sizeBytes: batchHeaderBytes,
      buffer: nowhere,
      start: 0,
      cursor: 0,
      following: -1,
    })
    const before = current[shard]!
    if (before < 0) first[shard] = number
    else begun[before]!.following = number
    current[shard] = number
    return number
  }
  let at = 0
  const firsts = group.map(({ columns, shards, positions }) => {
    const given = new Float64Array(positions.length)
    for (let index = 0; index < columns.count; index += 1) {
      const place = shards[index]!
      if (place < 0) continue
      const shard = positions[place]!
      const size = recordBytes(columns, index)
      let number = current[shard]!
      let batch = begun[number]
      if (!batch) batch = begun[(number = begin(shard, start.shards[shard]!.sequence + 1))]!
      else if (batch.sizeBytes + size > batchBytes) {
        batch = begun[(number = begin(shard, batch.sequence + batch.count))]!
      }
      if (given[place] === 0) given[place] = batch.sequence + batch.count
      batch.count += 1
      batch.sizeBytes += size
      batchOf[at] = number
      at += 1
    }
    return given
  })
  const batches: OpenBatch[] = []
  for (let shard = 0; shard < first.length && batches.length < begun.length; shard += 1) {
    for (let number = first[shard]!; number >= 0; number = begun[number]!.following) {
      batches.push(begun[number]!)
    }
  }
  return { batches, batchOf, begun, firsts }
}

/** Gives each batch its place in a buffer. */
function placeInChunks(batches: readonly OpenBatch[], pool: BufferPool): readonly Buffer[] {
  const buffers: Buffer[] = []
  for (let from = 0; from < batches.length;) {
    let to = from
    let size = 0
    do {
      size += batches[to]!.sizeBytes
      to += 1
    } while (to < batches.length && size + batches[to]!.sizeBytes <= chunkBytes)
    const buffer = pool.take(size)
    let at = 0
    for (; from < to; from += 1) {
      const batch = batches[from]!
      batch.buffer = buffer
      batch.start = at
      batch.cursor = at + batchHeaderBytes
      at += batch.sizeBytes
    }
    buffers.push(buffer)
  }
  return buffers
}

function writeRecords(group: readonly GroupRecords[], { batchOf, begun }: Plan): void {
  let at = 0
  for (const { columns, shards } of group) {
    for (let index = 0; index < columns.count; index += 1) {
      if (shards[index]! < 0) continue
      const batch = begun[batchOf[at]!]!
      batch.cursor = writeRecord(batch.buffer, batch.cursor, columns, index)
      at += 1
    }
  }
}

function sealBatches(batches: readonly OpenBatch[], group: GroupStart): void {
  let buffer = nowhere
  let view = viewOf(nowhere)
  for (const batch of batches) {
    if (batch.buffer !== buffer) {
      buffer = batch.buffer
      view = viewOf(buffer)
    }
    sealBatch(buffer, view, batch.start, batch, group)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function addedFields(id: string, index: number, { shards }: GroupStart): BatchFields {
  const sizeBytes = batchHeaderBytes + Buffer.byteLength(id, 'utf8')
  return { shard: shards.length + index, sequence: 0, arrivalMs: 0, count: 0, sizeBytes }
}

function placeAdded(added: readonly string[], start: GroupStart): readonly Buffer[] {
  return added.map((id, index) => {
    const fields = addedFields(id, index, start)
    const buffer = encodeShard(id)
    sealBatch(buffer, viewOf(buffer), 0, fields, start)
    return buffer
  })
}
