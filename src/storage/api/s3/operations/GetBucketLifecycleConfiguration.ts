import {
  GetBucketLifecycleConfiguration$,
  type GetBucketLifecycleConfigurationRequest,
  type GetBucketLifecycleConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { lifecycle } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const GetBucketLifecycleConfiguration = operation<
  GetBucketLifecycleConfigurationRequest,
  GetBucketLifecycleConfigurationOutput
>(GetBucketLifecycleConfiguration$, async (input, ctx) => getSetting(ctx, input, lifecycle))
