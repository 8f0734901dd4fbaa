import { CopyObject$, type CopyObjectOutput, type CopyObjectRequest } from '@aws-sdk/client-s3'
import type { ObjectAttributes, SystemHeaders, VersionRow } from '#storage/objects'
import { attributesOf } from '../attributes.ts'
import { algorithmOf, checksumMembers } from '../checksum-members.ts'
import { copyConditions, writeConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { invalidArgument, invalidRequest } from '../errors.ts'
import { copySourceOf } from '../copy-source.ts'
import { bucketOf, objectOf, versionIdOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const CopyObject = operation<CopyObjectRequest, CopyObjectOutput>(
  CopyObject$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const source = copySourceOf(input, ctx)
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
    const { source: from, copy } = await ctx.objects.copyObject({
      source,
      sourceConditions: copyConditions(input),
      ...bucketOf(input, ctx),
      key: ref.key,
      attributes: (row) => copiedAttributes(input, given, row),
      ...(conditions ? { conditions } : {}),
      ...(algorithm ? { algorithm } : {}),
    })
    const sourceBucket = await ctx.objects.buckets.find(source.bucket)
    return {
      VersionId: versionIdOf(copy, versioning),
      CopySourceVersionId: versionIdOf(from, sourceBucket?.versioning ?? ''),
      CopyObjectResult: {
        ETag: `"${copy.etag}"`,
        LastModified: new Date(copy.last_modified_ms),
        ...checksumMembers(copy),
      },
    }
  },
)

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
