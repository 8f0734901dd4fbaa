import type { ObjectStore } from '#storage/objects'

/** What decides whether a bucket answers a request at all, before anybody asks who may do what. */
export interface BucketPlace {
  readonly region: string
  readonly accountId: string
  readonly requesterPays: boolean
}

/** Kept until a bucket changes: each request asks. Undefined when there is no such bucket. */
export function bucketPlace(
  objects: ObjectStore,
  bucket: string,
): BucketPlace | undefined | Promise<BucketPlace | undefined> {
  return objects.keptOfBucket(`place ${bucket}`, () => load(objects, bucket))
}

async function load(objects: ObjectStore, name: string): Promise<BucketPlace | undefined> {
  // What knows the sub-resources is loaded with the operations: not before a bucket is used, and before anything is read of it.
  const [{ readSetting }, { requestPayment }] = await Promise.all([
    import('../settings/store.ts'),
    import('../settings/specs.ts'),
  ])
  const bucket = await objects.buckets.find(name)
  if (!bucket) return undefined
  const { accountId, region } = bucket
  const payment = await readSetting(objects, { accountId, bucket: name }, requestPayment)
  return { accountId, region, requesterPays: payment?.Payer === 'Requester' }
}
