import {
  ListBucketInventoryConfigurations$,
  type ListBucketInventoryConfigurationsRequest,
  type ListBucketInventoryConfigurationsOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { listConfigurations } from '../settings/configurations.ts'
import { inventory } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html */
export const ListBucketInventoryConfigurations = operation<
  ListBucketInventoryConfigurationsRequest,
  ListBucketInventoryConfigurationsOutput
>(ListBucketInventoryConfigurations$, async (input, ctx) => {
  const { items, page } = await listConfigurations(ctx, input, inventory)
  return { InventoryConfigurationList: items, ...page }
})
