import { CopyObject$, type CopyObjectOutput, type CopyObjectRequest } from '@aws-sdk/client-s3'
import type { Call } from '#protocol/aws'
import type { ObjectAttributes, ObjectRef, SystemHeaders, VersionRow } from '#storage/objects'
import { arnOf, hidingAbsence } from '../access/absence.ts'
import { attributesOf } from '../attributes.ts'
import { causeOf } from '../cause.ts'
import { algorithmOf, checksumMembers } from '../checksum-members.ts'
import { copyConditions, writeConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { checkMayDecrypt, encryptionMembers, encryptionOf, withSourceKey } from '../encryption.ts'
import { accessDenied, invalidArgument, invalidRequest } from '../errors.ts'
import { copySourceOf } from '../copy-source.ts'
import { expirationOf } from '../expiration.ts'
import { bucketOf, objectOf, versionIdOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const CopyObject = operation<CopyObjectRequest, CopyObjectOutput>(
  CopyObject$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const source = { ...(await copySourceOf(input, ctx)), ...withSourceKey(input) }
    checkDirective(input.MetadataDirective, 'x-amz-metadata-directive')
    checkDirective(input.TaggingDirective, 'x-amz-tagging-directive')
    const toItself =
      source.versionId === undefined && source.bucket === ref.bucket && source.key === ref.key
    if (toItself && !changesSomething(input)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      )
    }
    const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    const given = await attributesOf(input, ctx)
    const conditions = writeConditions(input)
    const algorithm = algorithmOf(input.ChecksumAlgorithm)
    const withAnnotations = copiesAnnotations(input)
    const copiesTags = await mayCopyTags(input, ref, source, ctx)
    const { source: from, copy } = await hidingAbsence(ctx, source, () =>
      ctx.objects.copyObject({
        source,
        sourceConditions: copyConditions(input),
        ...bucketOf(input, ctx),
        key: ref.key,
        attributes: async (row) => {
          await checkMayDecrypt(row, ctx)
          if (row.tags !== null && !copiesTags) throw accessDenied()
          if (withAnnotations && row.annotations > 0) {
            await checkAnnotations(input, ref, source, ctx)
          }
          return copiedAttributes(input, given, row)
        },
        withAnnotations,
        ...encryptionOf(input, ctx),
        ...(conditions ? { conditions } : {}),
        ...(algorithm ? { algorithm } : {}),
        cause: causeOf(ctx),
      }),
    )
    const sourceBucket = await ctx.objects.buckets.find(source.bucket)
    return {
      VersionId: versionIdOf(copy, versioning),
      Expiration: await expirationOf(copy, ctx),
      CopySourceVersionId: versionIdOf(from, sourceBucket?.versioning ?? ''),
      ...encryptionMembers(copy, input),
      CopyObjectResult: {
        ETag: `"${copy.etag}"`,
        LastModified: new Date(copy.last_modified_ms),
        ...checksumMembers(copy),
      },
    }
  },
)

function copiesAnnotations({ AnnotationDirective: directive }: CopyObjectRequest): boolean {
  if (directive === undefined || directive === 'COPY') return true
  if (directive === 'EXCLUDE') return false
  throw invalidArgument(
    'Unknown annotation directive.',
    'x-amz-object-annotation-directive',
    directive,
  )
}

/** They are read there and put here. Errors: `AccessDenied`, `InvalidRequest`. */
async function checkAnnotations(
  input: CopyObjectRequest,
  target: ObjectRef,
  source: ObjectRef,
  ctx: Call,
): Promise<void> {
  if (input.SSECustomerKey !== undefined) {
    throw invalidRequest('Objects encrypted with SSE-C cannot have annotations.')
  }
  const mayRead = await ctx.permits('s3:GetObjectAnnotation', arnOf(source), source.versionId)
  const mayWrite = await ctx.permits('s3:PutObjectAnnotation', arnOf(target))
  if (!mayRead || !mayWrite) throw accessDenied()
}

/** Tags that go along are read there and put here: both have to be allowed. */
async function mayCopyTags(
  input: CopyObjectRequest,
  target: ObjectRef,
  source: ObjectRef,
  ctx: Call,
): Promise<boolean> {
  if (input.TaggingDirective === 'REPLACE') return true
  const kind = source.versionId === undefined ? 'Object' : 'ObjectVersion'
  return (
    (await ctx.permits(`s3:Get${kind}Tagging`, arnOf(source), source.versionId)) &&
    (await ctx.permits('s3:PutObjectTagging', arnOf(target)))
  )
}

/** The directives say which of the source's attributes go along; class, list and lock never do. */
function copiedAttributes(
  input: CopyObjectRequest,
  given: ObjectAttributes,
  row: VersionRow,
): ObjectAttributes {
  const { contentType, contentEncoding, headers, userMetadata, tags, ...own } = given
  const replaces = input.MetadataDirective === 'REPLACE'
  const metadata = replaces
    ? { contentType, contentEncoding, headers, userMetadata }
    : {
        contentType: row.content_type ?? undefined,
        contentEncoding: row.content_encoding ?? undefined,
        headers: {
          ...json<SystemHeaders>(row.headers),
          websiteRedirectLocation: headers?.websiteRedirectLocation,
        },
        userMetadata: json<Record<string, string>>(row.user_metadata),
      }
  return {
    ...own,
    ...metadata,
    tags: input.TaggingDirective === 'REPLACE' ? tags : json<Record<string, string>>(row.tags),
  }
}

function changesSomething(input: CopyObjectRequest): boolean {
  return (
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.SSECustomerAlgorithm !== undefined ||
    input.ChecksumAlgorithm !== undefined
  )
}

function checkDirective(value: string | undefined, header: string): void {
  if (value === undefined || value === 'COPY' || value === 'REPLACE') return
  throw invalidArgument(`Unknown ${header.slice(6).replaceAll('-', ' ')}.`, header, value)
}

function json<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T)
}
