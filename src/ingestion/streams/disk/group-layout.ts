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
  const buffers = [...placeAdded(added, start), ...placeInChunks(plan.batches, pool)]
  writeRecords(group, plan)
  for (const batch of plan.batches) sealBatch(batch.buffer, batch.start, batch, start)
  const shards = added.map((id, index) => addedFields(id, index, start))
  return { buffers, batches: [...shards, ...plan.batches], firsts: plan.firsts }
}

interface OpenBatch extends BatchFields {
  count: number
  sizeBytes: number
  buffer: Buffer
  /** Where it begins in the buffer. */
  start: number
  /** Where its next record is written. */
  cursor: number
}

interface Plan {
  /** In the order in which they are written. */
  readonly batches: readonly OpenBatch[]
  /** For each record that is written, in the order they came, its batch by the order in which those were begun. */
  readonly batchOf: Int32Array
  readonly begun: readonly OpenBatch[]
  readonly firsts: readonly Float64Array[]
}

const nowhere = Buffer.alloc(0)

/** Gives each record its batch, and each batch its sequence and time. */
function planBatches(group: readonly GroupRecords[], start: GroupStart): Plan {
  const batchOf = new Int32Array(group.reduce((sum, { columns }) => sum + columns.count, 0))
  const begun: OpenBatch[] = []
  const byShard = new Map<number, OpenBatch[]>()
  /** By the position of their shard: the place in `begun` of the batch that its records go to. */
  const current = new Int32Array(start.shards.length).fill(-1)
  const begin = (shard: number, sequence: number): number => {
    const arrivalMs = Math.max(start.nowMs, start.shards[shard]!.arrivalMs)
    const fields = { shard, sequence, arrivalMs, count: 0, sizeBytes: batchHeaderBytes }
    const batch = { ...fields, buffer: nowhere, start: 0, cursor: 0 }
    const own = byShard.get(shard)
    if (own) own.push(batch)
    else byShard.set(shard, [batch])
    current[shard] = begun.length
    return begun.push(batch) - 1
  }
  let at = 0
  const firsts = group.map(({ columns, shards, positions }) => {
    const first = new Float64Array(positions.length)
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
      if (first[place] === 0) first[place] = batch.sequence + batch.count
      batch.count += 1
      batch.sizeBytes += size
      batchOf[at] = number
      at += 1
    }
    return first
  })
  const inOrder = [...byShard.keys()].toSorted((one, other) => one - other)
  return { batches: inOrder.flatMap((shard) => byShard.get(shard)!), batchOf, begun, firsts }
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

function addedFields(id: string, index: number, { shards }: GroupStart): BatchFields {
  const sizeBytes = batchHeaderBytes + Buffer.byteLength(id, 'utf8')
  return { shard: shards.length + index, sequence: 0, arrivalMs: 0, count: 0, sizeBytes }
}

function placeAdded(added: readonly string[], start: GroupStart): readonly Buffer[] {
  return added.map((id, index) => {
    const fields = addedFields(id, index, start)
    const buffer = encodeShard(id)
    sealBatch(buffer, 0, fields, start)
    return buffer
  })
}
