import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WireRequest } from '#protocol/http'
import { hostBucket } from '../rest-xml/address.ts'
import { queryParameters } from './canonical.ts'
import type { Credential } from './credential-source.ts'
import { refusal, s3Error } from './errors.ts'

/**
 * A presigned S3 URL in the older form, which boto3 and the AWS CLI still make for us-east-1: an HMAC-SHA1
 * over the method, the path and a few headers, good until a moment in time. Only URLs: requests with an
 * `Authorization: AWS …` header are refused, as they are for new buckets on AWS.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
 */
export interface PresignedV2 {
  readonly accessKeyId: string
  readonly signature: string
  readonly expiresAtMs: number
  readonly sessionToken: string | undefined
}

/** Undefined when the URL carries no signature of this form. Errors: S3's `AccessDenied`. */
export function readPresignedV2(request: WireRequest): PresignedV2 | undefined {
  if (!/(?:^|&)AWSAccessKeyId=/.test(request.rawQuery)) return undefined
  const query = new Map(queryParameters(request.rawQuery))
  const accessKeyId = query.get('AWSAccessKeyId')
  const signature = query.get('Signature')
  const expires = query.get('Expires')
  if (!accessKeyId || !signature || !expires) {
    throw s3Error(
      'AccessDenied',
      403,
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    )
  }
  if (!/^\d{1,12}$/.test(expires)) {
    throw s3Error('AccessDenied', 403, `Invalid date (should be seconds since epoch): ${expires}`)
  }
  return {
    accessKeyId,
    signature,
    expiresAtMs: Number(expires) * 1000,
    sessionToken: request.headers['x-amz-security-token'] ?? query.get('x-amz-security-token'),
  }
}

/** Errors: S3's `AccessDenied` when the URL has expired, `SignatureDoesNotMatch`. */
export function checkPresignedV2(
  request: WireRequest,
  presigned: PresignedV2,
  credential: Credential,
  nowMs: number,
): void {
  if (nowMs > presigned.expiresAtMs) {
    throw s3Error('AccessDenied', 403, 'Request has expired', {
      Expires: isoSeconds(presigned.expiresAtMs),
      ServerTime: isoSeconds(nowMs),
    })
  }
  const text = stringToSignV2(request, presigned.expiresAtMs / 1000)
  const expected = createHmac('sha1', credential.secretAccessKey).update(text, 'utf8').digest()
  const given = Buffer.from(presigned.signature, 'base64')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw refusal('s3', 'wrongSignature', {
    AWSAccessKeyId: presigned.accessKeyId,
    StringToSign: text,
    SignatureProvided: presigned.signature,
  })
}

/** Parameters that are part of what is signed: they name a sub-resource or change the answer. */
const signedParameters = new Set(
  `accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock
  partNumber policy replication requestPayment restore select select-type storageClass tagging torrent uploadId uploads
  versionId versioning versions website response-cache-control response-content-disposition response-content-encoding
  response-content-language response-content-type response-expires`.split(/\s+/),
)

export function stringToSignV2(request: WireRequest, expiresS: number): string {
  const query = queryParameters(request.rawQuery)
  const inQuery = new Map(query.map(([name, value]) => [name.toLowerCase(), value]))
  const valueOf = (name: string) => request.headers[name] ?? inQuery.get(name) ?? ''
  const names = [...Object.keys(request.headers), ...inQuery.keys()]
  const amzNames = [...new Set(names.filter((name) => name.startsWith('x-amz-')))].toSorted()
  const bucket = hostBucket(request.headers['host'])
  const signed = query
    .filter(([name]) => signedParameters.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  const resource = `${bucket === undefined ? '' : `/${bucket}`}${request.rawPath}`
  return [
    request.method,
    valueOf('content-md5'),
    valueOf('content-type'),
    String(expiresS),
    ...amzNames.map((name) => `${name}:${valueOf(name).trim()}`),
    signed.length > 0 ? `${resource}?${signed.join('&')}` : resource,
  ].join('\n')
}

function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`
}
