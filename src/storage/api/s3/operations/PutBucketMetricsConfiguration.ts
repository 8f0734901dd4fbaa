import {
  PutBucketMetricsConfiguration$,
  type PutBucketMetricsConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { putConfiguration } from '../settings/configurations.ts'
import { metrics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html. Stored and returned; nothing is computed from it. */
export const PutBucketMetricsConfiguration = operation<
  PutBucketMetricsConfigurationRequest,
  object
>(PutBucketMetricsConfiguration$, async (input, ctx) => {
  await putConfiguration(ctx, input, metrics, input.MetricsConfiguration)
  return {}
})
