import { GetPolicy$, type GetPolicyRequest, type GetPolicyResponse } from '@aws-sdk/client-iam'
import { getPolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { toPolicy } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
export const GetPolicy = operation<GetPolicyRequest, GetPolicyResponse>(
  GetPolicy$,
  async (input, { identity: { store }, accountId }) => {
    return { Policy: toPolicy(await getPolicy(store, accountId, input.PolicyArn!)) }
  },
)
