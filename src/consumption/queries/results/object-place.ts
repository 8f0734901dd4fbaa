import { isLakeError } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { EncryptionRequest, Objects, StagedBlob } from '#storage/objects'
import {
  type ResultPlace,
  type ResultSource,
  type StagedResult,
  type WrittenResult,
  bytesOf,
} from './result-place.ts'

/** Rows as an object in a bucket of the account's. */
export function objectPlace(
  target: {
    readonly accountId: string
    readonly bucket: string
    readonly key: string
    /** Other than its bucket has it. */
    readonly encryption?: EncryptionRequest | undefined
  },
  { objects, database }: { readonly objects: Objects; readonly database: Database },
): ResultPlace {
  const { encryption, ...to } = target
  const stageBlob = (source: ResultSource): Promise<StagedBlob> => {
    const as = { ...to, ...(encryption ? { encryption } : {}) }
    if ('text' in source) return objects.stage(Buffer.from(source.text), as)
    if (source.header === '') return objects.stageFile(source.path, as)
    return objects.stage(bytesOf(source), as)
  }
  const stage = async (source: ResultSource, contentType: string): Promise<StagedResult> => {
    const blob = await stageBlob(source)
    return {
      publish: async (tx) => {
        const { etag } = await objects.publish(tx, { ...to, contentType, blob })
        return { etag }
      },
      discard: () => objects.discard(blob),
    }
  }
  return {
    stage,
    write: async (
      source: ResultSource,
      contentType: string,
      also: (tx: Transaction, written: WrittenResult) => Promise<void>,
    ) => {
      const staged = await stage(source, contentType)
      try {
        await database.transaction(async (tx) => also(tx, await staged.publish(tx)))
      } catch (error) {
        // When the database itself failed nobody knows whether the commit is on the disk.
        if (isLakeError(error) && error.kind !== 'internal') await staged.discard()
        throw error
      }
    },
  }
}
