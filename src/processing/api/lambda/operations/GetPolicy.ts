import { GetPolicy$, type GetPolicyRequest, type GetPolicyResponse } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
export const GetPolicy = operation<GetPolicyRequest, GetPolicyResponse>(
  GetPolicy$,
  async (input, ctx) => {
    const { ref, qualifier } = functionOf(ctx, input)
    const { document, revisionId } = await ctx.functions.policies.get(ref, qualifier)
    return { Policy: document, RevisionId: revisionId }
  },
)
