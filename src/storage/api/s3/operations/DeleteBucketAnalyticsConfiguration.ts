import {
  DeleteBucketAnalyticsConfiguration$,
  type DeleteBucketAnalyticsConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { deleteConfiguration } from '../settings/configurations.ts'
import { analytics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketAnalyticsConfiguration.html */
export const DeleteBucketAnalyticsConfiguration = operation<
  DeleteBucketAnalyticsConfigurationRequest,
  object
>(DeleteBucketAnalyticsConfiguration$, async (input, ctx) => {
  await deleteConfiguration(ctx, input, analytics)
  return {}
})
