import { join } from 'node:path'
import { elapsedMs, isLakeError, sleep } from '#kit'
import type { Database } from '#platform/database'
import type { BlobStore } from './blob-store.ts'
import { unnamed } from './sweeping.ts'
import type { ObjectTables } from './tables.ts'
import { restoredBlobs } from './tiering/restored-blobs.ts'

/** Tables that name blobs which shall be there. */
const naming = ['object_versions', 'object_parts', 'object_restored'] as const
const rowsPerPage = 500
const namesPerQuery = 200

/** What is wrong with one blob. */
export type IntegrityProblem =
  /** Bytes that no row names. */
  | { readonly kind: 'orphaned'; readonly blobId: string }
  /** Bytes that a row names, and that are not there, or not what was written. */
  | {
      readonly kind: 'missing' | 'corrupt'
      readonly blobId: string
      readonly bucket: string
      readonly key: string
      /** Of an object, its version; of a part of an upload that is under way, its number. */
      readonly versionId?: string
      readonly partNumber?: number
    }

export interface Integrity {
  /** Blobs that are there. */
  readonly blobs: number
  readonly checkedBytes: number
  /** Blobs that are there and carry no checksum. */
  readonly unchecked: number
  readonly orphaned: number
  readonly missing: number
  readonly corrupt: number
}

export interface IntegrityOptions {
  readonly signal?: AbortSignal
  /** Told of each problem as it is found. */
  readonly onProblem?: (problem: IntegrityProblem) => Promise<void> | void
  /** Reads no faster than this; default: as fast as it goes. */
  readonly bytesPerSecondMax?: number
  /** A folder to which what no row names is moved. */
  readonly quarantine?: string
  /** Only what rows name: in a store that is at work, what no row names yet may be under way. */
  readonly onlyNamed?: boolean
}

/** Reads every blob that a row names, and finds those that none names. */
export async function checkIntegrity(
  parts: { readonly database: Database; readonly blobs: BlobStore },
  options: IntegrityOptions = {},
): Promise<Integrity> {
  const { database, blobs } = parts
  const { signal } = options
  const found = {
    blobs: 0,
    checkedBytes: 0,
    unchecked: 0,
    orphaned: 0,
    missing: 0,
    corrupt: 0,
  }
  const tell = async (problem: IntegrityProblem) => {
    found[problem.kind] += 1
    await options.onProblem?.(problem)
  }
  for await (const named of namedBlobs(database)) {
    signal?.throwIfAborted()
    const startedMs = elapsedMs()
    const { state, sizeBytes } = await blobs.verify(named.blobId)
    if (state === 'missing' || state === 'corrupt') {
      // It may have been deleted since its row was read.
      const names = await unnamed(database, [named.blobId], naming)
      if (names.length === 0) await tell({ kind: state, ...named })
    }
    if (state === 'unchecked') found.unchecked += 1
    found.checkedBytes += sizeBytes
    if (options.bytesPerSecondMax !== undefined) {
      const dueMs = (sizeBytes / options.bytesPerSecondMax) * 1000
      const leftMs = dueMs - (elapsedMs() - startedMs)
      if (leftMs > 1) await sleep(leftMs, signal)
    }
  }
  if (options.onlyNamed === true) return found
  for await (const page of blobs.scan()) {
    found.blobs += page.length
    for (let at = 0; at < page.length; at += namesPerQuery) {
      signal?.throwIfAborted()
      const ids = page.slice(at, at + namesPerQuery).map((blob) => blob.blobId)
      for (const blobId of await unnamed(database, ids)) {
        await tell({ kind: 'orphaned', blobId })
        if (options.quarantine !== undefined) await putAway(blobs, blobId, options.quarantine)
      }
    }
  }
  return found
}

/** What cannot be read stays where it is. */
async function putAway(blobs: BlobStore, blobId: string, folder: string): Promise<void> {
  try {
    await blobs.link(blobId, join(folder, blobId))
  } catch (error) {
    if (isLakeError(error, 'BlobCorrupt')) return
    // A run before this one was stopped between the two steps.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  await blobs.remove([blobId])
}

interface NamedBlob {
  readonly blobId: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  readonly partNumber?: number
}

/** The blobs that rows name, by bucket and key; then the parts of uploads that are under way. */
async function* namedBlobs(database: Database): AsyncIterable<NamedBlob> {
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
      if (row.blob_id !== null) yield { blobId: row.blob_id, ...name }
      if (row.upload_id !== null) yield* blobsOfParts(database, row.upload_id, name)
      if (row.restore_until_ms === null) continue
      for (const blobId of (await restoredBlobs(database, row)).values()) yield { blobId, ...name }
    }
    if (rows.length < rowsPerPage) break
    after = rows.at(-1)!
  }
  let uploadId = ''
  for (;;) {
    const uploads = await db
      .selectFrom('object_uploads')
      .select(['bucket', 'key', 'upload_id'])
      .where('upload_id', '>', uploadId)
      .orderBy('upload_id')
      .limit(rowsPerPage)
      .execute()
    for (const { bucket, key, upload_id: id } of uploads) {
      yield* blobsOfParts(database, id, { bucket, key })
    }
    if (uploads.length < rowsPerPage) return
    uploadId = uploads.at(-1)!.upload_id
  }
}

async function* blobsOfParts(
  database: Database,
  uploadId: string,
  name: { readonly bucket: string; readonly key: string; readonly versionId?: string },
): AsyncIterable<NamedBlob> {
  const parts = await database
    .tables<ObjectTables>()
    .selectFrom('object_parts')
    .select(['part_number', 'blob_id'])
    .where('upload_id', '=', uploadId)
    .orderBy('part_number')
    .execute()
  for (const part of parts) yield { blobId: part.blob_id, partNumber: part.part_number, ...name }
}
