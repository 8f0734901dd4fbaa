import type { Grant, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3'
import { asksForObjectTags, isPublicPolicy, parsePolicy, type Policy } from '#governance/identity'
import type { ObjectStore } from '#storage/objects'

/** All of a bucket that decides about access. */
export interface BucketAccess {
  readonly accountId: string
  readonly policy: Policy | undefined
  /** Of its text. */
  readonly policyLength: number
  readonly isPublic: boolean
  readonly asksForObjectTags: boolean
  /** False when the owner of the bucket owns everything in it: lists do not count then. */
  readonly usesLists: boolean
  readonly grants: readonly Grant[]
  readonly blocked: PublicAccessBlockConfiguration
}

/** Kept until a bucket changes: each request asks for it. Undefined when there is no such bucket. */
export function bucketAccess(
  objects: ObjectStore,
  bucket: string,
): BucketAccess | undefined | Promise<BucketAccess | undefined> {
  return objects.keptOfBucket(`access ${bucket}`, () => load(objects, bucket), lengthOf)
}

async function load(objects: ObjectStore, name: string): Promise<BucketAccess | undefined> {
  // What knows the sub-resources is loaded with the operations: not before a bucket is used, and before anything is read of it.
  const [{ readSetting }, specs, { publicAccessBlock }] = await Promise.all([
    import('../settings/store.ts'),
    import('../settings/specs.ts'),
    import('../settings/public-access.ts'),
  ])
  const bucket = await objects.buckets.find(name)
  if (!bucket) return undefined
  const ref = { accountId: bucket.accountId, bucket: name }
  const policyText = await readSetting(objects, ref, specs.policy)
  const policy = policyText === undefined ? undefined : readPolicy(policyText)
  const controls = await readSetting(objects, ref, specs.ownershipControls)
  return {
    accountId: bucket.accountId,
    policy,
    policyLength: policyText?.length ?? 0,
    isPublic: policy !== undefined && isPublicPolicy(policy),
    asksForObjectTags: policyText !== undefined && asksForObjectTags(policyText),
    usesLists: controls?.Rules?.[0]?.ObjectOwnership !== 'BucketOwnerEnforced',
    grants: (await readSetting(objects, ref, specs.acl)) ?? [],
    blocked: (await readSetting(objects, ref, publicAccessBlock)) ?? {},
  }
}

/** A grant is an address and a few words. */
function lengthOf(access: BucketAccess | undefined): number {
  return access ? access.policyLength + 200 * (1 + access.grants.length) : 0
}

/** What cannot be read forbids everything; its owner may put another. */
function readPolicy(text: string): Policy {
  try {
    return parsePolicy(text, 'bucket')
  } catch {
    return parsePolicy(
      '{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}',
      'bucket',
    )
  }
}
