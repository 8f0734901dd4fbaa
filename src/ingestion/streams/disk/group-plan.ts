import { spanBytes, type RecordColumns } from '../record-columns.ts'
import { sealedOverheadBytes } from '../stream-log.ts'
import type { BatchTable } from './batch-table.ts'
import { batchBytes, batchHeaderBytes, recordBytes } from './segment-format.ts'

/** Records that wait to be written, as they came with one call. */
export interface GroupRecords {
  readonly columns: RecordColumns
  /** For each record which of `positions` it goes to; negative: it is left out. */
  readonly shards: Int32Array
  /** Shards by their positions in the log; negative: there is no such shard, its records are left out. */
  readonly positions: Int32Array
}

/** Where the log stands that is given a group. */
export interface GroupStart {
  /** By their positions. */
  readonly shards: readonly { readonly sequence: number; readonly arrivalMs: number }[]
  readonly nowMs: number
  readonly groupStart: number
  readonly salt: number
}

/** What a shard is given by all calls stands together, in as few batches as may be, and the shards in the order of their positions. */
export interface GroupPlan {
  readonly batchCount: number
  /** Adds the batches in the order in which they are written. */
  readonly addTo: (batches: BatchTable) => void
  /**
   * The records in the order in which they are written, by their number: those of all calls are counted on, and those that are
   * left out have one. Good until the next plan is made.
   */
  readonly order: Int32Array
  /** For each record, by its number, the place of its call in the group. As long. */
  readonly callOf: Int32Array
  /** For each call the sequence of each of its records; 0 for those that are left out. */
  readonly sequences: readonly Float64Array[]
}

/** Gives each record its batch, and each batch its sequence and time. */
export function planGroup(group: readonly GroupRecords[], start: GroupStart): GroupPlan {
  const recordCount = group.reduce((sum, { columns }) => sum + columns.count, 0)
  const shardCount = start.shards.length
  const memory = memoryFor(recordCount, shardCount)
  memory.first.fill(-1, 0, shardCount)
  memory.last.fill(-1, 0, shardCount)
  memory.batchCount = 0
  let base = 0
  const sequences = group.map((records, call) => {
    memory.callOf.fill(call, base, base + records.columns.count)
    const given = planCall(records, start, memory, base)
    base += records.columns.count
    return given
  })
  orderRecords(memory, recordCount, shardCount)
  return {
    batchCount: memory.batchCount,
    addTo: (batches) => addBatches(batches, memory, start),
    order: memory.order,
    callOf: memory.callOf,
    sequences,
  }
}

/** What is noted while a plan is made, in memory that is used again. Batches have numbers in the order in which they are begun. */
interface PlanMemory {
  readonly records: number
  readonly shards: number
  batchCount: number
  /** By the number of a record: its batch; -1 for one that is left out. */
  readonly batchOf: Int32Array
  readonly callOf: Int32Array
  readonly order: Int32Array
  /** By the number of a batch. */
  readonly sequenceOf: Float64Array
  readonly countOf: Int32Array
  readonly sizeOf: Int32Array
  /** Sum of data lengths, as they were before any was sealed. */
  readonly dataOf: Int32Array
  /** Its place in `order`, where its next record is noted. */
  readonly placeOf: Int32Array
  /** The next batch of the same shard; -1 when it is the last. */
  readonly following: Int32Array
  /** By the position of a shard: its first batch and its last; -1 when it has none. */
  readonly first: Int32Array
  readonly last: Int32Array
}

function planCall(
  { columns, shards, positions }: GroupRecords,
  start: GroupStart,
  memory: PlanMemory,
  base: number,
): Float64Array {
  const { batchOf, sequenceOf, countOf, sizeOf, dataOf, last } = memory
  const addedBytes = columns.isSealed ? sealedOverheadBytes : 0
  const given = new Float64Array(columns.count)
  for (let index = 0; index < columns.count; index += 1) {
    const place = shards[index]!
    const shard = place < 0 ? -1 : positions[place]!
    if (shard < 0) {
      batchOf[base + index] = -1
      continue
    }
    const size = recordBytes(columns, index)
    let batch = last[shard]!
    if (batch < 0) batch = begin(memory, shard, start.shards[shard]!.sequence + 1)
    else if (sizeOf[batch]! + size > batchBytes) {
      batch = begin(memory, shard, sequenceOf[batch]! + countOf[batch]!)
    }
    given[index] = sequenceOf[batch]! + countOf[batch]!
    countOf[batch]! += 1
    sizeOf[batch]! += size
    dataOf[batch]! += spanBytes(columns, columns.data, index) - addedBytes
    batchOf[base + index] = batch
  }
  return given
}

function begin(memory: PlanMemory, shard: number, sequence: number): number {
  const batch = memory.batchCount
  memory.batchCount += 1
  memory.sequenceOf[batch] = sequence
  memory.countOf[batch] = 0
  memory.sizeOf[batch] = batchHeaderBytes
  memory.dataOf[batch] = 0
  memory.following[batch] = -1
  const before = memory.last[shard]!
  if (before < 0) memory.first[shard] = batch
  else memory.following[before] = batch
  memory.last[shard] = batch
  return batch
}

function orderRecords(memory: PlanMemory, recordCount: number, shardCount: number): void {
  const { batchOf, order, placeOf, countOf, following, first } = memory
  let place = 0
  for (let shard = 0; shard < shardCount; shard += 1) {
    for (let batch = first[shard]!; batch >= 0; batch = following[batch]!) {
      placeOf[batch] = place
      place += countOf[batch]!
    }
  }
  for (let record = 0; record < recordCount; record += 1) {
    const batch = batchOf[record]!
    if (batch < 0) continue
    order[placeOf[batch]!] = record
    placeOf[batch]! += 1
  }
}

function addBatches(batches: BatchTable, memory: PlanMemory, { shards, nowMs }: GroupStart): void {
  const { sequenceOf, countOf, sizeOf, dataOf, following, first } = memory
  for (let shard = 0; shard < shards.length; shard += 1) {
    for (let batch = first[shard]!; batch >= 0; batch = following[batch]!) {
      const arrivalMs = Math.max(nowMs, shards[shard]!.arrivalMs)
      const [records, size, data] = [countOf[batch]!, sizeOf[batch]!, dataOf[batch]!]
      batches.add(shard, sequenceOf[batch]!, arrivalMs, records, size, data)
    }
  }
}

/** What a plan of more than this needed is not kept. */
const keptRecordsMax = 64 * 1024
const keptShardsMax = 64 * 1024

/** A plan is made and used up before anybody makes another: all logs share it. */
let kept = newMemory(0, 0)

function memoryFor(records: number, shards: number): PlanMemory {
  if (records <= kept.records && shards <= kept.shards) return kept
  if (records > keptRecordsMax || shards > keptShardsMax) return newMemory(records, shards)
  const enough = (needed: number, had: number) => (needed <= had ? had : needed * 2)
  kept = newMemory(enough(records, kept.records), enough(shards, kept.shards))
  return kept
}

function newMemory(records: number, shards: number): PlanMemory {
  return {
    records,
    shards,
    batchCount: 0,
    batchOf: new Int32Array(records),
    callOf: new Int32Array(records),
    order: new Int32Array(records),
    sequenceOf: new Float64Array(records),
    countOf: new Int32Array(records),
    sizeOf: new Int32Array(records),
    dataOf: new Int32Array(records),
    placeOf: new Int32Array(records),
    following: new Int32Array(records),
    first: new Int32Array(shards),
    last: new Int32Array(shards),
  }
}
