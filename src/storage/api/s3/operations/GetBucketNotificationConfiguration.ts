import {
  GetBucketNotificationConfiguration$,
  type GetBucketNotificationConfigurationRequest,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { notification } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export const GetBucketNotificationConfiguration = operation<
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration
>(GetBucketNotificationConfiguration$, async (input, ctx) => {
  return getSetting(ctx, input, notification)
})
