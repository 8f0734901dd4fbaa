import {
  ListBucketAnalyticsConfigurations$,
  type ListBucketAnalyticsConfigurationsRequest,
  type ListBucketAnalyticsConfigurationsOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { listConfigurations } from '../settings/configurations.ts'
import { analytics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketAnalyticsConfigurations.html */
export const ListBucketAnalyticsConfigurations = operation<
  ListBucketAnalyticsConfigurationsRequest,
  ListBucketAnalyticsConfigurationsOutput
>(ListBucketAnalyticsConfigurations$, async (input, ctx) => {
  const { items, page } = await listConfigurations(ctx, input, analytics)
  return { AnalyticsConfigurationList: items, ...page }
})
