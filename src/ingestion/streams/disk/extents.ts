import { StreamErrors } from '../errors.ts'
import type { ExtentLimits, Extents } from '../stream-log.ts'
import { countHot, sumHot } from './hot-counts.ts'
import type { LogReader } from './log-reader.ts'
import type { LogPlaces, LogState } from './log-state.ts'
import { CountBudget, newExtents, ShardCount } from './shard-count.ts'

/** Counts what shards of a log have behind these places: see `StreamLog.extents`. Error: `InvalidArgument` for a shard named twice. */
export function countShards(
  state: LogState,
  reader: LogReader,
  places: LogPlaces,
  limits: ExtentLimits,
): Extents | Promise<Extents> {
  checkNamedOnce(state, places)
  return sumHot(state, places, limits) ?? countInTurn(state, reader, places, limits)
}

function checkNamedOnce({ shards }: LogState, { positions }: LogPlaces): void {
  const asked = new Uint8Array(shards.length)
  for (const position of positions) {
    if (asked[position] === 1) {
      const { shardId } = shards[position]!
      throw StreamErrors.InvalidArgument(`a shard may be named once: ${shardId}`)
    }
    asked[position] = 1
  }
}

async function countInTurn(
  state: LogState,
  reader: LogReader,
  places: LogPlaces,
  limits: ExtentLimits,
): Promise<Extents> {
  const counts = countsOf(state, places)
  const budget = new CountBudget(limits)
  let left = counts.filter((count) => count !== undefined)
  for (;;) {
    const hot: ShardCount[] = []
    const behind: ShardCount[] = []
    let from = Infinity
    for (const count of left) {
      if (!count.passFreed(state.shards[count.position]!.freedSequence)) continue
      const row = state.hot.find(count.position, count.last)
      if (row < 0) behind.push(count)
      else {
        hot.push(count)
        from = Math.min(from, row)
      }
    }
    if (behind.length === 0) {
      countHot(state, hot, from, budget)
      break
    }
    // First, since they have waited longest. Meanwhile others may come to be behind.
    await reader.count(behind, budget)
    if (budget.isSpent) break
    left = hot
  }
  return extentsOf(counts)
}

/** Undefined for shards that have nothing newer. */
function countsOf(
  state: LogState,
  { positions, afters }: LogPlaces,
): readonly (ShardCount | undefined)[] {
  return Array.from(positions, (position, place) => {
    const tip = state.shards[position]!.sequence
    const after = afters[place]!
    return after < tip ? new ShardCount(position, after, tip) : undefined
  })
}

function extentsOf(counts: readonly (ShardCount | undefined)[]): Extents {
  const extents = newExtents(counts.length)
  for (const [place, count] of counts.entries()) {
    if (!count) continue
    const { records, dataBytes, arrivalMs, last, tip, isDone } = count
    if (records === 0 && !isDone) extents.isComplete = false
    else {
      extents.records[place] = records
      extents.dataBytes[place] = dataBytes
      extents.arrivalMs[place] = arrivalMs
      extents.lasts[place] = records === 0 ? tip : last
    }
  }
  return extents
}
