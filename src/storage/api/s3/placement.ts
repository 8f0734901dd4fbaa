import type { PlacedRequest, Placement } from '#protocol/aws'
import type { ObjectStore } from '#storage/objects'
import type { S3Context } from './context.ts'
import { s3Error } from './errors.ts'

/** They find out where a bucket is, or make one. */
const anywhere: ReadonlySet<string> = new Set(['CreateBucket', 'GetBucketLocation'])

/**
 * A bucket is reached in its own region, which is the one that the request is signed for; who asks elsewhere is told where.
 * Requests without a scope (anonymous ones, and the older presigned URLs) name no region, and are answered.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTRedirect.html
 */
export function placementOf(
  asked: PlacedRequest,
  { objects }: S3Context,
): Placement | undefined | Promise<Placement | undefined> {
  const found = regionsOf(objects).get(asked.bucket)
  return found instanceof Promise
    ? found.then((region) => decide(asked, region))
    : decide(asked, found)
}

function decide(asked: PlacedRequest, bucketRegion: string | undefined): Placement | undefined {
  const { bucket, region, operation, request } = asked
  const headers: Record<string, string> =
    bucketRegion === undefined ? {} : { 'x-amz-bucket-region': bucketRegion }
  const host = request.headers['host'] ?? ''
  const hostRegion = regionOfHost(host)
  if (region !== undefined && hostRegion !== undefined && hostRegion !== region) {
    return { headers, refusal: wrongScope(request.headers, region, hostRegion) }
  }
  if (bucketRegion === undefined) return undefined
  if (region === undefined || region === bucketRegion || anywhere.has(operation)) return { headers }
  return {
    headers,
    refusal: {
      name: 'PermanentRedirect',
      status: 301,
      message:
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      fields: { Endpoint: host.replace(hostRegion ?? '', bucketRegion), Bucket: bucket },
      headers,
    },
  }
}

/** `eu-west-1` of `s3.eu-west-1.localhost` and `bucket.s3.eu-west-1.example.com:4566`. */
function regionOfHost(host: string): string | undefined {
  return /(?:^|\.)s3[.-]([a-z]{2}(?:-[a-z]+)+-\d+)(?:\.|:|$)/i.exec(host)?.[1]?.toLowerCase()
}

/** The endpoint of one region, and a signature for another. */
function wrongScope(
  headers: Readonly<Record<string, string>>,
  region: string,
  expected: string,
): Error & { readonly name: string } {
  const wrong = `the region '${region}' is wrong; expecting '${expected}'`
  return headers['authorization'] === undefined
    ? s3Error(
        'AuthorizationQueryParametersError',
        400,
        `Error parsing the X-Amz-Credential parameter; ${wrong}`,
        { Region: expected },
      )
    : s3Error(
        'AuthorizationHeaderMalformed',
        400,
        `The authorization header is malformed; ${wrong}`,
        { Region: expected },
      )
}

const known = new WeakMap<ObjectStore, BucketRegions>()

function regionsOf(objects: ObjectStore): BucketRegions {
  let regions = known.get(objects)
  if (!regions) {
    regions = new BucketRegions(objects)
    known.set(objects, regions)
  }
  return regions
}

const bucketsMax = 10_000

/** The regions of buckets, kept until they change: each request asks. */
class BucketRegions {
  readonly #objects: ObjectStore
  readonly #regions = new Map<string, string>()
  #generation = 0

  constructor(objects: ObjectStore) {
    this.#objects = objects
    objects.onBucketChange((bucket) => {
      this.#generation++
      this.#regions.delete(bucket)
    })
  }

  /** Undefined when there is no such bucket. */
  get(bucket: string): string | undefined | Promise<string | undefined> {
    return this.#regions.get(bucket) ?? this.#load(bucket)
  }

  async #load(name: string): Promise<string | undefined> {
    const startedIn = this.#generation
    const region = (await this.#objects.buckets.find(name))?.region
    if (region !== undefined && startedIn === this.#generation) {
      if (this.#regions.size >= bucketsMax) this.#regions.clear()
      this.#regions.set(name, region)
    }
    return region
  }
}
