import type { StreamLog } from '#ingestion/streams'
import type { ShardRange } from '../batch.ts'
import { shardKey } from '../checkpoints.ts'
import type { DeliveryStream, IcebergTarget, LaneName, S3Target } from '../records.ts'
import type { SourceShard } from '../source.ts'
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
  /** By `shardKey`. */
  readonly checkpoints: ReadonlyMap<string, bigint>
  /** Parents before their children. */
  readonly tips: Tips
}

export async function readTips(
  log: StreamLog,
  shards: readonly SourceShard[],
): Promise<LaneCut['tips']> {
  return Promise.all(
    shards.map(async ({ ref }) => ({ ref, sequence: (await log.tip(ref)).sequence })),
  )
}

/** What lies between some places and the tips. */
export function rangesAfter(
  places: ReadonlyMap<string, bigint>,
  tips: LaneCut['tips'],
): readonly ShardRange[] {
  return tips.flatMap(({ ref, sequence: to }) => {
    const from = places.get(shardKey(ref)) ?? 0n
    return to > from ? [{ ref, from, to }] : []
  })
}
