import { StreamErrors } from '../errors.ts'
import type { ExtentLimits, Extents } from '../stream-log.ts'
import { countHot, hotPlace, type HotShard } from './hot-counts.ts'
import type { LogReader } from './log-reader.ts'
import type { LogParts, LogPlaces, LogState } from './log-state.ts'
import { CountBudget, ShardCount } from './shard-count.ts'

/** Counts what shards of a log have behind these places: see `StreamLog.extents`. Error: `InvalidArgument` for a shard named twice. */
export async function countShards(
  state: LogState,
  { tail }: LogParts,
  reader: LogReader,
  places: LogPlaces,
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
  return extentsOf(counts)
}

/** Undefined for shards that have nothing newer. */
function countsOf(
  state: LogState,
  { positions, afters }: LogPlaces,
): readonly (ShardCount | undefined)[] {
  const asked = new Set<number>()
  return Array.from(positions, (position, place) => {
    const { shardId, sequence: tip } = state.shards[position]!
    if (asked.has(position)) {
      throw StreamErrors.InvalidArgument(`a shard may be named once: ${shardId}`)
    }
    asked.add(position)
    const after = afters[place]!
    return after < tip ? new ShardCount(position, after, tip) : undefined
  })
}

function extentsOf(counts: readonly (ShardCount | undefined)[]): Extents {
  const column = () => new Float64Array(counts.length)
  const extents = { records: column(), dataBytes: column(), arrivalMs: column(), lasts: column() }
  let isComplete = true
  for (const [place, count] of counts.entries()) {
    if (!count) continue
    const { records, dataBytes, arrivalMs, last, tip, isDone } = count
    if (records === 0 && !isDone) isComplete = false
    else {
      extents.records[place] = records
      extents.dataBytes[place] = dataBytes
      extents.arrivalMs[place] = arrivalMs
      extents.lasts[place] = records === 0 ? tip : last
    }
  }
  return { ...extents, isComplete }
}
