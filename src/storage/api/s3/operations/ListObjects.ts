import { ListObjects$, type ListObjectsOutput, type ListObjectsRequest } from '@aws-sdk/client-s3'
import { ownerOf } from '../acl.ts'
import { operation } from '../context.ts'
import { entryMembers, keyEncoder, pageLimit } from '../listing-members.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const ListObjects = operation<ListObjectsRequest, ListObjectsOutput>(
  ListObjects$,
  async (input, ctx) => {
    const ref = bucketOf(input, ctx)
    const encode = keyEncoder(input.EncodingType)
    const limit = pageLimit(input.MaxKeys, 'max-keys')
    const prefix = input.Prefix ?? ''
    const delimiter = input.Delimiter || undefined
    const page = await ctx.objects.listCurrent({
      ...ref,
      prefix,
      limit,
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(input.Marker ? { after: input.Marker } : {}),
    })
    const last = page.entries.at(-1)
    const next = last?.prefix ?? last?.row?.key
    return {
      Name: ref.bucket,
      Prefix: encode(prefix),
      Marker: encode(input.Marker ?? ''),
      MaxKeys: limit,
      Delimiter: delimiter && encode(delimiter),
      EncodingType: input.EncodingType,
      IsTruncated: page.truncated,
      // As on AWS: without a delimiter the last key is the marker.
      NextMarker: page.truncated && delimiter && next !== undefined ? encode(next) : undefined,
      ...entryMembers(page.entries, encode, await ownerOf(ctx), input.OptionalObjectAttributes),
    }
  },
)
