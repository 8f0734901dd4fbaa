import type { Database, Transaction } from '#platform/database'
import type { ObjectTables, VersionRow } from '../tables.ts'

type Bytes = Pick<VersionRow, 'blob_id' | 'upload_id'>

/** What stands as `owner_id` of a version's restored blobs. */
export function ownerOf(row: Bytes): string {
  return row.upload_id ?? row.blob_id ?? ''
}

/** The restored copies of a version's blobs, by the ids of the archived ones. */
export async function restoredBlobs(
  database: Database,
  row: Bytes,
): Promise<ReadonlyMap<string, string>> {
  const rows = await database
    .tables<ObjectTables>()
    .selectFrom('object_restored')
    .select(['archived_blob_id', 'blob_id'])
    .where('owner_id', '=', ownerOf(row))
    .execute()
  return new Map(rows.map((found) => [found.archived_blob_id, found.blob_id]))
}

/** Takes the restored copies of a version away; they become garbage. */
export async function discardRestored(tx: Transaction, row: Bytes): Promise<void> {
  const db = tx.tables<ObjectTables>()
  const ownerId = ownerOf(row)
  await db
    .insertInto('object_garbage')
    .columns(['blob_id', 'owner_id'])
    .expression((from) =>
      from
        .selectFrom('object_restored')
        .select(['blob_id', 'owner_id'])
        .where('owner_id', '=', ownerId),
    )
    .execute()
  await db.deleteFrom('object_restored').where('owner_id', '=', ownerId).execute()
}
