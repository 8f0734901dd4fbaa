import type { ExtentLimits, Extents } from '../stream-log.ts'
import { hotRow, takeRow } from './hot-read.ts'
import type { LogPlaces, LogState } from './log-state.ts'
import { RecordCursor } from './record-cursor.ts'
import { newExtents, type CountBudget, type ShardCount } from './shard-count.ts'

/**
 * Counts what all shards have behind their places, when all of it is in memory and within the limits for all: whole batches by what is
 * noted of them. Undefined when it must be done otherwise.
 */
export function sumHot(
  state: LogState,
  { positions, afters }: LogPlaces,
  limits: ExtentLimits,
): Extents | undefined {
  const { hot, shards } = state
  const found = newExtents(positions.length)
  let leftRecords = limits.limitRecords
  let leftBytes = limits.limitBytes
  for (let place = 0; place < positions.length; place += 1) {
    const position = positions[place]!
    const after = afters[place]!
    const tip = shards[position]!.sequence
    if (after >= tip) continue
    const first = hotRow(state, position, after)
    if (first === undefined) {
      found.lasts[place] = tip
      continue
    }
    if (first < 0) return undefined
    const cursor = new RecordCursor({
      after,
      limitRecords: limits.shardRecords,
      limitBytes: limits.shardBytes,
    })
    let records = 0
    for (let row = first; row >= 0 && !cursor.isFull; row = hot.nextOf(row)) {
      if (takeRow(cursor, hot, row)) records += cursor.count
    }
    leftRecords -= records
    leftBytes -= cursor.dataBytes
    if (leftRecords < 0 || leftBytes <= 0) return undefined
    found.records[place] = records
    found.dataBytes[place] = cursor.dataBytes
    found.arrivalMs[place] = hot.arrivalMsOf(first)
    found.lasts[place] = cursor.after
  }
  return found
}

/**
 * Counts what is in memory of all these shards, without a promise, once through it from `from` on in the order in which it was written:
 * the oldest of all shards have the first claim to what the budget has.
 */
export function countHot(
  { hot, shards }: LogState,
  counts: readonly ShardCount[],
  from: number,
  budget: CountBudget,
): void {
  const byPosition: (ShardCount | undefined)[] = shards.map(() => undefined)
  for (const count of counts) byPosition[count.position] = count
  for (let row = from; row < hot.end && !budget.isSpent; row += 1) {
    const count = byPosition[hot.shardOf(row)]
    if (count && !count.isDone) count.addRow(hot, row, budget)
  }
}
