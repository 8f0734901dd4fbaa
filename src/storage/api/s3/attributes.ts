import type { Call } from '#protocol/aws'
import {
  objectLimits,
  type ObjectAttributes,
  type ObjectLock,
  type SystemHeaders,
} from '#storage/objects'
import {
  checkAclAllowed,
  foreignOwnerOf,
  ownerOf,
  requestedGrants,
  storedGrants,
  type AclInput,
} from './acl.ts'
import type { S3Context } from './context.ts'
import { invalidArgument, invalidRequest, notImplemented, s3Error } from './errors.ts'
import { objectLock } from './settings/specs.ts'
import { readSetting } from './settings/store.ts'
import { tagHeader } from './tags.ts'

/** The members by which PutObject, CopyObject and CreateMultipartUpload describe an object. */
export interface AttributesInput extends AclInput {
  readonly Bucket: string | undefined
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
  readonly StorageClass?: string | undefined
  readonly WebsiteRedirectLocation?: string | undefined
  readonly Tagging?: string | undefined
  readonly ObjectLockMode?: string | undefined
  readonly ObjectLockRetainUntilDate?: Date | undefined
  readonly ObjectLockLegalHoldStatus?: string | undefined
  readonly ObjectLockEventHold?: string | undefined
}

const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]
const defaultContentType = 'binary/octet-stream'
const dayMs = 24 * 60 * 60 * 1000

/** Everything that is kept of an object beside its bytes. Errors: those of S3 for each header. */
export async function attributesOf(
  input: AttributesInput,
  ctx: Call & S3Context,
): Promise<ObjectAttributes> {
  return {
    ...metadataOf(input, ctx),
    storageClass: storageClassOf(input),
    ...(input.Tagging === undefined
      ? {}
      : { tags: tagHeader(input.Tagging, objectLimits.objectTagsMax) }),
    acl: await aclOf(input, ctx),
    lock: await lockOf(input, ctx),
  }
}

/** The headers that a copy takes over from its source unless it is told to replace them. */
export function metadataOf(
  input: AttributesInput,
  ctx: Call,
): Pick<ObjectAttributes, 'contentType' | 'contentEncoding' | 'headers' | 'userMetadata'> {
  const { headers: sent } = ctx.request
  const headers: SystemHeaders = {
    cacheControl: input.CacheControl,
    contentDisposition: input.ContentDisposition,
    contentLanguage: input.ContentLanguage,
    expires: sent['expires'],
    websiteRedirectLocation: redirectOf(input),
  }
  return {
    contentType: input.ContentType ?? defaultContentType,
    contentEncoding: contentEncodingOf(input.ContentEncoding),
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    userMetadata: userMetadataOf(input.Metadata),
  }
}

export function storageClassOf(input: {
  readonly StorageClass?: string | undefined
}): string | undefined {
  const { StorageClass: name } = input
  if (name === undefined || storageClasses.includes(name)) return name
  throw s3Error('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
    StorageClassRequested: name,
  })
}

export function redirectOf(input: {
  readonly WebsiteRedirectLocation?: string | undefined
}): string | undefined {
  const { WebsiteRedirectLocation: location } = input
  if (location !== undefined && !/^(\/|https?:\/\/)/.test(location)) {
    throw s3Error(
      'InvalidRedirectLocation',
      400,
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    )
  }
  return location
}

export async function aclOf(
  input: AttributesInput,
  ctx: Call & S3Context,
): Promise<string | undefined> {
  const { ID: bucketOwnerId } = await ownerOf(ctx)
  const foreignOwnerId = await foreignOwnerOf(ctx, input.Bucket!, input.ACL)
  const ownerId = foreignOwnerId ?? bucketOwnerId
  const grants = requestedGrants(input, ownerId, bucketOwnerId)
  if (grants) await checkAclAllowed(ctx, input.Bucket!, grants, ownerId, 'put')
  return storedGrants(grants, bucketOwnerId, foreignOwnerId)
}

/** The lock that is asked for, else the bucket's default one. */
export async function lockOf(
  input: AttributesInput,
  ctx: Call & S3Context,
): Promise<ObjectLock | undefined> {
  if (input.ObjectLockEventHold !== undefined) throw notImplemented('event holds')
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date',
      'null',
    )
  }
  const legalHold = input.ObjectLockLegalHoldStatus === 'ON'
  if (mode !== undefined && until !== undefined) {
    return { ...retentionOf(mode, until, ctx.receivedAtMs), legalHold }
  }
  const byDefault = await defaultRetention(input.Bucket!, ctx)
  return byDefault || legalHold ? { ...byDefault, legalHold } : undefined
}

/** Errors: `InvalidArgument`. */
export function retentionOf(mode: string, until: Date, nowMs: number): ObjectLock {
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode)
  }
  if (until.getTime() <= nowMs) {
    throw invalidArgument(
      'The retain until date must be in the future!',
      'x-amz-object-lock-retain-until-date',
      until.toISOString(),
    )
  }
  return { mode, untilMs: until.getTime() }
}

async function defaultRetention(
  bucket: string,
  ctx: Call & S3Context,
): Promise<ObjectLock | undefined> {
  const { objectLock: enabled } = await ctx.objects.buckets.get(ctx.accountId, bucket)
  if (!enabled) return undefined
  const ref = { accountId: ctx.accountId, bucket }
  const retention = (await readSetting(ctx.objects, ref, objectLock))?.Rule?.DefaultRetention
  if (!retention?.Mode) return undefined
  const until = new Date(ctx.receivedAtMs)
  if (retention.Years !== undefined) until.setUTCFullYear(until.getUTCFullYear() + retention.Years)
  else until.setTime(until.getTime() + (retention.Days ?? 0) * dayMs)
  return { mode: retention.Mode, untilMs: until.getTime() }
}

/** `aws-chunked` is the transport's framing, and no property of the object. */
function contentEncodingOf(header: string | undefined): string | undefined {
  const names = header?.split(',').map((name) => name.trim()) ?? []
  return names.filter((name) => name !== '' && name !== 'aws-chunked').join(',') || undefined
}

function userMetadataOf(
  metadata: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  if (!metadata) return undefined
  const entries = Object.entries(metadata)
  const sizeBytes = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  )
  if (sizeBytes > objectLimits.userMetadataBytesMax) {
    throw s3Error(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size',
      { Size: sizeBytes, MaxSizeAllowed: objectLimits.userMetadataBytesMax },
    )
  }
  if (entries.some(([name]) => name === '')) throw invalidRequest('A metadata name is empty')
  return Object.fromEntries(entries)
}
