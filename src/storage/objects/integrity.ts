import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { elapsedMs, isLakeError, sleep } from '#kit'
import type { Database } from '#platform/database'
import type { BlobStore, BlobVerdict } from './blob-store.ts'
import { createHasher } from './checksums.ts'
import { namedBlobs, type NamedBlob } from './named-blobs.ts'
import { unnamed } from './sweeping.ts'
import type { ObjectTables } from './tables.ts'
import { discardRestored } from './tiering/restored-blobs.ts'
import { versionRow } from './version-rows.ts'

/** Tables that name blobs which shall be there. */
const naming = ['object_versions', 'object_parts', 'object_restored'] as const
const namesPerQuery = 200
/** From one question to the next, of what is not read: each is a request to another S3. */
const probeMs = 50

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
      /** The temporary copy of an archived object, which is itself elsewhere. */
      readonly isCopy?: boolean
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
  /** Only asks whether blobs are there, where reading them costs: in another S3. */
  readonly probes?: boolean
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
    const probed = options.probes === true ? await blobs.probe?.(named.blobId) : undefined
    const { state, sizeBytes } = probed ?? (await verifyNamed(blobs, named))
    if (state === 'missing' || state === 'corrupt') {
      // It may have been deleted or moved since its row was read.
      const names = await unnamed(database, [named.blobId], naming)
      if (names.length === 0) await tell({ kind: state, ...nameOf(named) })
      if (options.quarantine !== undefined && named.isCopy) await restoreAgain(database, named)
    }
    if (state === 'unchecked') found.unchecked += 1
    if (!probed) found.checkedBytes += sizeBytes
    if (options.bytesPerSecondMax !== undefined) {
      const dueMs = probed ? probeMs : (sizeBytes / options.bytesPerSecondMax) * 1000
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

function nameOf({ blobId, bucket, key, versionId, partNumber, isCopy }: NamedBlob) {
  return {
    blobId,
    bucket,
    key,
    ...(versionId === undefined ? {} : { versionId }),
    ...(partNumber === undefined ? {} : { partNumber }),
    ...(isCopy ? { isCopy } : {}),
  }
}

/** A blob without a checksum of its own is compared with the one that its row has. */
async function verifyNamed(blobs: BlobStore, named: NamedBlob): Promise<BlobVerdict> {
  const verdict = await blobs.verify(named.blobId)
  if (verdict.state !== 'unchecked' || !named.expected) return verdict
  const { algorithm, value } = named.expected
  const hasher = await createHasher(algorithm)
  let found: string | undefined
  try {
    for await (const chunk of await blobs.open(named.blobId)) hasher.update(chunk as Uint8Array)
  } finally {
    found = hasher.end().toString('base64')
  }
  return { ...verdict, state: found === value ? 'whole' : 'corrupt' }
}

/** What cannot be read stays where it is. The blob goes when it is durable in the folder. */
async function putAway(blobs: BlobStore, blobId: string, folder: string): Promise<void> {
  const path = join(folder, blobId)
  try {
    await blobs.link(blobId, path)
  } catch (error) {
    if (isLakeError(error, 'BlobCorrupt')) return
    // A run before this one was stopped between the two steps.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  for (const synced of [path, folder]) {
    const file = await open(synced, 'r')
    await file.sync().finally(() => file.close())
  }
  await blobs.remove([blobId])
}

/** A temporary copy that is damaged is made anew from what is archived, at the next start. */
async function restoreAgain(database: Database, named: NamedBlob): Promise<void> {
  await database.transaction(async (tx) => {
    const { bucket, key, versionId = '' } = named
    const row = await versionRow(tx, bucket, key, versionId)
    if (!row || row.restore_until_ms === null) return
    await discardRestored(tx, row)
    await tx
      .tables<ObjectTables>()
      .updateTable('object_versions')
      .set({ restore_until_ms: null })
      .where('bucket', '=', bucket)
      .where('key', '=', key)
      .where('age_rank', '=', row.age_rank)
      .execute()
  })
}
