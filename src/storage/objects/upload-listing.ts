import { sql, type Kysely } from 'kysely'
import { commonPrefix } from './listing.ts'
import { afterPrefix } from './names.ts'
import type { ObjectTables, UploadRow } from './tables.ts'

export interface ListUploadsInput {
  readonly bucket: string
  readonly prefix: string
  readonly delimiter?: string
  readonly keyMarker?: string
  /** Goes on behind this upload of `keyMarker`; without it, behind the whole key. */
  readonly uploadIdMarker?: string
  readonly limit: number
}

export type UploadEntry =
  | { readonly prefix: string; readonly row?: undefined }
  | { readonly prefix?: undefined; readonly row: UploadRow }

const batchRows = 200
/** After every upload id. */
const idMax = '~'

/** The multipart uploads under way: by key, then by the time they were started. */
export async function listUploads(
  db: Kysely<ObjectTables>,
  input: ListUploadsInput,
): Promise<{ readonly entries: readonly UploadEntry[]; readonly truncated: boolean }> {
  const { prefix, delimiter, limit } = input
  const entries: UploadEntry[] = []
  if (limit === 0) return { entries, truncated: false }
  let from = startOf(input)
  for (;;) {
    if (from === undefined) return { entries, truncated: false }
    const rows = await page(db, input.bucket, prefix, from)
    let skipped: string | undefined
    for (const row of rows) {
      if (skipped !== undefined && row.key.startsWith(skipped)) continue
      if (entries.length === limit) return { entries, truncated: true }
      const common = commonPrefix(row.key, prefix, delimiter)
      if (common === undefined) entries.push({ row })
      else entries.push({ prefix: common })
      skipped = common
    }
    if (rows.length < batchRows) return { entries, truncated: false }
    const last: UploadRow = rows.at(-1)!
    from = skipped === undefined ? { key: last.key, uploadId: last.upload_id } : behind(skipped)
  }
}

/** Rows strictly after this key and upload. */
interface From {
  readonly key: string
  readonly uploadId: string
}

function behind(prefix: string): From | undefined {
  const key = afterPrefix(prefix)
  return key === undefined ? undefined : { key, uploadId: '' }
}

function startOf(input: ListUploadsInput): From | undefined {
  const { prefix, delimiter, keyMarker, uploadIdMarker } = input
  if (!keyMarker || Buffer.compare(Buffer.from(keyMarker), Buffer.from(prefix)) < 0) {
    return { key: prefix, uploadId: '' }
  }
  if (uploadIdMarker) return { key: keyMarker, uploadId: uploadIdMarker }
  return keyMarker.startsWith(prefix) && commonPrefix(keyMarker, prefix, delimiter) === keyMarker
    ? behind(keyMarker)
    : { key: keyMarker, uploadId: idMax }
}

async function page(
  db: Kysely<ObjectTables>,
  bucket: string,
  prefix: string,
  from: From,
): Promise<UploadRow[]> {
  const end = afterPrefix(prefix)
  let query = db
    .selectFrom('object_uploads')
    .selectAll()
    .where('bucket', '=', bucket)
    .where(sql<boolean>`(key, upload_id) > (${from.key}, ${from.uploadId})`)
  if (end !== undefined) query = query.where('key', '<', end)
  return query.orderBy('key').orderBy('upload_id').limit(batchRows).execute()
}
