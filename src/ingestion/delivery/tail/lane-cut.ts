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
  /** Where they stood in each shard of the tips. */
  readonly afters: Float64Array
  readonly tips: Tips
}
