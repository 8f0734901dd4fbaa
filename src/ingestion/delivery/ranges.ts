import type { ShardSpans } from '#ingestion/streams'
import type { SourceShards } from './source.ts'

/** Records of shards of a log, as columns: of each shard those after `afters`, up to and with `tos`. There may be none. */
export interface Ranges extends ShardSpans {
  readonly logId: string
  readonly numbers: readonly number[]
}

export function rangesOf(
  { logId, shardIds, numbers }: SourceShards,
  afters: Float64Array,
  tos: Float64Array,
): Ranges {
  return { logId, shardIds, numbers, afters, tos }
}

/** How many sequences they have. */
export function countOf({ afters, tos }: Ranges): number {
  let count = 0
  for (let place = 0; place < tos.length; place += 1) {
    count += Math.max(0, tos[place]! - afters[place]!)
  }
  return count
}

/** The places in the columns of shards with records. */
export function filledOf({ afters, tos }: Ranges): readonly number[] {
  const filled: number[] = []
  for (let place = 0; place < tos.length; place += 1) {
    if (tos[place]! > afters[place]!) filled.push(place)
  }
  return filled
}
