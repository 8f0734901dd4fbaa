import type { AccessRequest } from './access.ts'

type Input = Readonly<Record<string, unknown>>
type Keys = Record<string, readonly string[]>

/** Condition keys that stand in a member of the input as they are. */
const members: Readonly<Record<string, string>> = {
  ACL: 's3:x-amz-acl',
  CopySource: 's3:x-amz-copy-source',
  GrantFullControl: 's3:x-amz-grant-full-control',
  GrantRead: 's3:x-amz-grant-read',
  GrantReadACP: 's3:x-amz-grant-read-acp',
  GrantWrite: 's3:x-amz-grant-write',
  GrantWriteACP: 's3:x-amz-grant-write-acp',
  IfMatch: 's3:if-match',
  IfNoneMatch: 's3:if-none-match',
  MetadataDirective: 's3:x-amz-metadata-directive',
  ObjectLockLegalHoldStatus: 's3:object-lock-legal-hold',
  ObjectLockMode: 's3:object-lock-mode',
  ObjectLockRetainUntilDate: 's3:object-lock-retain-until-date',
  ObjectOwnership: 's3:x-amz-object-ownership',
  SSECustomerAlgorithm: 's3:x-amz-server-side-encryption-customer-algorithm',
  SSEKMSKeyId: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 's3:x-amz-server-side-encryption',
  StorageClass: 's3:x-amz-storage-class',
  VersionId: 's3:VersionId',
  WebsiteRedirectLocation: 's3:x-amz-website-redirect-location',
}
const ofLists: Readonly<Record<string, string>> = {
  Prefix: 's3:prefix',
  Delimiter: 's3:delimiter',
  MaxKeys: 's3:max-keys',
}
/** Keys of what is not built: no request has them. */
const absent = [
  's3:AccessPointNetworkOrigin',
  's3:DataAccessPointAccount',
  's3:DataAccessPointArn',
  's3:JobSuspendedCause',
]

/**
 * Condition keys of S3 that the request determines; an empty list is an absent key. What is not here (`s3:TlsVersion`,
 * `s3:object-lock-remaining-retention-days`, …) is unknown.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
 */
export function s3ConditionKeys(request: AccessRequest, nowMs: number): Keys {
  const input = isRecord(request.input) ? request.input : {}
  const keys: Keys = {}
  for (const key of absent) keys[key] = []
  for (const [member, key] of Object.entries(members)) keys[key] = valueOf(input[member])
  for (const [member, key] of Object.entries(ofLists)) {
    keys[key] = request.operation.startsWith('List') ? valueOf(input[member]) : []
  }
  keys['s3:LocationConstraint'] = nested(input, 'CreateBucketConfiguration', 'LocationConstraint')
  if (isRecord(input['Retention'])) {
    keys['s3:object-lock-mode'] = nested(input, 'Retention', 'Mode')
    keys['s3:object-lock-retain-until-date'] = nested(input, 'Retention', 'RetainUntilDate')
  }
  if (isRecord(input['LegalHold'])) {
    keys['s3:object-lock-legal-hold'] = nested(input, 'LegalHold', 'Status')
  }
  const tags = requestedTags(input['Tagging'])
  keys['s3:RequestObjectTagKeys'] = [...tags.keys()]
  for (const [name, value] of tags) keys[`s3:RequestObjectTag/${name}`] = [value]
  return { ...keys, ...signatureKeys(request, nowMs) }
}

/** Keys of these kinds that are not set are absent. */
export const s3KnownPrefixes = ['s3:RequestObjectTag/'] as const

function signatureKeys({ request: wire, caller }: AccessRequest, nowMs: number): Keys {
  if (!wire) return {}
  const query = new URLSearchParams(wire.rawQuery ?? '')
  const isPresigned = query.has('X-Amz-Signature') || query.has('Signature')
  const isAnonymous = caller.kind === 'anonymous'
  const isForm = wire.headers['content-type']?.startsWith('multipart/form-data') === true
  const signedAt = query.get('X-Amz-Date') ?? wire.headers['x-amz-date']
  const signedMs = signedAt === undefined ? Number.NaN : Date.parse(isoOf(signedAt))
  const kind = isPresigned ? 'REST-QUERY-STRING' : isForm ? 'POST' : 'REST-HEADER'
  const version =
    query.has('Signature') && !query.has('X-Amz-Signature') ? 'AWS' : 'AWS4-HMAC-SHA256'
  return {
    's3:authType': isAnonymous ? [] : [kind],
    's3:signatureversion': isAnonymous ? [] : [version],
    's3:signatureAge': Number.isNaN(signedMs) || isAnonymous ? [] : [String(nowMs - signedMs)],
    's3:x-amz-content-sha256': valueOf(
      wire.headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256') ?? undefined,
    ),
  }
}

/** `20260304T050607Z` as `2026-03-04T05:06:07Z`. */
function isoOf(basic: string): string {
  return basic.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z')
}

/** A header in the form of a query, or a document. */
function requestedTags(tagging: unknown): ReadonlyMap<string, string> {
  if (typeof tagging === 'string') return new Map(new URLSearchParams(tagging))
  const set = isRecord(tagging) ? tagging['TagSet'] : undefined
  if (!Array.isArray(set)) return new Map()
  return new Map(
    set.flatMap((tag) =>
      isRecord(tag) ? [[String(tag['Key'] ?? ''), String(tag['Value'] ?? '')] as const] : [],
    ),
  )
}

function nested(input: Input, member: string, name: string): readonly string[] {
  const value = input[member]
  return isRecord(value) ? valueOf(value[name]) : []
}

function valueOf(value: unknown): readonly string[] {
  if (value instanceof Date) return [value.toISOString().replace(/\.000Z$/, 'Z')]
  return ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
