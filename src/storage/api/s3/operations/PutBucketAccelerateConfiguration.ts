import {
  PutBucketAccelerateConfiguration$,
  type PutBucketAccelerateConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { accelerate } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html. Stored and returned: there is no edge network to accelerate with. */
export const PutBucketAccelerateConfiguration = operation<
  PutBucketAccelerateConfigurationRequest,
  object
>(PutBucketAccelerateConfiguration$, async (input, ctx) => {
  await putSetting(ctx, input, accelerate, input.AccelerateConfiguration)
  return {}
})
