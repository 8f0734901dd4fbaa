import { Readable } from 'node:stream'
import { isLakeError, type Logger } from '#kit'
import type { VersionRow } from './tables.ts'

const damages = ['BlobMissing', 'BlobCorrupt', 'CiphertextBroken']

/** Says in the log which object it is whose bytes cannot be read, now or while they are sent. */
export async function naming<B>(log: Logger, row: VersionRow, opening: Promise<B>): Promise<B> {
  const { bucket, key, version_id: versionId, blob_id: blobId } = row
  const tell = (error: unknown) => {
    if (!damages.some((code) => isLakeError(error, code))) return
    log.error({ err: error, bucket, key, versionId, blobId }, 'the bytes of an object are damaged')
  }
  try {
    const body = await opening
    if (body instanceof Readable) body.once('error', tell)
    return body
  } catch (error) {
    tell(error)
    throw error
  }
}
