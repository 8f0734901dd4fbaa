import { channelNameOf, channelNames } from './channels/channel.ts'
import { DeliveryErrors } from './errors.ts'
import type { DeliveryRef, DeliveryStream } from './records.ts'
import { findRow, toStream, type DeliveryDb } from './tables.ts'

/** https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const deliveryStreamsMax = 5000

/** Error: `DeliveryStreamExists`, `DeliveryLimitExceeded`. */
export async function mustBeNew(db: DeliveryDb, ref: DeliveryRef): Promise<void> {
  const channel = channelNameOf(ref)
  if (await findRow(db, ref)) {
    throw DeliveryErrors.DeliveryStreamExists(
      channel === undefined
        ? `Firehose ${ref.name} under accountId ${ref.accountId} already exists`
        : `Channel ${channel} under account ${ref.accountId} already exists.`,
    )
  }
  // Their number is bounded by that of the streams.
  if (channel !== undefined) return
  const { count } = await db
    .selectFrom('delivery_streams')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where((or) => or.or([or('name', '<', channelNames.from), or('name', '>=', channelNames.to)]))
    .executeTakeFirstOrThrow()
  if (Number(count) >= deliveryStreamsMax) {
    throw DeliveryErrors.DeliveryLimitExceeded(
      `An account may have ${deliveryStreamsMax} delivery streams in a region.`,
    )
  }
}

export async function insertStream(db: DeliveryDb, stream: DeliveryStream): Promise<void> {
  await db
    .insertInto('delivery_streams')
    .values({
      id: stream.id,
      account_id: stream.accountId,
      region: stream.region,
      name: stream.name,
      source: JSON.stringify(stream.source),
      settings: JSON.stringify(stream.settings),
      description: JSON.stringify(stream.description),
      encryption: JSON.stringify(stream.encryption),
      tags: JSON.stringify(stream.tags),
      version: stream.version,
      created_ms: stream.createdMs,
      updated_ms: null,
    })
    .execute()
}

/** What `work` makes of a delivery stream, as it is in the database. Error: `DeliveryStreamNotFound`. */
export async function changeStream(
  db: DeliveryDb,
  ref: DeliveryRef,
  work: (stream: DeliveryStream) => Promise<Partial<DeliveryStream>>,
): Promise<DeliveryStream> {
  const row = await findRow(db, ref)
  if (!row) throw notFound(ref)
  const stream = toStream(row)
  const next = { ...stream, ...(await work(stream)) }
  await db
    .updateTable('delivery_streams')
    .set({
      settings: JSON.stringify(next.settings),
      description: JSON.stringify(next.description),
      encryption: JSON.stringify(next.encryption),
      tags: JSON.stringify(next.tags),
      version: next.version,
      updated_ms: next.updatedMs ?? null,
    })
    .where('id', '=', stream.id)
    .execute()
  return next
}

/** Removes it with its checkpoints; `garbage` is a log to be removed after. Error: `DeliveryStreamNotFound`. */
export async function removeStream(
  db: DeliveryDb,
  stream: DeliveryStream,
  garbage: string | undefined,
): Promise<void> {
  const removed = await db
    .deleteFrom('delivery_streams')
    .where('id', '=', stream.id)
    .executeTakeFirst()
  if (removed.numDeletedRows === 0n) throw notFound(stream)
  await db.deleteFrom('delivery_lanes').where('stream_id', '=', stream.id).execute()
  if (garbage !== undefined) {
    await db.insertInto('delivery_garbage').values({ log_id: garbage }).execute()
  }
}

export function notFound({ name, accountId }: DeliveryRef): Error {
  const channel = channelNameOf({ name })
  if (channel !== undefined) {
    return DeliveryErrors.DeliveryStreamNotFound(
      `Channel ${channel} under account ${accountId} not found.`,
    )
  }
  return DeliveryErrors.DeliveryStreamNotFound(
    `Firehose ${name} under account ${accountId} not found.`,
  )
}
