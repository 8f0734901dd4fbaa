import { HeadBucket$, type HeadBucketOutput, type HeadBucketRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const HeadBucket = operation<HeadBucketRequest, HeadBucketOutput>(
  HeadBucket$,
  async (input, ctx) => {
    const { accountId, bucket } = bucketOf(input, ctx)
    const { name, region } = await ctx.objects.buckets.get(accountId, bucket)
    return {
      BucketRegion: region,
      BucketArn: `arn:aws:s3:::${name}`,
      AccessPointAlias: false,
    }
  },
)
