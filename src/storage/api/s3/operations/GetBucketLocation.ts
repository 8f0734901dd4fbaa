import {
  GetBucketLocation$,
  type BucketLocationConstraint,
  type GetBucketLocationOutput,
  type GetBucketLocationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html. Empty means us-east-1. */
export const GetBucketLocation = operation<GetBucketLocationRequest, GetBucketLocationOutput>(
  GetBucketLocation$,
  async (input, ctx) => {
    const { accountId, bucket } = bucketOf(input, ctx)
    const { region } = await ctx.objects.buckets.get(accountId, bucket)
    if (region === 'us-east-1') return {}
    return { LocationConstraint: region as BucketLocationConstraint }
  },
)
