import { operationFor } from '#protocol/aws'
import type { ObjectStore } from '#storage/objects'

/** What S3 may touch. */
export interface S3Context {
  readonly objects: ObjectStore
  /** The 64 hexadecimal characters that name an account in access control lists. */
  readonly canonicalUserId: (accountId: string) => Promise<string>
}

export const operation = operationFor<S3Context>()
