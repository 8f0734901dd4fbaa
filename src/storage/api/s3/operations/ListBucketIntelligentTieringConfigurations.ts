import {
  ListBucketIntelligentTieringConfigurations$,
  type ListBucketIntelligentTieringConfigurationsRequest,
  type ListBucketIntelligentTieringConfigurationsOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { listConfigurations } from '../settings/configurations.ts'
import { intelligentTiering } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketIntelligentTieringConfigurations.html */
export const ListBucketIntelligentTieringConfigurations = operation<
  ListBucketIntelligentTieringConfigurationsRequest,
  ListBucketIntelligentTieringConfigurationsOutput
>(ListBucketIntelligentTieringConfigurations$, async (input, ctx) => {
  const { items, page } = await listConfigurations(ctx, input, intelligentTiering)
  return { IntelligentTieringConfigurationList: items, ...page }
})
