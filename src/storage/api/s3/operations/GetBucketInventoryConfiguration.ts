import {
  GetBucketInventoryConfiguration$,
  type GetBucketInventoryConfigurationRequest,
  type GetBucketInventoryConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { getConfiguration } from '../settings/configurations.ts'
import { inventory } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketInventoryConfiguration.html */
export const GetBucketInventoryConfiguration = operation<
  GetBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput
>(GetBucketInventoryConfiguration$, async (input, ctx) => ({
  InventoryConfiguration: await getConfiguration(ctx, input, inventory),
}))
