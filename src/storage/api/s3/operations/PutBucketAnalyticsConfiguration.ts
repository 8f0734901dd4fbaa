import {
  PutBucketAnalyticsConfiguration$,
  type PutBucketAnalyticsConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { putConfiguration } from '../settings/configurations.ts'
import { analytics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html. Stored and returned; nothing is computed from it. */
export const PutBucketAnalyticsConfiguration = operation<
  PutBucketAnalyticsConfigurationRequest,
  object
>(PutBucketAnalyticsConfiguration$, async (input, ctx) => {
  await putConfiguration(ctx, input, analytics, input.AnalyticsConfiguration)
  return {}
})
