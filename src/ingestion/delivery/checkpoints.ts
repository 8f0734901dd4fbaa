import type { ShardRef } from '#ingestion/streams'
import type { Transaction } from '#platform/database'
import type { Batch } from './batch.ts'
import { DeliveryErrors } from './errors.ts'
import type { LaneName } from './records.ts'
import { tablesOf, type DeliveryDb } from './tables.ts'

/** How far a lane has delivered each shard, by `shardKey`. */
export async function loadCheckpoints(
  db: DeliveryDb,
  streamId: string,
  lane: LaneName,
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db
    .selectFrom('delivery_checkpoints')
    .selectAll()
    .where('stream_id', '=', streamId)
    .where('lane', '=', lane)
    .execute()
  return new Map(
    rows.map((row) => [
      shardKey({ logId: row.log_id, shardId: row.shard_id }),
      BigInt(row.sequence),
    ]),
  )
}

export function shardKey({ logId, shardId }: ShardRef): string {
  return `${logId}/${shardId}`
}

/** Sets where a lane begins. */
export async function putCheckpoints(
  db: DeliveryDb,
  streamId: string,
  lane: LaneName,
  places: readonly { readonly ref: ShardRef; readonly sequence: bigint }[],
): Promise<void> {
  // Few statements, whatever the number of shards; each may have so many values.
  for (let from = 0; from < places.length; from += rowsMax) {
    const rows = places.slice(from, from + rowsMax).map(({ ref, sequence }) => ({
      stream_id: streamId,
      lane,
      log_id: ref.logId,
      shard_id: ref.shardId,
      sequence: Number(sequence),
    }))
    await db
      .insertInto('delivery_checkpoints')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['stream_id', 'lane', 'log_id', 'shard_id'])
          .doUpdateSet(({ ref }) => ({ sequence: ref('excluded.sequence') })),
      )
      .execute()
  }
}

const rowsMax = 1000

/**
 * Moves the checkpoints past a batch, if they stand where it begins: else somebody else delivered it, or the
 * delivery stream is gone. Error: `DeliverySuperseded`.
 */
export async function moveCheckpoints(tx: Transaction, batch: Batch): Promise<void> {
  const db = tablesOf(tx)
  const { stream, lane, ranges } = batch
  const row = await db
    .selectFrom('delivery_streams')
    .select('id')
    .where('id', '=', stream.id)
    .executeTakeFirst()
  const stands = row ? await loadCheckpoints(db, stream.id, lane) : undefined
  if (!stands || ranges.some(({ ref, from }) => (stands.get(shardKey(ref)) ?? 0n) !== from)) {
    throw DeliveryErrors.DeliverySuperseded('the batch is not the next one any more')
  }
  const places = ranges.map(({ ref, to }) => ({ ref, sequence: to }))
  await putCheckpoints(db, stream.id, lane, places)
}
