import { PutGroupPolicy$, type PutGroupPolicyRequest } from '@aws-sdk/client-iam'
import { putInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html */
export const PutGroupPolicy = operation<PutGroupPolicyRequest, object>(
  PutGroupPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await putInlinePolicy(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      input.PolicyName!,
      input.PolicyDocument!,
    )
    return {}
  },
)
