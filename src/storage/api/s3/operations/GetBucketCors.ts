import {
  GetBucketCors$,
  type GetBucketCorsRequest,
  type GetBucketCorsOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { cors } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export const GetBucketCors = operation<GetBucketCorsRequest, GetBucketCorsOutput>(
  GetBucketCors$,
  async (input, ctx) => {
    return getSetting(ctx, input, cors)
  },
)
