import {
  GetBucketAnalyticsConfiguration$,
  type GetBucketAnalyticsConfigurationRequest,
  type GetBucketAnalyticsConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { getConfiguration } from '../settings/configurations.ts'
import { analytics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAnalyticsConfiguration.html */
export const GetBucketAnalyticsConfiguration = operation<
  GetBucketAnalyticsConfigurationRequest,
  GetBucketAnalyticsConfigurationOutput
>(GetBucketAnalyticsConfiguration$, async (input, ctx) => ({
  AnalyticsConfiguration: await getConfiguration(ctx, input, analytics),
}))
