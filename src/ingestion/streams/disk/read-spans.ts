import type { LogParts } from './log-state.ts'
import { checkWhole, findBatches, readLot, type Allocate, type FoundBatch } from './read-pieces.ts'
import type { PieceLot } from './shard-pieces.ts'
import type { SpanInLot } from './span-lot.ts'

const nothing: Buffer = Buffer.alloc(0)

/** The bytes of a lot, and the batches that each of its spans has in them, in their order, none of them known to be whole. */
export interface SpansRead {
  readonly buffer: Buffer
  readonly batches: readonly (readonly FoundBatch[])[]
  /** Error: `LogCorrupted`. */
  check(found: FoundBatch): void
}

/** `shards`: how many the log has. Error: `LogCorrupted` where no batch can be. */
export async function readSpans(
  spans: readonly SpanInLot[],
  pieces: PieceLot,
  parts: LogParts,
  shards: number,
  allocate: Allocate,
): Promise<SpansRead> {
  const buffer = pieces.count === 0 ? nothing : await readLot(pieces, parts, allocate)
  const indexes = new Int32Array(shards).fill(-1)
  for (const [index, { position }] of spans.entries()) indexes[position] = index
  const batches: FoundBatch[][] = spans.map(() => [])
  findBatches(pieces, buffer, (found) => {
    const { shard, sequence, count } = found.batch
    const index = indexes[shard] ?? -1
    if (index < 0 || count === 0) return true
    const { after, through } = spans[index]!
    // What lies between pieces may be of the same shard, further on than what is there without a gap.
    if (sequence <= through && sequence + count - 1 > after) batches[index]!.push(found)
    return true
  })
  return { buffer, batches, check: (found) => checkWhole(pieces, buffer, found) }
}
