import { StreamErrors } from '../errors.ts'
import type { ExtentLimits, Extents, ShardExtent } from '../stream-log.ts'
import { countHot, hotPlace, type HotShard } from './hot-counts.ts'
import type { LogReader } from './log-reader.ts'
import type { LogParts, LogPlace, LogState } from './log-state.ts'
import { CountBudget, ShardCount } from './shard-count.ts'

/** Counts what shards of a log have behind these places: see `StreamLog.extents`. Error: `InvalidArgument` for a shard named twice. */
export async function countShards(
  state: LogState,
  { tail }: LogParts,
  reader: LogReader,
  places: readonly LogPlace[],
  limits: ExtentLimits,
): Promise<Extents> {
  const counts = countsOf(state, places)
  const budget = new CountBudget(limits)
  let left = counts.filter((count) => count !== undefined)
  for (;;) {
    const hot: HotShard[] = []
    const behind: ShardCount[] = []
    for (const count of left) {
      const from = hotPlace(state, tail, count)
      if (from) hot.push({ count, from })
      else behind.push(count)
    }
    if (behind.length === 0) {
      countHot(state, tail, hot, budget)
      break
    }
    // First, since they have waited longest. Meanwhile others may come to be behind.
    for (const count of behind) {
      if (budget.isSpent) break
      const { position, last, tip } = count
      count.set(await reader.count(position, budget.inputFor(last), tip), budget)
    }
    if (budget.isSpent) break
    left = hot.map(({ count }) => count)
  }
  return {
    shards: counts.map((count) => count && extentOf(count)),
    isComplete: counts.every((count) => !count || count.isDone || count.records > 0),
  }
}

/** Undefined for shards that have nothing newer. */
function countsOf(
  state: LogState,
  places: readonly LogPlace[],
): readonly (ShardCount | undefined)[] {
  const asked = new Set<number>()
  return places.map(({ position, after }) => {
    if (asked.has(position)) {
      const { shardId } = state.shards[position]!
      throw StreamErrors.InvalidArgument(`a shard may be named once: ${shardId}`)
    }
    asked.add(position)
    const tip = state.shards[position]!.sequence
    return after < tip ? new ShardCount(position, after, tip) : undefined
  })
}

function extentOf(count: ShardCount): ShardExtent | undefined {
  const { records, dataBytes, arrivalMs, last, tip, isDone } = count
  if (records === 0 && !isDone) return undefined
  return { records, dataBytes, arrivalMs, last: BigInt(records === 0 ? tip : last) }
}
