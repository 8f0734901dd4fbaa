import type { Database } from '#platform/database'
import { FunctionErrors } from '../errors.ts'
import { tablesOf, type EventRow, type FunctionDb } from '../tables.ts'
import type { Mapping } from './mapping.ts'

/** One of the parts of a shard that are handled beside each other. */
export interface LaneRef {
  readonly mappingId: string
  readonly shardId: string
  /** From 0; below `parallelization`. */
  readonly lane: number
}

/**
 * Where each lane of a shard goes on, by the log's sequence. With another number of lanes than before keys fall to others: then all go
 * back to where the slowest was, so that nothing is left out. Error: `FunctionNotFound` when the mapping was removed.
 */
export async function placeLanes(
  database: Database,
  mapping: Mapping,
  shardId: string,
  lanes: number,
): Promise<readonly bigint[]> {
  return database.transaction(async (tx) => {
    const db = tablesOf(tx)
    const own = await db
      .selectFrom('functions_mappings')
      .select('id')
      .where('id', '=', mapping.id)
      .executeTakeFirst()
    if (!own) throw FunctionErrors.FunctionNotFound('The mapping is gone')
    const rows = await db
      .selectFrom('functions_checkpoints')
      .selectAll()
      .where('mapping_id', '=', mapping.id)
      .where('shard_id', '=', shardId)
      .orderBy('lane')
      .execute()
    const places = rows.map((row) => BigInt(row.sequence))
    if (places.length === lanes) return places
    const slowest = places.reduce(
      (least, place) => (place < least ? place : least),
      places[0] ?? 0n,
    )
    const sameForAll = Array.from({ length: lanes }, () => slowest)
    await putPlaces(db, mapping, shardId, sameForAll)
    return sameForAll
  })
}

/** In the place of what was there. */
export async function putPlaces(
  db: FunctionDb,
  { id, accountId, region }: Mapping,
  shardId: string,
  places: readonly bigint[],
): Promise<void> {
  await db
    .deleteFrom('functions_checkpoints')
    .where('mapping_id', '=', id)
    .where('shard_id', '=', shardId)
    .execute()
  for (const [lane, sequence] of places.entries()) {
    await db
      .insertInto('functions_checkpoints')
      .values({
        account_id: accountId,
        region,
        mapping_id: id,
        shard_id: shardId,
        lane,
        sequence: sequence.toString(),
      })
      .execute()
  }
}

/** Durable when it resolves, together with an event that tells of records that were given up; false when the mapping is gone. */
export async function moveCheckpoint(
  database: Database,
  { mappingId, shardId, lane }: LaneRef,
  sequence: bigint,
  news: EventRow | undefined,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const db = tablesOf(tx)
    const moved = await db
      .updateTable('functions_checkpoints')
      .set({ sequence: sequence.toString() })
      .where('mapping_id', '=', mappingId)
      .where('shard_id', '=', shardId)
      .where('lane', '=', lane)
      .executeTakeFirst()
    if (Number(moved.numUpdatedRows) === 0) return false
    if (news) await db.insertInto('functions_events').values(news).execute()
    return true
  })
}
