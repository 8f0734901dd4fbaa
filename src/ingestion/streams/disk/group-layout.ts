import type { BufferPool } from '#kit'
import type { RecordColumns } from '../record-columns.ts'
import { BatchTable } from './batch-table.ts'
import { planGroup, type GroupPlan, type GroupRecords, type GroupStart } from './group-plan.ts'
import {
  batchHeaderBytes,
  encodeShard,
  sealBatch,
  viewed,
  writeRecord,
  type ViewedBytes,
} from './segment-format.ts'

/** A shard that the log is to have, and its place in it. */
export interface NewShard {
  readonly shardId: string
  readonly position: number
}

export interface GroupLayout {
  /** What is written, in this order. */
  readonly buffers: readonly Buffer[]
  /** What a reader will find in it, in this order. */
  readonly batches: BatchTable
  /** For each call the sequence of each of its records; 0 for those that are left out. */
  readonly sequences: readonly Float64Array[]
}

/** Batches share buffers of this size, so that those of any group can be used for any other. */
const chunkBytes = 1024 * 1024

/**
 * Lays a group out and seals it: what a shard is given by all calls stands together, in as few batches as may be, because each costs its
 * writer and all its readers a checksum and an entry. The shards stand in one order in all groups: readers of neighbours find
 * what they want in the same blocks. Each byte is copied once, from where it came to where it is written from, in
 * the order of the latter: to come back to a thousand batches in turn would wait for memory each time. `added` are shards that the
 * log is to have; no record is for them yet. `batches` is filled anew.
 */
export function layOutGroup(
  group: readonly GroupRecords[],
  added: readonly NewShard[],
  start: GroupStart,
  pool: BufferPool,
  batches = new BatchTable(),
): GroupLayout {
  const plan = planGroup(group, start)
  batches.begin(added.length + plan.batchCount)
  const adding = added.map((shard) => addShard(shard, batches, start))
  plan.addTo(batches)
  const buffers = writeBatches(group, plan, { batches, from: added.length }, start, pool)
  return { buffers: [...adding, ...buffers], batches, sequences: plan.sequences }
}

/** The batch that adds a shard to the log. */
function addShard({ shardId, position }: NewShard, batches: BatchTable, start: GroupStart): Buffer {
  const buffer = encodeShard(shardId)
  const batch = batches.count
  batches.add(position, 0, 0, 0, buffer.byteLength, 0)
  sealBatch(viewed(buffer), 0, batches, batch, start)
  return buffer
}

/** Writes the batches from `from` on. */
function writeBatches(
  group: readonly GroupRecords[],
  { order, callOf }: GroupPlan,
  { batches, from: first }: { readonly batches: BatchTable; readonly from: number },
  start: GroupStart,
  pool: BufferPool,
): readonly Buffer[] {
  const buffers: Buffer[] = []
  const calls = callsOf(group)
  let written = 0
  for (let batch = first; batch < batches.count;) {
    const { to, sizeBytes } = chunkFrom(batches, batch)
    const buffer = pool.take(sizeBytes)
    const into = viewed(buffer)
    let at = 0
    for (; batch < to; batch += 1) {
      let end = at + batchHeaderBytes
      for (let left = batches.recordsOf(batch); left > 0; left -= 1, written += 1) {
        const record = order[written]!
        const { columns, from, begin } = calls[callOf[record]!]!
        end = writeRecord(into, end, columns, from, record - begin)
      }
      // Its bytes are in the processor's cache still.
      sealBatch(into, at, batches, batch, start)
      at = end
    }
    buffers.push(buffer)
  }
  return buffers
}

interface Call {
  readonly columns: RecordColumns
  readonly from: ViewedBytes
  /** The number of its first record. */
  readonly begin: number
}

function callsOf(group: readonly GroupRecords[]): readonly Call[] {
  let end = 0
  return group.map(({ columns }) => {
    const begin = end
    end += columns.count
    return { columns, from: viewed(columns.bytes), begin }
  })
}

/** As many batches as go into one buffer, one at least. */
function chunkFrom(batches: BatchTable, from: number) {
  let sizeBytes = batches.sizeBytesOf(from)
  let to = from + 1
  for (; to < batches.count; to += 1) {
    const next = sizeBytes + batches.sizeBytesOf(to)
    if (next > chunkBytes) break
    sizeBytes = next
  }
  return { to, sizeBytes }
}
