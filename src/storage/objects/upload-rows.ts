import type { Kysely } from 'kysely'
import { prepared, type Database, type Transaction } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import { ObjectErrors } from './errors.ts'
import type { GarbageRow, ObjectTables, UploadRow } from './tables.ts'

export interface UploadRef {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}

/** The upload under way. Errors: `NoSuchBucket`, `AccessDenied`, `NoSuchUpload`. */
export async function uploadRow(db: Database | Transaction, ref: UploadRef): Promise<UploadRow> {
  await getBucketRow(db, ref.accountId, ref.bucket)
  const row = await db
    .tables<ObjectTables>()
    .selectFrom('object_uploads')
    .selectAll()
    .where('bucket', '=', ref.bucket)
    .where('key', '=', ref.key)
    .where('upload_id', '=', ref.uploadId)
    .executeTakeFirst()
  if (!row) {
    throw ObjectErrors.NoSuchUpload(
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: ref.uploadId },
    )
  }
  return row
}

/** Removes an upload that will not be completed; the blobs of its parts become garbage. */
export async function removeUpload(
  tx: Transaction,
  upload: Pick<UploadRow, 'bucket' | 'key' | 'upload_id'>,
): Promise<void> {
  await discardParts(tx, upload.upload_id)
  await tx
    .tables<ObjectTables>()
    .deleteFrom('object_uploads')
    .where('bucket', '=', upload.bucket)
    .where('key', '=', upload.key)
    .where('upload_id', '=', upload.upload_id)
    .execute()
}

/** Removes the parts of an upload, or of the object it became; their blobs become garbage. */
export async function discardParts(
  tx: Transaction,
  uploadId: string,
  partNumbers?: readonly number[],
): Promise<void> {
  const db = tx.tables<ObjectTables>()
  await db
    .insertInto('object_garbage')
    .columns(['blob_id', 'owner_id'])
    .expression((from) => {
      const parts = from
        .selectFrom('object_parts')
        .select(['blob_id', 'upload_id'])
        .where('upload_id', '=', uploadId)
      return partNumbers ? parts.where('part_number', 'in', partNumbers) : parts
    })
    .execute()
  const parts = db.deleteFrom('object_parts').where('upload_id', '=', uploadId)
  await (partNumbers ? parts.where('part_number', 'in', partNumbers) : parts).execute()
}

/** A blob that no row names any more. */
export async function discardBlob(
  tx: Transaction,
  blobId: string,
  ownerId = blobId,
): Promise<void> {
  await insertGarbage(tx, { blob_id: blobId, owner_id: ownerId })
}

const insertGarbage = prepared((db: Kysely<ObjectTables>, row: GarbageRow) =>
  db.insertInto('object_garbage').values(row),
)
