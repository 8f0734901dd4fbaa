import {
  GetBucketAccelerateConfiguration$,
  type GetBucketAccelerateConfigurationRequest,
  type GetBucketAccelerateConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { accelerate } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html */
export const GetBucketAccelerateConfiguration = operation<
  GetBucketAccelerateConfigurationRequest,
  GetBucketAccelerateConfigurationOutput
>(GetBucketAccelerateConfiguration$, async (input, ctx) => {
  return getSetting(ctx, input, accelerate)
})
