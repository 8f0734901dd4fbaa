import { readHot } from './hot-read.ts'
import { activeSegment, type LogState } from './log-state.ts'
import { RecordCursor } from './record-cursor.ts'
import { corrupted } from './scan.ts'
import { readBatchHeader } from './segment-format.ts'
import type { EntryPlace } from './segment-index.ts'
import type { CountBudget, ShardCount } from './shard-count.ts'
import type { TailBytes } from './tail-bytes.ts'

export interface HotShard {
  readonly count: ShardCount
  /** Where what is behind its place begins. */
  readonly from: EntryPlace
}

/** To go to the batches of one shard costs as much as to come by so many of others. */
const passedByEntries = 4

/** Where to begin with a shard of which all that is newer lies in the buffers it was written from; undefined when it does not. */
export function hotPlace(
  state: LogState,
  tail: TailBytes,
  { position, last }: ShardCount,
): EntryPlace | undefined {
  const { start, index, path } = activeSegment(state)
  if (!start || !index || (start.sequences[position] ?? 0) > last) return undefined
  const from = index.newestTo(position, last + 1)
  return from && tail.has(path, from.offset) ? from : undefined
}

/**
 * Counts what is in memory of all these shards, without a promise. Where they have most of what was written since, once through it in the
 * order in which it was written: the oldest of all shards have the first claim to what the budget has. Else, as where one has fallen
 * behind, shard by shard.
 */
export function countHot(
  state: LogState,
  tail: TailBytes,
  shards: readonly HotShard[],
  budget: CountBudget,
): void {
  const { index } = activeSegment(state)
  let first: EntryPlace | undefined
  let own = 0
  for (const { from } of shards) {
    if (!first || from.entry < first.entry) first = from
    own += from.count
  }
  if (!first) return
  if (index!.entries - first.entry <= own * passedByEntries) {
    countInOrder(state, tail, shards, first.offset, budget)
  } else countEach(state, tail, shards, budget)
}

function countInOrder(
  state: LogState,
  tail: TailBytes,
  shards: readonly HotShard[],
  from: number,
  budget: CountBudget,
): void {
  const { path, durableBytes } = activeSegment(state)
  const byPosition: (ShardCount | undefined)[] = state.shards.map(() => undefined)
  for (const { count } of shards) byPosition[count.position] = count
  for (let at = from; at < durableBytes && !budget.isSpent;) {
    const { buffer, start } = tail.find(path, at)
    const end = start + buffer.byteLength
    while (at < end && !budget.isSpent) {
      const batch = readBatchHeader(buffer, at - start)
      if (!batch) throw corrupted(path, at)
      const count = batch.count > 0 ? byPosition[batch.shard] : undefined
      if (count && !count.isDone) {
        // As where one shard is read: that none is missed is seen by the numbers.
        if (batch.sequence > count.last + 1) throw corrupted(path, at)
        count.addBatch(batch, buffer, at - start, budget)
      }
      at += batch.sizeBytes
    }
  }
}

function countEach(
  state: LogState,
  tail: TailBytes,
  shards: readonly HotShard[],
  budget: CountBudget,
): void {
  for (const { count } of shards) {
    if (budget.isSpent) return
    const cursor = new RecordCursor(budget.inputFor(count.last), count.tip)
    let records = 0
    let arrivalMs = 0
    readHot(state, tail, count.position, cursor, (batch) => {
      if (records === 0) arrivalMs = batch.arrivalMs
      records += cursor.count
    })
    const { dataBytes, after } = cursor
    count.set({ records, dataBytes, arrivalMs, last: after }, budget)
  }
}
