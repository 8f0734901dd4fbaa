import { PutUserPolicy$, type PutUserPolicyRequest } from '@aws-sdk/client-iam'
import { putInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
export const PutUserPolicy = operation<PutUserPolicyRequest, object>(
  PutUserPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await putInlinePolicy(
      store,
      { accountId, kind: 'user', name: input.UserName! },
      input.PolicyName!,
      input.PolicyDocument!,
    )
    return {}
  },
)
