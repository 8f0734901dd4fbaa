import type { Database, Transaction } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import { ObjectErrors } from './errors.ts'
import { sendsEvents } from './notifications/configuration.ts'
import type { ObjectTables } from './tables.ts'

/** Which sub-resource; `id` for those that a bucket may have many of. */
export interface SettingRef {
  readonly accountId: string
  readonly bucket: string
  readonly name: string
  readonly id?: string
}

/** Sub-resources of buckets, each a JSON document that the front validates. Errors of all: `NoSuchBucket`, `AccessDenied`. */
export interface BucketSettings {
  get(ref: SettingRef): Promise<string | undefined>
  /** `max` bounds how many of the name a bucket may have: `InvalidRequest` past it. */
  put(ref: SettingRef, value: string, max?: number): Promise<void>
  /** False when there was nothing. */
  delete(ref: SettingRef): Promise<boolean>
  /** By id. */
  list(
    ref: SettingRef,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly { readonly id: string; readonly value: string }[]>
}

export function createBucketSettings(database: Database): BucketSettings {
  return {
    get: async (ref) => {
      await getBucketRow(database, ref.accountId, ref.bucket)
      const row = await database
        .tables<ObjectTables>()
        .selectFrom('object_bucket_settings')
        .select('value')
        .where('bucket', '=', ref.bucket)
        .where('name', '=', ref.name)
        .where('id', '=', ref.id ?? '')
        .executeTakeFirst()
      return row?.value
    },
    put: async (ref, value, max) => {
      await database.transaction(async (tx) => {
        await getBucketRow(tx, ref.accountId, ref.bucket)
        const db = tx.tables<ObjectTables>()
        if (max !== undefined) {
          const others = await db
            .selectFrom('object_bucket_settings')
            .select('id')
            .where('bucket', '=', ref.bucket)
            .where('name', '=', ref.name)
            .where('id', '!=', ref.id ?? '')
            .execute()
          if (others.length >= max) {
            throw ObjectErrors.InvalidRequest(
              `You have attempted to create a new configuration but have already reached the ${max}-configuration limit.`,
            )
          }
        }
        await db
          .insertInto('object_bucket_settings')
          .values({ bucket: ref.bucket, name: ref.name, id: ref.id ?? '', value })
          .onConflict((conflict) =>
            conflict.columns(['bucket', 'name', 'id']).doUpdateSet({ value }),
          )
          .execute()
        if (ref.name === 'notification') await markSending(tx, ref.bucket, sendsEvents(value))
      })
    },
    delete: async (ref) => {
      return database.transaction(async (tx) => {
        await getBucketRow(tx, ref.accountId, ref.bucket)
        const result = await tx
          .tables<ObjectTables>()
          .deleteFrom('object_bucket_settings')
          .where('bucket', '=', ref.bucket)
          .where('name', '=', ref.name)
          .where('id', '=', ref.id ?? '')
          .executeTakeFirst()
        if (ref.name === 'notification') await markSending(tx, ref.bucket, false)
        return result.numDeletedRows > 0n
      })
    },
    list: async (ref, page) => {
      await getBucketRow(database, ref.accountId, ref.bucket)
      let query = database
        .tables<ObjectTables>()
        .selectFrom('object_bucket_settings')
        .select(['id', 'value'])
        .where('bucket', '=', ref.bucket)
        .where('name', '=', ref.name)
      if (page.after !== undefined) query = query.where('id', '>', page.after)
      return query.orderBy('id').limit(page.limit).execute()
    },
  }
}

/** Kept in the bucket's row, which every write reads: a bucket that notifies nobody pays nothing. */
async function markSending(tx: Transaction, bucket: string, sends: boolean): Promise<void> {
  await tx
    .tables<ObjectTables>()
    .updateTable('object_buckets')
    .set({ sends_events: sends ? 1 : 0 })
    .where('name', '=', bucket)
    .execute()
}
