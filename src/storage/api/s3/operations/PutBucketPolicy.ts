import { PutBucketPolicy$, type PutBucketPolicyRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { requireOwnAccount } from '../refs.ts'
import { policy } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const PutBucketPolicy = operation<PutBucketPolicyRequest, object>(
  PutBucketPolicy$,
  async (input, ctx) => {
    requireOwnAccount(ctx)
    await putSetting(ctx, input, policy, input.Policy)
    ctx.responseStatus = 204
    // The model says 200; AWS answers 204, as its page shows.
    ctx.responseStatus = 204
    return {}
  },
)
