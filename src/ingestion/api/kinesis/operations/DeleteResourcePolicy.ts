import { DeleteResourcePolicy$, type DeleteResourcePolicyInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteResourcePolicy.html */
export const DeleteResourcePolicy = operation<DeleteResourcePolicyInput, object>(
  DeleteResourcePolicy$,
  async (input, ctx) => {
    await ctx.streams.policies.remove(ctx, input.ResourceARN!)
    return {}
  },
)
