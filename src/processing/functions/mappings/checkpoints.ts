import type { Database } from '#platform/database'
import { FunctionErrors } from '../errors.ts'
import { tablesOf, type EventRow, type FunctionDb } from '../tables.ts'
import type { Mapping } from './mapping.ts'
import { readWindow, type OpenWindow } from './tumbling-window.ts'

/** One of the parts of a shard that are handled beside each other. */
export interface LaneRef {
  readonly mappingId: string
  readonly shardId: string
  /** From 0; below `parallelization`. */
  readonly lane: number
}

/** Where a lane goes on: behind a sequence of the log, within a window. */
export interface LanePlace {
  readonly after: bigint
  readonly window?: OpenWindow | undefined
}

/** A shard of a stream; without a log one that the stream does not have any more. */
export interface PlacedShard {
  readonly shardId: string
  readonly logId: string | undefined
}

/**
 * Where each lane of a shard goes on. With another number of lanes than before keys fall to others: then all go
 * back to where the slowest was, so that nothing is left out; a window that was open is the first one's to end. In another log, that of a stream which was
 * made anew, they begin at its start. Error: `FunctionNotFound` when the mapping was removed.
 */
export async function placeLanes(
  database: Database,
  mapping: Mapping,
  shard: PlacedShard,
  lanes: number,
): Promise<readonly LanePlace[]> {
  const { shardId, logId } = shard
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
    const places = rows.map((row): LanePlace => {
      const isOther = logId !== undefined && row.log_id !== null && row.log_id !== logId
      return {
        after: isOther ? 0n : BigInt(row.sequence),
        window: row.open_window === null ? undefined : readWindow(row.open_window),
      }
    })
    const isHere = logId === undefined || rows.every((row) => row.log_id === logId)
    if (places.length === lanes) {
      if (!isHere) await putPlaces(db, mapping, shard, places)
      return places
    }
    const after = places.reduce(
      (least, place) => (place.after < least ? place.after : least),
      places[0]?.after ?? 0n,
    )
    const window = places.find((place) => place.window)?.window
    const anew = Array.from({ length: lanes }, (_, lane): LanePlace => {
      return lane === 0 ? { after, window } : { after }
    })
    await putPlaces(db, mapping, shard, anew)
    return anew
  })
}

/** In the place of what was there. */
export async function putPlaces(
  db: FunctionDb,
  { id, accountId, region }: Mapping,
  { shardId, logId }: PlacedShard,
  places: readonly LanePlace[],
): Promise<void> {
  await db
    .deleteFrom('functions_checkpoints')
    .where('mapping_id', '=', id)
    .where('shard_id', '=', shardId)
    .execute()
  for (const [lane, { after, window }] of places.entries()) {
    await db
      .insertInto('functions_checkpoints')
      .values({
        account_id: accountId,
        region,
        mapping_id: id,
        shard_id: shardId,
        log_id: logId ?? null,
        lane,
        sequence: after.toString(),
        open_window: window ? JSON.stringify(window) : null,
      })
      .execute()
  }
}

/** The shards of which a place is kept. */
export async function keptShards(
  database: Database,
  mappingId: string,
): Promise<readonly string[]> {
  const rows = await tablesOf(database)
    .selectFrom('functions_checkpoints')
    .select('shard_id')
    .distinct()
    .where('mapping_id', '=', mappingId)
    .execute()
  return rows.map((row) => row.shard_id)
}

/** Keeps no place of a shard that is gone. */
export async function forgetShard(
  database: Database,
  mappingId: string,
  shardId: string,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tablesOf(tx)
      .deleteFrom('functions_checkpoints')
      .where('mapping_id', '=', mappingId)
      .where('shard_id', '=', shardId)
      .execute()
  })
}

/** What becomes true together; what is not named stays. */
export interface LaneStep {
  readonly sequence?: bigint
  /** Null when it has ended. */
  readonly window?: OpenWindow | null
  /** Tells of records that were given up. */
  readonly news?: EventRow | undefined
}

/** Durable when it resolves; false when the mapping is gone. */
export async function moveCheckpoint(
  database: Database,
  { mappingId, shardId, lane }: LaneRef,
  { sequence, window, news }: LaneStep,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const db = tablesOf(tx)
    const moved = await db
      .updateTable('functions_checkpoints')
      .set({
        ...(sequence === undefined ? {} : { sequence: sequence.toString() }),
        ...(window === undefined ? {} : { open_window: window && JSON.stringify(window) }),
      })
      .where('mapping_id', '=', mappingId)
      .where('shard_id', '=', shardId)
      .where('lane', '=', lane)
      .executeTakeFirst()
    if (Number(moved.numUpdatedRows) === 0) return false
    if (news) await db.insertInto('functions_events').values(news).execute()
    return true
  })
}
