import { PutBucketCors$, type PutBucketCorsRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { cors } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html. The gateway answers browsers by it (`../cors.ts`). */
export const PutBucketCors = operation<PutBucketCorsRequest, object>(
  PutBucketCors$,
  async (input, ctx) => {
    await putSetting(ctx, input, cors, input.CORSConfiguration)
    return {}
  },
)
