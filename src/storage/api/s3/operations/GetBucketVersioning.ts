import {
  GetBucketVersioning$,
  type GetBucketVersioningRequest,
  type GetBucketVersioningOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const GetBucketVersioning = operation<GetBucketVersioningRequest, GetBucketVersioningOutput>(
  GetBucketVersioning$,
  async (input, ctx) => {
    const { accountId, bucket } = bucketOf(input, ctx)
    const { versioning } = await ctx.objects.buckets.get(accountId, bucket)
    return versioning === '' ? {} : { Status: versioning }
  },
)
