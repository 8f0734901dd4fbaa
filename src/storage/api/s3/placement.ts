import type { PlacedRequest, Placement } from '#protocol/aws'
import { bucketPlace, type BucketPlace } from './access/bucket-place.ts'
import type { S3Context } from './context.ts'
import { accessDenied, s3Error } from './errors.ts'

/** They find out where a bucket is, or make one. */
const anywhere: ReadonlySet<string> = new Set(['CreateBucket', 'GetBucketLocation'])

/**
 * A bucket is reached in its own region, which is the one that the request is signed for; who asks elsewhere is told where.
 * Requests without a scope (anonymous ones, and the older presigned URLs) name no region, and are answered. Where the requester
 * is to pay, other accounts must say that they will. Nobody is billed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTRedirect.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
export function placementOf(
  asked: PlacedRequest,
  { objects }: S3Context,
): Placement | undefined | Promise<Placement | undefined> {
  const found = bucketPlace(objects, asked.bucket)
  return found instanceof Promise
    ? found.then((place) => decide(asked, place))
    : decide(asked, found)
}

function decide(asked: PlacedRequest, place: BucketPlace | undefined): Placement | undefined {
  const { region, operation, request } = asked
  const hostRegion = regionOfHost(request.headers['host'] ?? '')
  if (region !== undefined && hostRegion !== undefined && hostRegion !== region) {
    return {
      headers: regionHeader(place),
      refusal: wrongScope(request.headers, region, hostRegion),
    }
  }
  if (!place || anywhere.has(operation)) return undefined
  if (region !== undefined && region !== place.region) {
    return { headers: regionHeader(place), refusal: elsewhere(asked, place, hostRegion) }
  }
  const charged = charge(asked, place)
  if (!tellingRegion.has(operation)) return charged
  return charged
    ? { ...charged, headers: { ...charged.headers, ...regionHeader(place) } }
    : { headers: regionHeader(place) }
}

/** Their answers have `x-amz-bucket-region`, and so have their refusals. */
const tellingRegion: ReadonlySet<string> = new Set([
  'HeadBucket',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
])

function regionHeader(place: BucketPlace | undefined): Readonly<Record<string, string>> {
  return place ? { 'x-amz-bucket-region': place.region } : {}
}

/** Undefined where the owner pays, or asks himself. */
function charge({ caller, request }: PlacedRequest, place: BucketPlace): Placement | undefined {
  if (!place.requesterPays || caller.accountId === place.accountId) return undefined
  const said =
    request.headers['x-amz-request-payer'] ??
    new URLSearchParams(request.rawQuery).get('x-amz-request-payer')
  const agrees = caller.kind !== 'anonymous' && said === 'requester'
  return agrees
    ? { headers: { 'x-amz-request-charged': 'requester' } }
    : { refusal: accessDenied() }
}

function elsewhere(
  { bucket, request }: PlacedRequest,
  place: BucketPlace,
  hostRegion: string | undefined,
) {
  const host = request.headers['host'] ?? ''
  return {
    name: 'PermanentRedirect',
    status: 301,
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    fields: {
      Endpoint: host.replace(hostRegion ?? '', hostRegion ? place.region : ''),
      Bucket: bucket,
    },
    headers: regionHeader(place),
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
