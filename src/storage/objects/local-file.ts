import type { Database } from '#platform/database'
import type { ObjectEncryption } from './encryption/object-encryption.ts'
import type { Garbage } from './garbage.ts'
import type { LocalFiles } from './local-files.ts'
import type { LocalFile, ObjectRef, Objects } from './objects.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import { openVersion } from './reading.ts'
import type { VersionRow } from './tables.ts'
import { restoredBlobs } from './tiering/restored-blobs.ts'

interface StoreParts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
  readonly encryption: ObjectEncryption
  readonly local: LocalFiles
  /** The row of a version; at once where it is known. */
  readonly find: (ref: ObjectRef) => VersionRow | Promise<VersionRow>
  /** May refuse. */
  readonly toRead: (row: VersionRow) => void
}

/** A version as a file of this machine until it is released: a link where the bytes lie so, else a copy. */
export async function localFile(parts: StoreParts, ref: ObjectRef): Promise<LocalFile> {
  const open = await parts.garbage.lookUp(async () => opener(parts, ref, await parts.find(ref)))
  return open()
}

/** Versions looked up at one time, and files made at one time. */
const [atOnce, concurrency] = [256, 16]

/** As `localFile`, of many: those whose links are still there take no step that waits. None stays when one fails. */
export async function localFiles(
  parts: StoreParts,
  refs: readonly ObjectRef[],
): ReturnType<Objects['localFiles']> {
  const files: LocalFile[] = Array.from({ length: refs.length })
  const release = async () => void (await Promise.all(files.map((file) => file?.release())))
  try {
    for (let start = 0; start < refs.length; start += atOnce) {
      const end = Math.min(start + atOnce, refs.length)
      await parts.garbage.lookUp(() => openSome(parts, refs, { start, end }, files))
    }
    return { files, release }
  } catch (error) {
    await release()
    throw error
  }
}

async function openSome(
  parts: StoreParts,
  refs: readonly ObjectRef[],
  { start, end }: { readonly start: number; readonly end: number },
  files: LocalFile[],
): Promise<void> {
  const others: number[] = []
  for (let at = start; at < end; at += 1) {
    const row = parts.find(refs[at]!)
    const file = row instanceof Promise ? undefined : lentAlready(parts, row)
    if (file) files[at] = file
    else others.push(at)
    // Found again below, and answered there.
    if (row instanceof Promise) row.catch(() => undefined)
  }
  const queue = others.values()
  const worker = async () => {
    for (const at of queue) files[at] = await localFile(parts, refs[at]!)
  }
  const workers = Array.from({ length: Math.min(concurrency, others.length) }, worker)
  // Nobody goes on when what was opened is given back.
  const ends = await Promise.allSettled(workers)
  for (const failed of ends) if (failed.status === 'rejected') throw failed.reason
}

function lentAlready({ local, toRead }: StoreParts, row: VersionRow): LocalFile | undefined {
  const isPlain = row.blob_id !== null && row.encryption === null && row.restore_until_ms === null
  if (!isPlain) return undefined
  toRead(row)
  return local.lendKnown(row.blob_id!)
}

/** What opens the version, in the time of its look-up or after. */
async function opener(
  parts: StoreParts,
  ref: ObjectRef,
  row: VersionRow,
): Promise<() => Promise<LocalFile>> {
  const { local } = parts
  parts.toRead(row)
  const archivedId = row.blob_id
  const copies =
    row.restore_until_ms === null ? undefined : await restoredBlobs(parts.database, row)
  const blobId = archivedId === null ? null : (copies?.get(archivedId) ?? archivedId)
  if (blobId !== null && row.encryption === null) {
    const file = await local.lend(blobId, (path) => parts.blobs.link(blobId, path))
    return async () => file
  }
  const dataKey = await parts.encryption.dataKeyOf(row, undefined, ref.permitKey)
  const body = await openVersion(parts, row, undefined, dataKey)
  // What was encrypted lies decrypted only as long as somebody reads it.
  if (row.encryption !== null) return () => local.borrowCopy(body)
  return () => local.borrow((path) => local.linkJoined(row.upload_id!, body, path))
}
