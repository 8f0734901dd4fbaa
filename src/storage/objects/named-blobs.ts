import type { Database } from '#platform/database'
import type { ChecksumAlgorithm, Checksums } from './checksums.ts'
import type { ObjectTables, VersionRow } from './tables.ts'
import { restoredBlobs } from './tiering/restored-blobs.ts'

const rowsPerPage = 500

/** A blob that a row names. */
export interface NamedBlob {
  readonly blobId: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  readonly partNumber?: number
  readonly isCopy?: boolean
  /** What its bytes come to, as far as the row knows: not when they are encrypted. */
  readonly expected?: { readonly algorithm: ChecksumAlgorithm; readonly value: string }
}

/** The blobs that rows name, by bucket and key; then the parts of uploads that are under way. */
export async function* namedBlobs(database: Database): AsyncIterable<NamedBlob> {
  const db = database.tables<ObjectTables>()
  let after = { bucket: '', key: '', age_rank: -1 }
  for (;;) {
    const { bucket, key, age_rank: rank } = after
    const rows = await db
      .selectFrom('object_versions')
      .select([
        'bucket',
        'key',
        'age_rank',
        'version_id',
        'blob_id',
        'upload_id',
        'restore_until_ms',
        'encryption',
        'checksum_algorithm',
        'checksum_type',
        'checksum_value',
      ])
      .where((where) =>
        where(where.refTuple('bucket', 'key', 'age_rank'), '>', where.tuple(bucket, key, rank)),
      )
      .orderBy('bucket')
      .orderBy('key')
      .orderBy('age_rank')
      .limit(rowsPerPage)
      .execute()
    for (const row of rows) {
      const name = { bucket: row.bucket, key: row.key, versionId: row.version_id }
      if (row.blob_id !== null) yield { blobId: row.blob_id, ...name, ...expectedOf(row) }
      if (row.upload_id !== null) {
        yield* blobsOfParts(database, row.upload_id, name, row.encryption !== null)
      }
      if (row.restore_until_ms === null) continue
      for (const blobId of (await restoredBlobs(database, row)).values()) {
        yield { blobId, ...name, isCopy: true }
      }
    }
    if (rows.length < rowsPerPage) break
    after = rows.at(-1)!
  }
  let uploadId = ''
  for (;;) {
    const uploads = await db
      .selectFrom('object_uploads')
      .select(['bucket', 'key', 'upload_id', 'encryption'])
      .where('upload_id', '>', uploadId)
      .orderBy('upload_id')
      .limit(rowsPerPage)
      .execute()
    for (const { bucket, key, upload_id: id, encryption } of uploads) {
      yield* blobsOfParts(database, id, { bucket, key }, encryption !== null)
    }
    if (uploads.length < rowsPerPage) return
    uploadId = uploads.at(-1)!.upload_id
  }
}

async function* blobsOfParts(
  database: Database,
  uploadId: string,
  name: { readonly bucket: string; readonly key: string; readonly versionId?: string },
  isEncrypted: boolean,
): AsyncIterable<NamedBlob> {
  const parts = await database
    .tables<ObjectTables>()
    .selectFrom('object_parts')
    .select(['part_number', 'blob_id', 'checksums'])
    .where('upload_id', '=', uploadId)
    .orderBy('part_number')
    .execute()
  for (const part of parts) {
    const expected = isEncrypted ? undefined : firstOf(JSON.parse(part.checksums) as Checksums)
    yield {
      blobId: part.blob_id,
      partNumber: part.part_number,
      ...name,
      ...(expected ? { expected } : {}),
    }
  }
}

function expectedOf(
  row: Pick<VersionRow, 'encryption' | 'checksum_algorithm' | 'checksum_type' | 'checksum_value'>,
): Pick<NamedBlob, 'expected'> {
  const { checksum_algorithm: algorithm, checksum_value: value } = row
  if (row.encryption !== null || row.checksum_type !== 'FULL_OBJECT') return {}
  if (algorithm === null || value === null) return {}
  return { expected: { algorithm: algorithm as ChecksumAlgorithm, value } }
}

function firstOf(checksums: Checksums): NamedBlob['expected'] {
  const [first] = Object.entries(checksums)
  return first && { algorithm: first[0] as ChecksumAlgorithm, value: first[1] }
}
