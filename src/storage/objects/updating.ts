import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import { findVersion } from './finding.ts'
import { tellOf } from './notifications/object-event.ts'
import type { ObjectStore } from './object-store.ts'
import type { ObjectTables } from './tables.ts'

/** Writes what `change` answers into the row of a version, and the event that tells of it, in one transaction. */
export function updateVersion(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  ...[ref, change, event]: Parameters<ObjectStore['update']>
): ReturnType<ObjectStore['update']> {
  return database.transaction(async (tx) => {
    const row = await findVersion(tx, ref)
    const nowMs = clock.now()
    const values = change(row, nowMs)
    await tx
      .tables<ObjectTables>()
      .updateTable('object_versions')
      .set(values)
      .where('bucket', '=', row.bucket)
      .where('key', '=', row.key)
      .where('age_rank', '=', row.age_rank)
      .execute()
    if (event) {
      const bucket = await getBucketRow(tx, ref.accountId, ref.bucket)
      await tellOf(tx, bucket, { ...event, object: row, nowMs })
    }
    return { ...row, ...values }
  })
}
