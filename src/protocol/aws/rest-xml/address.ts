import type { ObjectName } from '../service.ts'

/** Where an S3 request points: to the service, a bucket, or an object. */
export interface S3Address {
  readonly bucket?: string
  /** The path below the bucket, percent-encoded, with its leading slash. */
  readonly path: string
}

/**
 * The bucket of a request, in path style (`/bucket/key`) or host style (`bucket.s3.<anything>`, `bucket.localhost`); see
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html.
 */
export function s3Address(host: string | undefined, rawPath: string): S3Address {
  const bucket = hostBucket(host)
  if (bucket !== undefined) return { bucket, path: rawPath }
  const end = rawPath.indexOf('/', 1)
  const first = end < 0 ? rawPath.slice(1) : rawPath.slice(1, end)
  if (first === '') return { path: rawPath }
  return { bucket: safeDecode(first), path: end < 0 ? '/' : rawPath.slice(end) }
}

/** The object that an address names; undefined when it names none, or in no way that can be read. */
export function objectOf(address: S3Address | undefined): ObjectName | undefined {
  if (address?.bucket === undefined || address.path.length < 2) return undefined
  try {
    return { bucket: address.bucket, key: decodeURIComponent(address.path.slice(1)) }
  } catch {
    return undefined
  }
}

/** The bucket that a host name begins with, if it does. */
export function hostBucket(host: string | undefined): string | undefined {
  if (host === undefined) return undefined
  const name = host.replace(/:\d+$/, '')
  // The last `s3` label counts: buckets may contain dots.
  const match =
    /^(.+)\.s3(?:[.-][a-z0-9-]+)*(?:\.[a-z0-9.-]+)?$/i.exec(name) ?? /^(.+)\.localhost$/i.exec(name)
  const bucket = match?.[1]
  return bucket === undefined || /^s3(?:[.-]|$)/i.test(bucket) ? undefined : bucket
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
