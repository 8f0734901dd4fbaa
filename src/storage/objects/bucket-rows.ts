import type { Kysely } from 'kysely'
import { prepared, type Statements } from '#platform/database'
import { ObjectErrors } from './errors.ts'
import type { BucketRow, ObjectTables } from './tables.ts'

export async function findBucketRow(db: Statements, name: string): Promise<BucketRow | undefined> {
  return (await bucketRows(db, name))[0]
}

const bucketRows = prepared((db: Kysely<ObjectTables>, name: string) =>
  db.selectFrom('object_buckets').selectAll().where('name', '=', name),
)

/** Errors: `NoSuchBucket`, `AccessDenied`. */
export async function getBucketRow(
  db: Statements,
  accountId: string,
  name: string,
): Promise<BucketRow> {
  const row = await findBucketRow(db, name)
  if (!row) {
    throw ObjectErrors.NoSuchBucket('The specified bucket does not exist', { BucketName: name })
  }
  if (row.account_id !== accountId) {
    throw ObjectErrors.AccessDenied('Access Denied', { BucketName: name })
  }
  return row
}
