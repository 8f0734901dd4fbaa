import type { Kysely } from 'kysely'
import { prepared, type Statements, type Transaction } from '#platform/database'
import type { ObjectTables, VersionRow } from './tables.ts'

/** What a change of a key asks of its newest version. */
const placeColumns = [
  'bucket',
  'key',
  'age_rank',
  'version_id',
  'delete_marker',
  'size_bytes',
  'etag',
  'last_modified_ms',
  'blob_id',
  'upload_id',
  'restore_tier',
  'annotations',
] as const satisfies readonly (keyof VersionRow)[]

export type LatestPlace = Pick<VersionRow, (typeof placeColumns)[number]>

export async function latestRow(
  db: Statements,
  bucket: string,
  key: string,
): Promise<VersionRow | undefined> {
  return (await latestRows(db, bucket, key))[0]
}

/** As `latestRow`, of what every change reads: a third of the columns, which are compared once more at the commit. */
export async function latestPlace(
  db: Statements,
  bucket: string,
  key: string,
): Promise<LatestPlace | undefined> {
  return (await latestPlaces(db, bucket, key))[0]
}

/**
 * Writes the row of a new version: over that of the newest one, where it comes in its place, so that what lists keys has nothing to change;
 * each page that a commit changes is written and waited for.
 */
export async function writeVersionRow(
  tx: Transaction,
  row: VersionRow,
  replaces: LatestPlace | undefined,
): Promise<void> {
  if (replaces?.delete_marker === row.delete_marker) {
    await replaceRow(tx, row, replaces.age_rank)
    return
  }
  if (replaces) await deleteVersionRow(tx, replaces)
  await insertRow(tx, row)
}

export async function deleteVersionRow(
  tx: Transaction,
  { bucket, key, age_rank: ageRank }: Pick<VersionRow, 'bucket' | 'key' | 'age_rank'>,
): Promise<void> {
  await deleteRow(tx, bucket, key, ageRank)
}

export async function setLatest(
  tx: Transaction,
  { bucket, key, age_rank: ageRank }: Pick<VersionRow, 'bucket' | 'key' | 'age_rank'>,
  isLatest: 0 | 1,
): Promise<void> {
  await updateLatest(tx, isLatest, bucket, key, ageRank)
}

export async function versionRow(
  tx: Transaction,
  bucket: string,
  key: string,
  versionId: string,
): Promise<VersionRow | undefined> {
  return tx
    .tables<ObjectTables>()
    .selectFrom('object_versions')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .where('version_id', '=', versionId)
    .executeTakeFirst()
}

const latestRows = prepared((db: Kysely<ObjectTables>, bucket: string, key: string) =>
  newest(db, bucket, key).selectAll(),
)

const latestPlaces = prepared((db: Kysely<ObjectTables>, bucket: string, key: string) =>
  newest(db, bucket, key).select(placeColumns),
)

function newest(db: Kysely<ObjectTables>, bucket: string, key: string) {
  return db
    .selectFrom('object_versions')
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .orderBy('age_rank')
    .limit(1)
}

const insertRow = prepared((db: Kysely<ObjectTables>, row: VersionRow) =>
  db.insertInto('object_versions').values(row),
)

const replaceRow = prepared((db: Kysely<ObjectTables>, row: VersionRow, replacedRank: number) => {
  const { bucket, key, version_id: _id, is_latest: _latest, delete_marker: _marker, ...rest } = row
  return db
    .updateTable('object_versions')
    .set(rest)
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .where('age_rank', '=', replacedRank)
})

const deleteRow = prepared(
  (db: Kysely<ObjectTables>, bucket: string, key: string, ageRank: number) =>
    db
      .deleteFrom('object_versions')
      .where('bucket', '=', bucket)
      .where('key', '=', key)
      .where('age_rank', '=', ageRank),
)

const updateLatest = prepared(
  (db: Kysely<ObjectTables>, isLatest: number, bucket: string, key: string, ageRank: number) =>
    db
      .updateTable('object_versions')
      .set({ is_latest: isLatest as 0 | 1 })
      .where('bucket', '=', bucket)
      .where('key', '=', key)
      .where('age_rank', '=', ageRank),
)
