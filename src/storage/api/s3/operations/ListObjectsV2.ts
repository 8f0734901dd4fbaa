import {
  ListObjectsV2$,
  type ListObjectsV2Output,
  type ListObjectsV2Request,
} from '@aws-sdk/client-s3'
import { ownerOf } from '../acl.ts'
import { operation } from '../context.ts'
import { entryMembers, fromToken, keyEncoder, pageLimit, toToken } from '../listing-members.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const ListObjectsV2 = operation<ListObjectsV2Request, ListObjectsV2Output>(
  ListObjectsV2$,
  async (input, ctx) => {
    const ref = bucketOf(input, ctx)
    const encode = keyEncoder(input.EncodingType)
    const limit = pageLimit(input.MaxKeys, 'max-keys')
    const prefix = input.Prefix ?? ''
    const delimiter = input.Delimiter || undefined
    const token = input.ContinuationToken
    const after = token ? fromToken(token) : input.StartAfter
    const page = await ctx.objects.listCurrent({
      ...ref,
      prefix,
      limit,
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(after ? { after } : {}),
    })
    const last = page.entries.at(-1)
    const next = last?.prefix ?? last?.row?.key
    const owner = input.FetchOwner === true ? await ownerOf(ctx) : undefined
    return {
      Name: ref.bucket,
      Prefix: encode(prefix),
      MaxKeys: limit,
      KeyCount: page.entries.length,
      Delimiter: delimiter && encode(delimiter),
      EncodingType: input.EncodingType,
      IsTruncated: page.truncated,
      ContinuationToken: token,
      NextContinuationToken: page.truncated && next !== undefined ? toToken(next) : undefined,
      StartAfter: input.StartAfter && encode(input.StartAfter),
      ...entryMembers(page.entries, encode, owner, input.OptionalObjectAttributes),
    }
  },
)
