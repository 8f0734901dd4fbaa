import {
  GetBucketPolicy$,
  type GetBucketPolicyRequest,
  type GetBucketPolicyOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { requireOwnAccount } from '../refs.ts'
import { policy } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export const GetBucketPolicy = operation<GetBucketPolicyRequest, GetBucketPolicyOutput>(
  GetBucketPolicy$,
  async (input, ctx) => {
    requireOwnAccount(ctx)
    const text = await getSetting(ctx, input, policy)
    ctx.responseHeaders['content-type'] = 'application/json'
    return { Policy: text }
  },
)
