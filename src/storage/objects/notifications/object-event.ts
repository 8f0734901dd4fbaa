import type { Transaction } from '#platform/database'
import { publishEvent } from '#platform/events'
import type { BucketRow, ObjectTables, VersionRow } from '../tables.ts'
import { nullVersionId } from '../version-ids.ts'
import { routesOf } from './configuration.ts'

/** The topic of the outbox that events of objects go through. */
export const objectEventsTopic = 'storage/objects'

/** The request that caused a change; of what the lake itself does there is none. */
export interface Cause {
  /** Who, as notifications name him: `AWS:AIDA…`. */
  readonly principalId: string
  readonly sourceIp: string
  readonly requestId: string
}

/** What is kept of a change until it is delivered. */
export interface ObjectEvent {
  /** Without the prefix: `ObjectCreated:Put`. */
  readonly name: string
  readonly atMs: number
  readonly accountId: string
  readonly region: string
  readonly bucket: string
  readonly key: string
  readonly sizeBytes?: number
  readonly etag?: string
  /** Only of buckets with versioning. */
  readonly versionId?: string
  readonly cause?: Cause
  /** What a message of this event has beside the others. */
  readonly data?: Readonly<Record<string, object>>
  readonly configurationId: string
  readonly destinationArn: string
}

type Changed = Pick<VersionRow, 'key'> &
  Partial<Pick<VersionRow, 'size_bytes' | 'etag' | 'version_id'>>

export interface ObjectChange {
  /** As the documentation lists them, without `s3:`: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
  readonly name: string
  readonly object: Changed
  readonly cause?: Cause | undefined
  readonly nowMs: number
  readonly data?: ObjectEvent['data']
}

/**
 * Tells of a change of an object to whom the bucket's notification configuration names, in the transaction of the change:
 * exactly what commits is delivered. Costs nothing where the bucket has no such configuration. Error: `TooManyEvents`.
 */
export async function tellOf(
  tx: Transaction,
  bucket: BucketRow,
  change: ObjectChange,
): Promise<void> {
  if (bucket.sends_events === 0) return
  const row = await tx
    .tables<ObjectTables>()
    .selectFrom('object_bucket_settings')
    .select('value')
    .where('bucket', '=', bucket.name)
    .where('name', '=', 'notification')
    .executeTakeFirst()
  if (!row) return
  const { name, object, cause, nowMs, data } = change
  for (const route of routesOf(row.value, `s3:${name}`, object.key)) {
    const hasVersion = object.version_id !== undefined && object.version_id !== nullVersionId
    const event: ObjectEvent = {
      name,
      atMs: nowMs,
      accountId: bucket.account_id,
      region: bucket.region,
      bucket: bucket.name,
      key: object.key,
      ...(object.size_bytes === undefined ? {} : { sizeBytes: object.size_bytes }),
      ...(object.etag === undefined ? {} : { etag: object.etag }),
      ...(hasVersion ? { versionId: object.version_id } : {}),
      ...(cause ? { cause } : {}),
      ...(data ? { data } : {}),
      ...route,
    }
    await publishEvent(tx, {
      topic: objectEventsTopic,
      lane: `${route.destinationArn} ${bucket.name}/${object.key}`,
      payload: event,
      nowMs,
    })
  }
}
