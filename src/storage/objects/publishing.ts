import { LakeError } from '#kit'
import type { Garbage } from './garbage.ts'
import type { InlineBytes } from './inline/inline-blobs.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'

/**
 * Runs the transaction that gives a staged blob its name. When it was refused the blob goes at once. When the database
 * itself failed nobody knows yet whether the commit is on the disk: then the blob stays for the next start's sweep.
 */
export async function publishing<R>(
  parts: { readonly blobs: PlacedBlobs; readonly garbage: Garbage },
  staged: { readonly blobId: string; readonly inlined?: InlineBytes | undefined },
  commit: () => Promise<R>,
): Promise<R> {
  try {
    const result = await commit()
    parts.garbage.expect()
    return result
  } catch (error) {
    if (error instanceof LakeError && error.kind !== 'internal') {
      const { blobId, inlined } = staged
      if (inlined) parts.blobs.inline?.giveUp(inlined)
      else await parts.blobs.remove([blobId])
    }
    throw error
  }
}
