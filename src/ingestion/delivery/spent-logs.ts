import { loadCheckpoints, shardKey } from './checkpoints.ts'
import type { DeliveryOptions } from './delivery.ts'
import type { Holds } from './holds.ts'
import { laneNames, targetOf } from './lane.ts'
import type { DeliveryStream } from './records.ts'
import { directShard } from './source.ts'
import { tablesOf } from './tables.ts'

/** Frees what every lane of a delivery stream has delivered, and no query reads. */
export async function trim(
  options: Pick<DeliveryOptions, 'database' | 'log'>,
  holds: Holds,
  stream: DeliveryStream,
): Promise<void> {
  if (stream.source.kind !== 'direct') return
  const shard = directShard(stream.id)
  const places = await Promise.all(
    laneNames
      .filter((lane) => targetOf(stream, lane))
      .map(async (lane) => {
        const checkpoints = await loadCheckpoints(tablesOf(options.database), stream.id, lane)
        return checkpoints.get(shardKey(shard)) ?? 0n
      }),
  )
  const sequence = places.reduce((least, place) => (place < least ? place : least))
  await options.log.trim(shard, { sequence: holds.limit(shard.logId, sequence) })
}

/** Removes logs whose delivery stream is gone; a crash may have come between. */
export async function collectGarbage(
  options: Pick<DeliveryOptions, 'database' | 'log'>,
): Promise<void> {
  const rows = await tablesOf(options.database).selectFrom('delivery_garbage').selectAll().execute()
  for (const { log_id: logId } of rows) {
    await options.log.deleteLog(logId)
    await options.database.transaction(async (tx) => {
      await tablesOf(tx).deleteFrom('delivery_garbage').where('log_id', '=', logId).execute()
    })
  }
}
