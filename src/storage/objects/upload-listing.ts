import { sql, type Kysely } from 'kysely'
import {
  behindPrefix,
  isBefore,
  isCommonPrefix,
  listGrouped,
  type GroupedPage,
} from './grouped-listing.ts'
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

/** Rows strictly after this key and upload. */
interface From {
  readonly key: string
  readonly uploadId: string
}

/** After every upload id. */
const idMax = '~'
const before = (key: string): From => ({ key, uploadId: '' })

/** The multipart uploads under way: by key, then by the time they were started. */
export function listUploads(
  db: Kysely<ObjectTables>,
  input: ListUploadsInput,
): Promise<GroupedPage<UploadRow>> {
  return listGrouped(input, {
    start: startOf(input),
    page: (from, limit) => page(db, input, from, limit),
    behind: (row) => ({ key: row.key, uploadId: row.upload_id }),
    before,
  })
}

function startOf(input: ListUploadsInput): From | undefined {
  const { prefix, keyMarker, uploadIdMarker } = input
  if (!keyMarker || isBefore(keyMarker, prefix)) return before(prefix)
  if (uploadIdMarker) return { key: keyMarker, uploadId: uploadIdMarker }
  if (isCommonPrefix(keyMarker, input)) return behindPrefix(keyMarker, { before })
  return { key: keyMarker, uploadId: idMax }
}

function page(
  db: Kysely<ObjectTables>,
  { bucket, prefix }: ListUploadsInput,
  from: From,
  limit: number,
): Promise<UploadRow[]> {
  const end = afterPrefix(prefix)
  let query = db
    .selectFrom('object_uploads')
    .selectAll()
    .where('bucket', '=', bucket)
    .where(sql<boolean>`(key, upload_id) > (${from.key}, ${from.uploadId})`)
  if (end !== undefined) query = query.where('key', '<', end)
  return query.orderBy('key').orderBy('upload_id').limit(limit).execute()
}
