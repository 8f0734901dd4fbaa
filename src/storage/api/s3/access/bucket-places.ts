import type { ObjectStore } from '#storage/objects'

/** What decides whether a bucket answers a request at all, before anybody asks who may do what. */
export interface BucketPlace {
  readonly region: string
  readonly accountId: string
  readonly requesterPays: boolean
}

const bucketsMax = 10_000

/** The places of buckets, kept until they change: each request asks. */
export class BucketPlaces {
  readonly #objects: ObjectStore
  readonly #places = new Map<string, BucketPlace>()
  #generation = 0

  constructor(objects: ObjectStore) {
    this.#objects = objects
    objects.onBucketChange((bucket) => {
      this.#generation++
      this.#places.delete(bucket)
    })
  }

  /** Undefined when there is no such bucket. */
  get(bucket: string): BucketPlace | undefined | Promise<BucketPlace | undefined> {
    return this.#places.get(bucket) ?? this.#load(bucket)
  }

  async #load(name: string): Promise<BucketPlace | undefined> {
    const startedIn = this.#generation
    const bucket = await this.#objects.buckets.find(name)
    if (!bucket) return undefined
    const { accountId, region } = bucket
    // What knows the sub-resources is loaded with the operations: not before a bucket is used.
    const [{ readSetting }, { requestPayment }] = await Promise.all([
      import('../settings/store.ts'),
      import('../settings/specs.ts'),
    ])
    const payment = await readSetting(this.#objects, { accountId, bucket: name }, requestPayment)
    const place = { accountId, region, requesterPays: payment?.Payer === 'Requester' }
    if (startedIn === this.#generation) {
      if (this.#places.size >= bucketsMax) this.#places.clear()
      this.#places.set(name, place)
    }
    return place
  }
}
