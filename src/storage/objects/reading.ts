import { Readable, finished } from 'node:stream'
import type { Database } from '#platform/database'
import type { BlobStore } from './blob-store.ts'
import { openSealed } from './encryption/sealed-blob.ts'
import type { Garbage } from './garbage.ts'
import type { ByteRange } from './ranges.ts'
import { PartsStream } from './parts-stream.ts'
import type { ObjectTables, PartRow, VersionRow } from './tables.ts'
import { restoredBlobs } from './tiering/restored-blobs.ts'

/**
 * Opens the bytes of a version, or of a range of it. To be called inside `garbage.lookUp` together with the look-up of
 * the row; the stream may then be read at any pace, whatever is deleted meanwhile. `dataKey` is the one of the row's encryption.
 */
export async function openVersion(
  parts: { readonly database: Database; readonly blobs: BlobStore; readonly garbage: Garbage },
  row: VersionRow,
  range?: ByteRange,
  dataKey?: Uint8Array,
): Promise<Readable> {
  if (row.size_bytes === 0) return Readable.from([])
  const isCopied = row.restore_until_ms !== null
  const copies = isCopied ? await restoredBlobs(parts.database, row) : undefined
  if (row.blob_id !== null) {
    const bytes = range ?? { start: 0, end: row.size_bytes - 1 }
    const blobId = copies?.get(row.blob_id) ?? row.blob_id
    return openBlob(parts.blobs, blobId, row.size_bytes, bytes, dataKey)
  }
  const uploadId = row.upload_id!
  const found = await partsBetween(parts.database, uploadId, range)
  const rows = copies
    ? found.map((part) => ({ ...part, blob_id: copies.get(part.blob_id) ?? part.blob_id }))
    : found
  const unpin = parts.garbage.pin(uploadId)
  const stream = new PartsStream(() => bodies(parts.blobs, rows, range, dataKey))
  finished(stream, unpin)
  return stream
}

/**
 * The bytes of a version, or of a range of it, at once where that is cheaper than a stream; undefined when it has to be opened.
 * To be called as `openVersion`. Errors: `BlobMissing`, `BlobCorrupt`.
 */
export async function readVersion(
  blobs: BlobStore,
  row: VersionRow,
  range: ByteRange | undefined,
): Promise<Uint8Array | undefined> {
  if (row.blob_id === null || row.size_bytes === 0 || row.encryption !== null) return undefined
  if (row.restore_until_ms !== null) return undefined
  return blobs.read?.(row.blob_id, {
    ...(range ?? { start: 0, end: row.size_bytes - 1 }),
    sizeBytes: row.size_bytes,
  })
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

/** The bytes of each part, one after the other. */
async function* bodies(
  blobs: BlobStore,
  rows: readonly PartRow[],
  range: ByteRange | undefined,
  dataKey: Uint8Array | undefined,
): AsyncGenerator<Readable> {
  for (const row of rows) {
    if (row.size_bytes === 0) continue
    const first = row.start_byte ?? 0
    const start = Math.max((range?.start ?? 0) - first, 0)
    const end = Math.min((range?.end ?? Number.MAX_SAFE_INTEGER) - first, row.size_bytes - 1)
    yield await openBlob(blobs, row.blob_id, row.size_bytes, { start, end }, dataKey)
  }
}

function openBlob(
  blobs: BlobStore,
  blobId: string,
  sizeBytes: number,
  range: ByteRange,
  dataKey: Uint8Array | undefined,
): Promise<Readable> {
  return dataKey
    ? openSealed(blobs, blobId, dataKey, sizeBytes, range)
    : blobs.open(blobId, { ...range, sizeBytes })
}
