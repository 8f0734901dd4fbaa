import type { Kysely } from 'kysely'
import { prepared } from '#platform/database'
import { ObjectErrors } from './errors.ts'
import type { BucketRow, ObjectTables } from './tables.ts'

type Reads = { tables<T>(): Kysely<T> }

export async function findBucketRow(db: Reads, name: string): Promise<BucketRow | undefined> {
  return (await bucketRows(db, name))[0]
}

const bucketRows = prepared((db: Kysely<ObjectTables>, name: string) =>
  db.selectFrom('object_buckets').selectAll().where('name', '=', name),
)

/** Errors: `NoSuchBucket`, `AccessDenied`. */
export async function getBucketRow(db: Reads, accountId: string, name: string): Promise<BucketRow> {
  const row = await findBucketRow(db, name)
  if (!row) {
    throw ObjectErrors.NoSuchBucket('The specified bucket does not exist', { BucketName: name })
  }
  if (row.account_id !== accountId) {
    throw ObjectErrors.AccessDenied('Access Denied', { BucketName: name })
  }
  return row
}
