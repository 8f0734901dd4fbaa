import { operationFor } from '#protocol/aws'
import type { Identity } from '#governance/identity'
import type { FunctionDestination, ObjectStore } from '#storage/objects'

/** What S3 may touch. */
export interface S3Context {
  readonly objects: ObjectStore
  /** The 64 hexadecimal characters that name an account in access control lists. */
  readonly canonicalUserId: (accountId: string) => Promise<string>
  /** Whom there is, for the policies of buckets. */
  readonly identity: Pick<Identity, 'checkBucketPolicy'>
  /** What a bucket may notify; undefined where there are no functions. */
  readonly functions?: Pick<FunctionDestination, 'accepts'> | undefined
}

export const operation = operationFor<S3Context>()
