import {
  GetBucketMetadataTableConfiguration$,
  type GetBucketMetadataTableConfigurationOutput,
  type GetBucketMetadataTableConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { s3Error } from '../errors.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketMetadataTableConfiguration.html. There never is one: to make it is refused. */
export const GetBucketMetadataTableConfiguration = operation<
  GetBucketMetadataTableConfigurationRequest,
  GetBucketMetadataTableConfigurationOutput
>(GetBucketMetadataTableConfiguration$, async (input, ctx) => {
  const { accountId, bucket } = bucketOf(input, ctx)
  await ctx.objects.buckets.get(accountId, bucket)
  throw s3Error(
    'MetadataConfigurationNotFound',
    404,
    'The metadata table configuration does not exist',
    { BucketName: bucket },
  )
})
