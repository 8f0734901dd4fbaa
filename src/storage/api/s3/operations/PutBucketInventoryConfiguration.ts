import {
  PutBucketInventoryConfiguration$,
  type PutBucketInventoryConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { putConfiguration } from '../settings/configurations.ts'
import { inventory } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html. Stored and returned; nothing is computed from it. */
export const PutBucketInventoryConfiguration = operation<
  PutBucketInventoryConfigurationRequest,
  object
>(PutBucketInventoryConfiguration$, async (input, ctx) => {
  await putConfiguration(ctx, input, inventory, input.InventoryConfiguration)
  return {}
})
