import { AttachGroupPolicy$, type AttachGroupPolicyRequest } from '@aws-sdk/client-iam'
import { attachPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html */
export const AttachGroupPolicy = operation<AttachGroupPolicyRequest, object>(
  AttachGroupPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await attachPolicy(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      input.PolicyArn!,
    )
    return {}
  },
)
