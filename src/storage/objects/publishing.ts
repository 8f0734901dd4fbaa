import { LakeError } from '#kit'
import type { BlobStore } from './blob-store.ts'
import type { Garbage } from './garbage.ts'

/**
 * Runs the transaction that gives a staged blob its name. When it was refused the blob goes at once. When the database
 * itself failed nobody knows yet whether the commit is on the disk: then the blob stays for the next start's sweep.
 */
export async function publishing<R>(
  parts: { readonly blobs: BlobStore; readonly garbage: Garbage },
  blobId: string,
  commit: () => Promise<R>,
): Promise<R> {
  try {
    const result = await commit()
    parts.garbage.expect()
    return result
  } catch (error) {
    if (error instanceof LakeError && error.kind !== 'internal') await parts.blobs.remove([blobId])
    throw error
  }
}
