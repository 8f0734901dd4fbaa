import {
  GetBucketPolicyStatus$,
  type GetBucketPolicyStatusRequest,
  type GetBucketPolicyStatusOutput,
} from '@aws-sdk/client-s3'
import { isPublicPolicy, parsePolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { policy } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const GetBucketPolicyStatus = operation<
  GetBucketPolicyStatusRequest,
  GetBucketPolicyStatusOutput
>(GetBucketPolicyStatus$, async (input, ctx) => {
  const text = await getSetting(ctx, input, policy)
  return { PolicyStatus: { IsPublic: isPublicPolicy(parsePolicy(text, 'bucket')) } }
})
