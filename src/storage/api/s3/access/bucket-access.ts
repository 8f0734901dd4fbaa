import type { Grant, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3'
import { asksForObjectTags, isPublicPolicy, parsePolicy, type Policy } from '#governance/identity'
import type { ObjectStore } from '#storage/objects'

/** All of a bucket that decides about access. */
export interface BucketAccess {
  readonly accountId: string
  readonly policy: Policy | undefined
  readonly isPublic: boolean
  readonly asksForObjectTags: boolean
  /** False when the owner of the bucket owns everything in it: lists do not count then. */
  readonly usesLists: boolean
  readonly grants: readonly Grant[]
  readonly blocked: PublicAccessBlockConfiguration
}

const bucketsMax = 10_000

/** What was read of buckets, kept until they change: each request asks for it. */
export class BucketAccessCache {
  readonly #objects: ObjectStore
  readonly #known = new Map<string, BucketAccess>()
  #generation = 0

  constructor(objects: ObjectStore) {
    this.#objects = objects
    objects.onBucketChange((bucket) => {
      this.#generation++
      this.#known.delete(bucket)
    })
  }

  /** Undefined when there is no such bucket. */
  get(bucket: string): BucketAccess | undefined | Promise<BucketAccess | undefined> {
    return this.#known.get(bucket) ?? this.#load(bucket)
  }

  async #load(name: string): Promise<BucketAccess | undefined> {
    const startedIn = this.#generation
    const bucket = await this.#objects.buckets.find(name)
    if (!bucket) return undefined
    // What knows the sub-resources is loaded with the operations: not before a bucket is used.
    const [{ readSetting }, specs, { publicAccessBlock }] = await Promise.all([
      import('../settings/store.ts'),
      import('../settings/specs.ts'),
      import('../settings/public-access.ts'),
    ])
    const ref = { accountId: bucket.accountId, bucket: name }
    const policyText = await readSetting(this.#objects, ref, specs.policy)
    const policy = policyText === undefined ? undefined : readPolicy(policyText)
    const controls = await readSetting(this.#objects, ref, specs.ownershipControls)
    const access: BucketAccess = {
      accountId: bucket.accountId,
      policy,
      isPublic: policy !== undefined && isPublicPolicy(policy),
      asksForObjectTags: policyText !== undefined && asksForObjectTags(policyText),
      usesLists: controls?.Rules?.[0]?.ObjectOwnership !== 'BucketOwnerEnforced',
      grants: (await readSetting(this.#objects, ref, specs.acl)) ?? [],
      blocked: (await readSetting(this.#objects, ref, publicAccessBlock)) ?? {},
    }
    if (startedIn === this.#generation) {
      if (this.#known.size >= bucketsMax) this.#known.clear()
      this.#known.set(name, access)
    }
    return access
  }
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
