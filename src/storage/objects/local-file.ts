import type { Database } from '#platform/database'
import type { ObjectEncryption } from './encryption/object-encryption.ts'
import { findVersion } from './finding.ts'
import type { Garbage } from './garbage.ts'
import type { LocalFiles } from './local-files.ts'
import type { ObjectRef } from './objects.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import { openVersion } from './reading.ts'
import type { VersionRow } from './tables.ts'
import { restoredBlobs } from './tiering/restored-blobs.ts'

interface StoreParts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
  readonly encryption: ObjectEncryption
}

/** A version as a file of this machine until it is released: a link where the bytes lie so, else a copy. `toRead` may refuse. */
export async function localFile(
  parts: StoreParts,
  local: LocalFiles,
  ref: ObjectRef,
  toRead: (row: VersionRow) => void,
): Promise<{ readonly path: string; release(): Promise<void> }> {
  const { row, file, body } = await parts.garbage.lookUp(async () => {
    const row = await findVersion(parts.database, ref)
    toRead(row)
    const archivedId = row.blob_id
    const copies =
      row.restore_until_ms === null ? undefined : await restoredBlobs(parts.database, row)
    const blobId = archivedId === null ? null : (copies?.get(archivedId) ?? archivedId)
    if (blobId !== null && row.encryption === null) {
      return { row, file: await local.lend(blobId, (path) => parts.blobs.link(blobId, path)) }
    }
    const dataKey = await parts.encryption.dataKeyOf(row, undefined, ref.permitKey)
    return { row, body: await openVersion(parts, row, undefined, dataKey) }
  })
  if (file) return file
  // What was encrypted lies decrypted only as long as somebody reads it.
  if (row.encryption !== null) return local.borrowCopy(body)
  return local.borrow((path) => local.linkJoined(row.upload_id!, body, path))
}
