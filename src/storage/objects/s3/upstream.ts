import type * as ClientS3 from '@aws-sdk/client-s3'
import { ObjectErrors } from '../errors.ts'

/** Where blobs lie in an S3, and how it is reached. */
export interface S3Place {
  readonly bucket: string
  /** Empty, or ends in a slash. */
  readonly prefix: string
  /** Undefined for AWS's own. */
  readonly endpoint?: string | undefined
  readonly region: string
  /** Undefined to let the SDK find them: environment, profile, role of the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** The whole SDK, loaded only where an upstream is used. */
export type Sdk = typeof ClientS3

export interface Upstream {
  readonly sdk: Sdk
  readonly client: ClientS3.S3Client
  readonly place: S3Place
}

const connectionTimeoutMs = 5_000
/** Without a byte in either direction. */
const idleTimeoutMs = 60_000
const attemptsMax = 5
const socketsMax = 128

export async function connect(place: S3Place): Promise<Upstream> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    // Given always: AWS_ENDPOINT_URL of the shell may well be this server.
    endpoint: place.endpoint ?? `https://s3.${place.region}.amazonaws.com`,
    region: place.region,
    forcePathStyle: true,
    maxAttempts: attemptsMax,
    // Bodies are signed by their SHA-256, and checked on reading by what the blob's id says: any S3 can do that.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: idleTimeoutMs,
      httpAgent: { keepAlive: true, maxSockets: socketsMax },
      httpsAgent: { keepAlive: true, maxSockets: socketsMax },
    },
    ...(place.credentials ? { credentials: place.credentials } : {}),
  })
  return { sdk, client, place }
}

/** What an upstream answered, in our own terms. */
export function toLakeError(error: unknown, blobId?: string): unknown {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode
  if (blobId !== undefined && (name === 'NoSuchKey' || name === 'NotFound')) {
    return missing(blobId, error)
  }
  if (status === 507 || name === 'XMinioStorageFull') {
    return ObjectErrors.DiskFull('There is no space left for object data upstream.', {}, error)
  }
  if (status !== undefined || isNetworkError(error)) {
    const what =
      status === undefined ? 'cannot be asked' : `answered ${name ?? 'an error'} (${status})`
    return ObjectErrors.UpstreamFailed(
      `the S3 that holds the bytes ${what}: ${(error as Error).message}`,
      {},
      error,
    )
  }
  return error
}

export function missing(blobId: string, cause?: unknown): Error {
  return ObjectErrors.BlobMissing(`the blob ${blobId} is missing upstream`, { blobId }, cause)
}

export function isNetworkError(error: unknown): boolean {
  const { code, name } = error as { code?: string; name?: string }
  return (
    name === 'TimeoutError' ||
    name === 'CredentialsProviderError' ||
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|ERR_SSL|ERR_TLS|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/.test(
      code ?? '',
    )
  )
}
