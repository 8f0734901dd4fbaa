import type { ShardRange } from '../batch.ts'
import type { LogPlaces } from '../places.ts'
import type { DeliveryStream, IcebergTarget, LaneName, S3Target } from '../records.ts'
import type { Tips } from '../urgent.ts'

/** A lane whose deliveries may feed a table. */
export interface TailLane {
  readonly stream: DeliveryStream
  readonly name: LaneName
  readonly target: S3Target | IcebergTarget
  /** What tables of Iceberg are like now, as the query found them. */
  readonly tables: readonly string[]
}

/** Where a lane's checkpoints stood, and how far its source went then. */
export interface LaneCut extends TailLane {
  /** Of the checkpoints. */
  readonly version: number
  /** Those in the source's log. */
  readonly places: LogPlaces
  readonly tips: Tips
}

/** What lies between some places and the tips. */
export function rangesAfter(
  places: LogPlaces,
  { shards: { shardIds, numbers }, sequences }: Tips,
): readonly ShardRange[] {
  const ranges: ShardRange[] = []
  for (const [place, to] of sequences.entries()) {
    const number = numbers[place]!
    const from = places.get(number) ?? 0
    if (to > from) ranges.push({ shardId: shardIds[place]!, number, from, to })
  }
  return ranges
}
