import {
  DeleteBucketInventoryConfiguration$,
  type DeleteBucketInventoryConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { deleteConfiguration } from '../settings/configurations.ts'
import { inventory } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketInventoryConfiguration.html */
export const DeleteBucketInventoryConfiguration = operation<
  DeleteBucketInventoryConfigurationRequest,
  object
>(DeleteBucketInventoryConfiguration$, async (input, ctx) => {
  await deleteConfiguration(ctx, input, inventory)
  return {}
})
