import {
  DeleteBucketMetricsConfiguration$,
  type DeleteBucketMetricsConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { deleteConfiguration } from '../settings/configurations.ts'
import { metrics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketMetricsConfiguration.html */
export const DeleteBucketMetricsConfiguration = operation<
  DeleteBucketMetricsConfigurationRequest,
  object
>(DeleteBucketMetricsConfiguration$, async (input, ctx) => {
  await deleteConfiguration(ctx, input, metrics)
  return {}
})
