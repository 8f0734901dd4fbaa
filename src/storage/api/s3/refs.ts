import type { Call } from '#protocol/aws'
import {
  checkKey,
  nullVersionId,
  type ObjectRef,
  type UploadRef,
  type VersionRow,
} from '#storage/objects'
import { accessDenied, notImplemented, s3Error } from './errors.ts'

interface BucketInput {
  readonly Bucket: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

/** Whose bucket is meant: the call was let in to its account. Another expected owner is refused. */
export function bucketOf(
  input: BucketInput,
  ctx: Call,
): { readonly accountId: string; readonly bucket: string } {
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== ctx.accountId) {
    throw accessDenied()
  }
  return { accountId: ctx.accountId, bucket: input.Bucket! }
}

/** A bucket's policy is the business of its own account, whatever it says. Error: `MethodNotAllowed`. */
export function requireOwnAccount(ctx: Call): void {
  if (ctx.caller.accountId === ctx.accountId) return
  throw s3Error(
    'MethodNotAllowed',
    405,
    'The specified method is not allowed against this resource.',
    { Method: ctx.request.method, ResourceType: 'BUCKETPOLICY' },
  )
}

/** Which object, and which version of it. Errors: `KeyTooLong`, those of `bucketOf`. */
export function objectOf(
  input: BucketInput & {
    readonly Key: string | undefined
    readonly VersionId?: string | undefined
  },
  ctx: Call,
): ObjectRef {
  checkKey(input.Key!)
  return {
    ...bucketOf(input, ctx),
    key: input.Key!,
    ...(input.VersionId === undefined ? {} : { versionId: input.VersionId }),
  }
}

/**
 * `bucket/key?versionId=…`, percent-encoded or not, with or without a leading slash. A plus sign
 * is a space, as in a form: Go programs (Terraform's provider) encode the source that way.
 */
export function parseCopySource(
  source: string,
): { readonly bucket: string; readonly key: string; readonly versionId?: string } | undefined {
  if (source.startsWith('arn:')) throw notImplemented('a copy source that is an access point')
  const mark = source.lastIndexOf('?versionId=')
  const path = mark < 0 ? source : source.slice(0, mark)
  const versionId = mark < 0 ? undefined : source.slice(mark + '?versionId='.length)
  let decoded: string
  try {
    decoded = decodeURIComponent(path.replaceAll('+', ' ')).replace(/^\//, '')
  } catch {
    return undefined
  }
  const slash = decoded.indexOf('/')
  if (slash < 1 || slash === decoded.length - 1) return undefined
  return {
    bucket: decoded.slice(0, slash),
    key: decoded.slice(slash + 1),
    ...(versionId === undefined ? {} : { versionId }),
  }
}

/** `x-amz-version-id` of an answer: only buckets that have known versioning show one. */
export function versionIdOf(
  row: Pick<VersionRow, 'version_id'>,
  versioning: string,
): string | undefined {
  return versioning === '' && row.version_id === nullVersionId ? undefined : row.version_id
}

/** Which multipart upload. */
export function uploadOf(
  input: BucketInput & {
    readonly Key: string | undefined
    readonly UploadId: string | undefined
  },
  ctx: Call,
): UploadRef {
  return { ...bucketOf(input, ctx), key: input.Key!, uploadId: input.UploadId! }
}
