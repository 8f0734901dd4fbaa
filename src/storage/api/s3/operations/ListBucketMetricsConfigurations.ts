import {
  ListBucketMetricsConfigurations$,
  type ListBucketMetricsConfigurationsRequest,
  type ListBucketMetricsConfigurationsOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { listConfigurations } from '../settings/configurations.ts'
import { metrics } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketMetricsConfigurations.html */
export const ListBucketMetricsConfigurations = operation<
  ListBucketMetricsConfigurationsRequest,
  ListBucketMetricsConfigurationsOutput
>(ListBucketMetricsConfigurations$, async (input, ctx) => {
  const { items, page } = await listConfigurations(ctx, input, metrics)
  return { MetricsConfigurationList: items, ...page }
})
