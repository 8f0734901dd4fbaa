import {
  GetBucketMetricsConfiguration$,
  type GetBucketMetricsConfigurationRequest,
  type GetBucketMetricsConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { getConfiguration } from '../settings/configurations.ts'
import { metrics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketMetricsConfiguration.html */
export const GetBucketMetricsConfiguration = operation<
  GetBucketMetricsConfigurationRequest,
  GetBucketMetricsConfigurationOutput
>(GetBucketMetricsConfiguration$, async (input, ctx) => ({
  MetricsConfiguration: await getConfiguration(ctx, input, metrics),
}))
