import { ListBuckets$, type ListBucketsOutput, type ListBucketsRequest } from '@aws-sdk/client-s3'
import { ownerOf } from '../acl.ts'
import { operation } from '../context.ts'
import { invalidArgument } from '../errors.ts'
import { fromToken, toToken } from '../listing-members.ts'

const bucketsMax = 10_000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const ListBuckets = operation<ListBucketsRequest, ListBucketsOutput>(
  ListBuckets$,
  async (input, ctx) => {
    const limit = input.MaxBuckets ?? bucketsMax
    if (limit < 1 || limit > bucketsMax) {
      throw invalidArgument(
        `Argument max-buckets must be an integer between 1 and ${bucketsMax}`,
        'max-buckets',
        limit,
      )
    }
    const token = input.ContinuationToken
    const buckets = await ctx.objects.buckets.list({
      accountId: ctx.accountId,
      limit: limit + 1,
      prefix: input.Prefix,
      region: input.BucketRegion,
      ...(token ? { after: fromToken(token) } : {}),
    })
    const shown = buckets.slice(0, limit)
    return {
      Owner: await ownerOf(ctx),
      Buckets: shown.map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdMs),
        BucketRegion: bucket.region,
        BucketArn: `arn:aws:s3:::${bucket.name}`,
      })),
      Prefix: input.Prefix,
      ContinuationToken: buckets.length > limit ? toToken(shown.at(-1)!.name) : undefined,
    }
  },
)
