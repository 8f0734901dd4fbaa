import {
  GetResourcePolicy$,
  type GetResourcePolicyInput,
  type GetResourcePolicyOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetResourcePolicy.html
 *
 * Without a policy the answer is an empty document.
 */
export const GetResourcePolicy = operation<GetResourcePolicyInput, GetResourcePolicyOutput>(
  GetResourcePolicy$,
  async (input, ctx) => {
    const policy = await ctx.streams.policies.get(ctx, input.ResourceARN!)
    return { Policy: policy ?? '{}' }
  },
)
