import type { BufferPool } from '#kit'
import type { LogParts, LogState } from './log-state.ts'
import { missing } from './scan.ts'
import { readSpans } from './read-spans.ts'
import type { Segment } from './segment.ts'
import type { CountBudget, ShardCount } from './shard-count.ts'
import { SpanLot } from './span-lot.ts'

/**
 * Counts what shards have from where it is stored, many with each lot, in their order: one of which a lot has not all comes first in the
 * next. `explain` is told what went wrong with segments: they were freed meanwhile if it returns.
 */
export async function countStored(
  pool: BufferPool,
  { state, parts }: { readonly state: LogState; readonly parts: LogParts },
  counts: readonly ShardCount[],
  budget: CountBudget,
  explain: (error: unknown, segments: readonly Segment[]) => void,
): Promise<void> {
  const allocate = (sizeBytes: number) => pool.take(sizeBytes)
  let left = counts
  while (!budget.isSpent) {
    left = left.filter(
      (count) => !count.isDone && count.passFreed(state.shards[count.position]!.freedSequence),
    )
    if (left.length === 0) return
    const lot = await lotOf(state, parts, left, budget, explain)
    if (!lot) continue
    const pieces = lot.pieces()
    try {
      const read = await readSpans(lot.spans, pieces, parts, state.shards.length, allocate)
      for (const [index, { place, through }] of lot.spans.entries()) {
        const count = left[place]!
        for (const found of read.batches[index]!) {
          if (count.isDone || budget.isSpent || found.batch.sequence > count.last + 1) break
          read.check(found)
          count.addBatch(found.batch, read.buffer, found.start, budget)
        }
        if (budget.isSpent) break
        if (!count.isDone && count.last < through) {
          throw missing(state.shards[count.position]!.shardId, count.last + 1)
        }
      }
      pool.give(read.buffer)
    } catch (error) {
      explain(error, pieces.segments)
    }
  }
}

/** Undefined when segments were freed meanwhile. */
async function lotOf(
  state: LogState,
  parts: LogParts,
  counts: readonly ShardCount[],
  { leftRecords, leftBytes, shardRecords, shardBytes }: CountBudget,
  explain: (error: unknown, segments: readonly Segment[]) => void,
): Promise<SpanLot | undefined> {
  const lot = new SpanLot(parts, state.segments, { records: leftRecords, bytes: leftBytes })
  try {
    for (const [place, { position, last, tip, records, dataBytes }] of counts.entries()) {
      const until = Math.min(tip, last + shardRecords - records)
      await lot.add(place, position, { after: last, until, bytes: shardBytes - dataBytes })
      if (lot.isFull) break
    }
    return lot
  } catch (error) {
    explain(error, [lot.visited!])
    return undefined
  }
}
