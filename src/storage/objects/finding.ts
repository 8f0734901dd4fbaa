import type { Statements } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import { ObjectErrors } from './errors.ts'
import type { ObjectRef } from './objects.ts'
import type { ObjectTables, VersionRow } from './tables.ts'
import { nullVersionId, rankOf } from './version-ids.ts'
import { latestRow } from './version-rows.ts'

/**
 * The version a reference means: the named one, or the current one. Errors: `NoSuchBucket`, `AccessDenied`,
 * `NoSuchKey`, `NoSuchVersion`, `InvalidArgument` (no such form of id), `MethodNotAllowed` (a named delete marker).
 */
export async function findVersion(db: Statements, ref: ObjectRef): Promise<VersionRow> {
  await getBucketRow(db, ref.accountId, ref.bucket)
  return ref.versionId === undefined ? findCurrent(db, ref) : findNamed(db, ref, ref.versionId)
}

/** Errors: `InvalidArgument` (no such form of id). */
export function checkVersionId(versionId: string): void {
  if (rankOf(versionId) === undefined && versionId !== nullVersionId) {
    throw ObjectErrors.InvalidArgument('Invalid version id specified', {
      ArgumentName: 'versionId',
      ArgumentValue: versionId,
    })
  }
}

async function findCurrent(db: Statements, ref: ObjectRef): Promise<VersionRow> {
  const row = await latestRow(db, ref.bucket, ref.key)
  if (row && row.delete_marker === 0) return row
  throw ObjectErrors.NoSuchKey('The specified key does not exist.', {
    Key: ref.key,
    ...(row ? { deleteMarker: true, versionId: row.version_id } : {}),
  })
}

async function findNamed(db: Statements, ref: ObjectRef, versionId: string): Promise<VersionRow> {
  checkVersionId(versionId)
  const rank = rankOf(versionId)
  let query = db
    .tables<ObjectTables>()
    .selectFrom('object_versions')
    .selectAll()
    .where('bucket', '=', ref.bucket)
    .where('key', '=', ref.key)
    .where('version_id', '=', versionId)
  if (rank !== undefined) query = query.where('age_rank', '=', rank)
  const row = await query.executeTakeFirst()
  if (!row) {
    throw ObjectErrors.NoSuchVersion('The specified version does not exist.', {
      Key: ref.key,
      VersionId: versionId,
    })
  }
  if (row.delete_marker === 1) {
    throw ObjectErrors.MethodNotAllowed(
      'The specified method is not allowed against this resource.',
      { deleteMarker: true, versionId: row.version_id, lastModifiedMs: row.last_modified_ms },
    )
  }
  return row
}
