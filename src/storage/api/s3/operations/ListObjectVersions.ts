import {
  ListObjectVersions$,
  type ListObjectVersionsOutput,
  type ListObjectVersionsRequest,
  type ObjectVersionStorageClass,
} from '@aws-sdk/client-s3'
import { ownerOf } from '../acl.ts'
import { restoreStatus } from '../archive-members.ts'
import { operation } from '../context.ts'
import { invalidArgument } from '../errors.ts'
import { checksumKind, keyEncoder, pageLimit, prefixMembers } from '../listing-members.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const ListObjectVersions = operation<ListObjectVersionsRequest, ListObjectVersionsOutput>(
  ListObjectVersions$,
  async (input, ctx) => {
    const ref = bucketOf(input, ctx)
    const encode = keyEncoder(input.EncodingType)
    const limit = pageLimit(input.MaxKeys, 'max-keys')
    const prefix = input.Prefix ?? ''
    const delimiter = input.Delimiter || undefined
    const { KeyMarker: keyMarker = '', VersionIdMarker: versionIdMarker = '' } = input
    if (versionIdMarker !== '' && keyMarker === '') {
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        versionIdMarker,
      )
    }
    const { entries, truncated } = await ctx.objects.listVersions({
      ...ref,
      prefix,
      limit,
      keyMarker,
      versionIdMarker,
      ...(delimiter === undefined ? {} : { delimiter }),
    })
    const Owner = await ownerOf(ctx)
    const last = entries.at(-1)
    const rows = entries.flatMap(({ row }) => row ?? [])
    const common = (row: (typeof rows)[number]) => ({
      Key: encode(row.key),
      VersionId: row.version_id,
      IsLatest: row.is_latest === 1,
      LastModified: new Date(row.last_modified_ms),
      Owner,
    })
    return {
      Name: ref.bucket,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionIdMarker,
      MaxKeys: limit,
      Delimiter: delimiter && encode(delimiter),
      EncodingType: input.EncodingType,
      IsTruncated: truncated,
      NextKeyMarker: truncated && last ? encode(last.prefix ?? last.row.key) : undefined,
      NextVersionIdMarker: truncated ? last?.row?.version_id : undefined,
      Versions: rows
        .filter((row) => row.delete_marker === 0)
        .map((row) => ({
          ...common(row),
          ETag: `"${row.etag}"`,
          Size: row.size_bytes,
          StorageClass: row.storage_class as ObjectVersionStorageClass,
          ...checksumKind(row),
          ...restoreStatus(row, input.OptionalObjectAttributes),
        })),
      DeleteMarkers: rows.filter((row) => row.delete_marker === 1).map(common),
      CommonPrefixes: prefixMembers(entries, encode),
    }
  },
)
