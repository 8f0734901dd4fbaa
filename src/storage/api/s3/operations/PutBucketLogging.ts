import { PutBucketLogging$, type PutBucketLoggingRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { logging } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html. Stored and returned; access logs are not delivered. */
export const PutBucketLogging = operation<PutBucketLoggingRequest, object>(
  PutBucketLogging$,
  async (input, ctx) => {
    await putSetting(ctx, input, logging, input.BucketLoggingStatus)
    return {}
  },
)
