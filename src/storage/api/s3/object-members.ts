import type { Call } from '#protocol/aws'
import type { ObjectStore, SystemHeaders, VersionRow } from '#storage/objects'
import { archiveMembers } from './archive-members.ts'
import { encryptionMembers, type CustomerKeyInput } from './encryption.ts'
import { invalidArgument, invalidRequest } from './errors.ts'
import { expirationOf } from './expiration.ts'
import { versionIdOf } from './refs.ts'

/** Query parameters that replace headers of the answer. */
export interface ResponseOverrides {
  readonly ResponseCacheControl?: string | undefined
  readonly ResponseContentDisposition?: string | undefined
  readonly ResponseContentEncoding?: string | undefined
  readonly ResponseContentLanguage?: string | undefined
  readonly ResponseContentType?: string | undefined
  readonly ResponseExpires?: Date | undefined
}

const overridden = [
  ['ResponseCacheControl', 'response-cache-control'],
  ['ResponseContentDisposition', 'response-content-disposition'],
  ['ResponseContentEncoding', 'response-content-encoding'],
  ['ResponseContentLanguage', 'response-content-language'],
  ['ResponseContentType', 'response-content-type'],
] as const

/** What GetObject and HeadObject say of a version, save its length and range. */
export async function objectMembers(
  row: VersionRow,
  input: ResponseOverrides & {
    readonly Bucket: string | undefined
  } & CustomerKeyInput,
  ctx: Call & { readonly objects: ObjectStore },
) {
  checkOverrides(input, ctx)
  const headers = (row.headers === null ? {} : JSON.parse(row.headers)) as SystemHeaders
  const { versioning } = await ctx.objects.buckets.get(ctx.accountId, input.Bucket!)
  // As it was sent: it need not be a date.
  const expires = input.ResponseExpires?.toUTCString() ?? headers.expires
  if (expires !== undefined) ctx.responseHeaders['expires'] = expires
  const tags = row.tags === null ? 0 : Object.keys(JSON.parse(row.tags) as object).length
  return {
    ...encryptionMembers(row, input),
    Expiration: await expirationOf(row, ctx),
    ...archiveMembers(row, ctx.receivedAtMs),
    AcceptRanges: 'bytes',
    LastModified: new Date(row.last_modified_ms),
    ETag: `"${row.etag}"`,
    VersionId: versionIdOf(row, versioning),
    CacheControl: input.ResponseCacheControl ?? headers.cacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? headers.contentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? row.content_encoding ?? undefined,
    ContentLanguage: input.ResponseContentLanguage ?? headers.contentLanguage,
    ContentType: input.ResponseContentType ?? row.content_type ?? 'binary/octet-stream',
    WebsiteRedirectLocation: headers.websiteRedirectLocation,
    Metadata:
      row.user_metadata === null
        ? undefined
        : (JSON.parse(row.user_metadata) as Record<string, string>),
    // The default class is left unsaid.
    StorageClass: row.storage_class === 'STANDARD' ? undefined : row.storage_class,
    TagCount: tags > 0 ? tags : undefined,
    ObjectLockMode: row.lock_mode ?? undefined,
    ObjectLockRetainUntilDate: row.lock_until_ms === null ? undefined : new Date(row.lock_until_ms),
    ObjectLockLegalHoldStatus: row.legal_hold === 1 ? ('ON' as const) : undefined,
  }
}

/** Anonymous readers cannot choose the headers of the answer, and nobody what no header can hold. */
function checkOverrides(input: ResponseOverrides, ctx: Call): void {
  for (const [member, name] of overridden) {
    const value = input[member]
    if (value !== undefined && /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', name, value)
    }
  }
  if (ctx.caller.kind !== 'anonymous') return
  if (Object.keys(input).some((name) => name.startsWith('Response'))) {
    throw invalidRequest(
      'Request specific response headers cannot be used for anonymous GET requests.',
    )
  }
}
