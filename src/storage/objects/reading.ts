import { Readable, finished } from 'node:stream'
import type { Database } from '#platform/database'
import type { BlobStore } from './blob-store.ts'
import type { Garbage } from './garbage.ts'
import type { ByteRange } from './ranges.ts'
import type { ObjectTables, PartRow, VersionRow } from './tables.ts'

/**
 * Opens the bytes of a version, or of a range of it. To be called inside `garbage.lookUp` together with the look-up of
 * the row; the stream may then be read at any pace, whatever is deleted meanwhile.
 */
export async function openVersion(
  parts: { readonly database: Database; readonly blobs: BlobStore; readonly garbage: Garbage },
  row: VersionRow,
  range?: ByteRange,
): Promise<Readable> {
  if (row.size_bytes === 0) return Readable.from([])
  if (row.blob_id !== null) {
    return parts.blobs.open(row.blob_id, range ?? { start: 0, end: row.size_bytes - 1 })
  }
  const uploadId = row.upload_id!
  const rows = await partsBetween(parts.database, uploadId, range)
  const unpin = parts.garbage.pin(uploadId)
  const stream = Readable.from(chunks(parts.blobs, rows, range), { objectMode: false })
  finished(stream, unpin)
  return stream
}

/** The parts of a completed upload that hold bytes of the range, in order. */
export async function partsBetween(
  database: Database,
  uploadId: string,
  range?: ByteRange,
): Promise<readonly PartRow[]> {
  let query = database
    .tables<ObjectTables>()
    .selectFrom('object_parts')
    .selectAll()
    .where('upload_id', '=', uploadId)
  if (range) {
    query = query
      .where('start_byte', '<=', range.end)
      .where((where) => where(where('start_byte', '+', where.ref('size_bytes')), '>', range.start))
  }
  return query.orderBy('part_number').execute()
}

async function* chunks(
  blobs: BlobStore,
  rows: readonly PartRow[],
  range: ByteRange | undefined,
): AsyncIterable<Uint8Array> {
  for (const row of rows) {
    if (row.size_bytes === 0) continue
    const first = row.start_byte ?? 0
    const start = Math.max((range?.start ?? 0) - first, 0)
    const end = Math.min((range?.end ?? Number.MAX_SAFE_INTEGER) - first, row.size_bytes - 1)
    yield* await blobs.open(row.blob_id, { start, end })
  }
}
