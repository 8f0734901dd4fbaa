import {
  DeletePublicAccessBlockCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  type ObjectOwnership,
} from '@aws-sdk/client-s3'
import { IAMClient } from '@aws-sdk/client-iam'
import { startLake } from '../harness/index.ts'
import { policyOf } from '../harness/service-role.ts'
import { createUser } from '../harness/user.ts'
import { rejects } from './s3-fixture.ts'

export const other = '210987654321'
export const allow = (own: object) => ({ Effect: 'Allow', ...own })
export const deny = (own: object) => ({ Effect: 'Deny', ...own })
export const arn = (path: string) => `arn:aws:s3:::${path}`

export const get = (s3: S3Client, Bucket: string, Key = 'a') =>
  s3.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body!.transformToString())
export const denied = (call: Promise<unknown>) => rejects(call, 'AccessDenied', 403)

/** A lake with the account `other` beside its own, and what tests of access to S3 ask of both. */
export async function startAccessLake() {
  const lake = await startLake()
  const root = lake.client(S3Client)
  const iam = lake.client(IAMClient)
  const foreign = { credentials: await lake.addAccount(other) }
  const foreignRoot = lake.client(S3Client, foreign)
  const foreignIam = lake.client(IAMClient, foreign)
  let count = 0

  /** A bucket with the objects `a` and `b/c`; `open` takes the public access block off. */
  const bucketOf = async (own: { open?: boolean; ownership?: ObjectOwnership } = {}) => {
    const Bucket = `access-${++count}`
    await root.send(new CreateBucketCommand({ Bucket }))
    if (own.open) await root.send(new DeletePublicAccessBlockCommand({ Bucket }))
    if (own.ownership) {
      const OwnershipControls = { Rules: [{ ObjectOwnership: own.ownership }] }
      await root.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    }
    await root.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a', Tagging: 'team=red' }))
    await root.send(new PutObjectCommand({ Bucket, Key: 'b/c', Body: 'c' }))
    return Bucket
  }
  /** A user with an inline policy, and his client. */

  /** A user with an inline policy, and his client. */
  const userOf = async (statements: readonly object[], maker = iam) => {
    const UserName = `user-${++count}`
    const credentials = await createUser(maker, UserName, statements)
    const accountId = maker === iam ? lake.accountId : other
    return {
      UserName,
      arn: `arn:aws:iam::${accountId}:user/${UserName}`,
      s3: lake.client(S3Client, { credentials }),
    }
  }

  const putPolicy = (Bucket: string, ...statements: readonly object[]) =>
    root.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(statements) }))

  const anonymous = (path: string, init?: RequestInit) => fetch(`${lake.endpoint}/${path}`, init)

  return { lake, root, iam, foreignRoot, foreignIam, bucketOf, userOf, putPolicy, anonymous }
}
