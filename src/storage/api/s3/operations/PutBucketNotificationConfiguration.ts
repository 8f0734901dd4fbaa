import {
  PutBucketNotificationConfiguration$,
  type PutBucketNotificationConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { notification } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html. Stored and returned; destinations are not checked and events not delivered yet. */
export const PutBucketNotificationConfiguration = operation<
  PutBucketNotificationConfigurationRequest,
  object
>(PutBucketNotificationConfiguration$, async (input, ctx) => {
  await putSetting(ctx, input, notification, input.NotificationConfiguration)
  return {}
})
