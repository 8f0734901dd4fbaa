import { DeleteBucket$, type DeleteBucketRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const DeleteBucket = operation<DeleteBucketRequest, object>(
  DeleteBucket$,
  async (input, ctx) => {
    const { accountId, bucket } = bucketOf(input, ctx)
    await ctx.objects.buckets.delete(accountId, bucket)
    return {}
  },
)
