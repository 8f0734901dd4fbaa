import {
  GetBucketLogging$,
  type GetBucketLoggingRequest,
  type GetBucketLoggingOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { logging } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html */
export const GetBucketLogging = operation<GetBucketLoggingRequest, GetBucketLoggingOutput>(
  GetBucketLogging$,
  async (input, ctx) => {
    return getSetting(ctx, input, logging)
  },
)
