import type { BufferPool } from '#kit'
import { batchBytes, batchHeaderBytes, sealBatch, type OpenBatch } from './segment-format.ts'

/** A batch with its place in the log. */
export interface PlacedBatch extends OpenBatch {
  /** The shard's position in the log. */
  readonly shard: number
  /** Of its first record; 0 for a batch that adds the shard. */
  readonly sequence: number
  readonly arrivalMs: number
}

export interface GroupLayout {
  /** What is written, in this order. */
  readonly buffers: readonly Buffer[]
  /** What a reader will find in it, in this order. */
  readonly batches: readonly PlacedBatch[]
}

/** Larger batches are written from where they are. */
const smallBytesMax = 16 * 1024
const gatheredBytesMax = 4 * 1024 * 1024

/**
 * Lays out the batches of a group and seals them. Small ones are gathered in one buffer, and those that follow each other in one shard
 * become one batch: a request for a thousand shards has a thousand batches, and each would cost its writer and
 * all its readers a checksum and an entry.
 */
export function layOutGroup(
  placed: readonly PlacedBatch[],
  fields: { readonly groupStart: number; readonly salt: number },
  pool: BufferPool,
): GroupLayout {
  const buffers: Buffer[] = []
  const batches: PlacedBatch[] = []
  let run: PlacedBatch[] = []
  let runBytes = 0
  const endRun = () => {
    if (run.length > 1) gather(run, runBytes, pool, buffers, batches)
    else for (const batch of run) own(batch)
    run = []
    runBytes = 0
  }
  const own = (batch: PlacedBatch) => {
    buffers.push(batch.buffer)
    batches.push(batch)
  }
  for (const batch of placed) {
    const { byteLength } = batch.buffer
    if (byteLength >= smallBytesMax || runBytes + byteLength > gatheredBytesMax) endRun()
    if (byteLength >= smallBytesMax) own(batch)
    else {
      run.push(batch)
      runBytes += byteLength
    }
  }
  endRun()
  for (const batch of batches) sealBatch(batch, { ...fields, ...batch })
  return { buffers, batches }
}

function gather(
  run: readonly PlacedBatch[],
  runBytes: number,
  pool: BufferPool,
  buffers: Buffer[],
  batches: PlacedBatch[],
): void {
  const joined = joinNeighbours(run)
  const sizeBytes = runBytes - (run.length - joined.length) * batchHeaderBytes
  const gathered = pool.take(sizeBytes)
  let at = 0
  for (const parts of joined) {
    const start = at
    at += batchHeaderBytes
    let count = 0
    for (const part of parts) {
      at += part.buffer.copy(gathered, at, batchHeaderBytes)
      count += part.count
    }
    const { shard, sequence, arrivalMs } = parts[0]!
    batches.push({ buffer: gathered.subarray(start, at), count, shard, sequence, arrivalMs })
  }
  buffers.push(gathered)
}

/** The batches, those that can be one in one list. */
function joinNeighbours(run: readonly PlacedBatch[]): readonly (readonly PlacedBatch[])[] {
  const joined: PlacedBatch[][] = []
  let bytes = 0
  for (const batch of run) {
    const parts = joined.at(-1)
    const first = parts?.[0]
    bytes += batch.buffer.byteLength
    if (first && first.count > 0 && first.shard === batch.shard && bytes <= batchBytes) {
      parts!.push(batch)
      continue
    }
    joined.push([batch])
    bytes = batch.buffer.byteLength
  }
  return joined
}
