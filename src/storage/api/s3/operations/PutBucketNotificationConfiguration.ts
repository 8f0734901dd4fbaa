import {
  PutBucketNotificationConfiguration$,
  type PutBucketNotificationConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { notification } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html. Queues and topics are destinations that are not there. */
export const PutBucketNotificationConfiguration = operation<
  PutBucketNotificationConfigurationRequest,
  object
>(PutBucketNotificationConfiguration$, async (input, ctx) => {
  await putSetting(ctx, input, notification, input.NotificationConfiguration)
  return {}
})
