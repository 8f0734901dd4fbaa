import { PutBucketTagging$, type PutBucketTaggingRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { tagging } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
export const PutBucketTagging = operation<PutBucketTaggingRequest, object>(
  PutBucketTagging$,
  async (input, ctx) => {
    await putSetting(ctx, input, tagging, input.Tagging?.TagSet ?? [])
    // The model says 200; AWS answers 204, as its page shows.
    ctx.responseStatus = 204
    return {}
  },
)
