import { isLakeError } from '#kit'
import { loadCheckpoints } from './checkpoints.ts'
import type { DeliveryOptions } from './delivery.ts'
import type { Holds } from './holds.ts'
import { laneNames, targetOf } from './lane.ts'
import { placesIn } from './places.ts'
import type { DeliveryStream } from './records.ts'
import { directShard, streamIdOf } from './source.ts'
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
        const key = { streamId: stream.id, lane }
        const checkpoints = await loadCheckpoints(tablesOf(options.database), key)
        return (checkpoints && placesIn(checkpoints.places, shard.logId).get(shard.number)) ?? 0
      }),
  )
  const sequence = holds.limit(shard.logId, Math.min(...places))
  await options.log.trim(shard, { sequence: BigInt(sequence) })
}

/** Removes logs whose delivery stream is gone; a crash may have come between. What cannot be removed now is tried again at the next start. */
export async function collectGarbage(
  options: Pick<DeliveryOptions, 'database' | 'log' | 'logger'>,
): Promise<void> {
  const rows = await tablesOf(options.database).selectFrom('delivery_garbage').selectAll().execute()
  for (const { log_id: logId } of rows) {
    try {
      await options.log.deleteLog(logId)
      await options.database.transaction(async (tx) => {
        await tablesOf(tx).deleteFrom('delivery_garbage').where('log_id', '=', logId).execute()
      })
    } catch (error) {
      options.logger.warn(
        { err: error, logId },
        'the log of a delivery stream could not be removed',
      )
    }
  }
}

/**
 * Removes logs of delivery streams that were never there: a crash came between the log and its row. Only at the start, when nobody makes
 * any. Into such a log nobody has put anything, so one that has held a record, or cannot be read, stays: its row was lost.
 */
export async function removeAbandoned(
  options: Pick<DeliveryOptions, 'database' | 'log' | 'logger'>,
): Promise<void> {
  const { log, logger } = options
  const rows = await tablesOf(options.database)
    .selectFrom('delivery_streams')
    .select('id')
    .execute()
  const ids = new Set(rows.map(({ id }) => id))
  for (const logId of await log.logs()) {
    const id = streamIdOf(logId)
    if (id === undefined || ids.has(id)) continue
    try {
      // One that was not even begun is not found.
      const tip = await log.tip(directShard(id)).catch((error: unknown) => {
        if (!isLakeError(error, 'LogNotFound')) throw error
      })
      if (!tip || tip.sequence === 0n) await log.deleteLog(logId)
      else logger.warn({ logId }, 'a log with records has no delivery stream')
    } catch (error) {
      logger.warn({ err: error, logId }, 'a log that has no delivery stream cannot be looked into')
    }
  }
}
