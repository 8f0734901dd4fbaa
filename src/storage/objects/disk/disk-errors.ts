import { ObjectErrors } from '../errors.ts'

export function diskFull(cause?: unknown): Error {
  return ObjectErrors.DiskFull('There is no space left for object data.', {}, cause)
}

export function corrupt(blobId: string): Error {
  return ObjectErrors.BlobCorrupt(`the bytes of the blob ${blobId} are damaged`, { blobId })
}

/** What the disk refuses, in the store's own words; other errors as they are. */
export function toLakeError(error: unknown, blobId?: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return diskFull(error)
  }
  if (code === 'ENOENT' && blobId !== undefined) {
    return ObjectErrors.BlobMissing(`the blob ${blobId} is missing`, { blobId }, error)
  }
  return error
}
