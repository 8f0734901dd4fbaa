import { prepared, type Transaction } from '#platform/database'
import type { Kysely } from 'kysely'
import { DeliveryErrors } from './errors.ts'
import { packPlaces, unpackPlaces, type Places } from './places.ts'
import type { LaneName } from './records.ts'
import type { DeliveryDb, DeliveryTables } from './tables.ts'

/** Which lane of which delivery stream. */
export interface LaneKey {
  readonly streamId: string
  readonly lane: LaneName
}

/** How far a lane has delivered. */
export interface Checkpoints {
  /** Grows with each change: who knows a version knows the places. */
  readonly version: number
  readonly places: Places
}

/** Undefined when there is no such lane (any more). */
export async function loadCheckpoints(
  db: DeliveryDb,
  { streamId, lane }: LaneKey,
): Promise<Checkpoints | undefined> {
  const row = await db
    .selectFrom('delivery_lanes')
    .select(['version', 'places'])
    .where('stream_id', '=', streamId)
    .where('lane', '=', lane)
    .executeTakeFirst()
  return row && { version: row.version, places: unpackPlaces(row.places) }
}

/** The version alone. */
export async function loadVersion(
  db: DeliveryDb,
  { streamId, lane }: LaneKey,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('delivery_lanes')
    .select('version')
    .where('stream_id', '=', streamId)
    .where('lane', '=', lane)
    .executeTakeFirst()
  return row?.version
}

/** Sets where a lane begins, whatever it has delivered. */
export async function putCheckpoints(
  db: DeliveryDb,
  { streamId, lane }: LaneKey,
  places: Places,
): Promise<void> {
  const packed = packPlaces(places)
  await db
    .insertInto('delivery_lanes')
    .values({ stream_id: streamId, lane, version: 1, places: packed })
    .onConflict((conflict) =>
      conflict.columns(['stream_id', 'lane']).doUpdateSet(({ ref, eb }) => ({
        version: eb(ref('delivery_lanes.version'), '+', 1),
        places: packed,
      })),
    )
    .execute()
}

/**
 * Moves the checkpoints of a lane, if they are still those of this version: else somebody else has moved them, or the delivery stream is
 * gone, which takes them along. Error: `DeliverySuperseded`.
 */
export async function moveCheckpoints(
  tx: Transaction,
  { streamId, lane }: LaneKey,
  { version, to }: CheckpointMove,
): Promise<void> {
  const moved = await moveRow(tx, packPlaces(to), version + 1, streamId, lane, version)
  if (moved.length === 0) {
    throw DeliveryErrors.DeliverySuperseded('the batch is not the next one any more')
  }
}

export interface CheckpointMove {
  /** What they are moved from. */
  readonly version: number
  readonly to: Places
}

const moveRow = prepared(
  (
    db: Kysely<DeliveryTables>,
    places: Uint8Array,
    next: number,
    streamId: string,
    lane: string,
    version: number,
  ) =>
    db
      .updateTable('delivery_lanes')
      .set({ places, version: next })
      .where('stream_id', '=', streamId)
      .where('lane', '=', lane)
      .where('version', '=', version)
      .returning('version'),
)
