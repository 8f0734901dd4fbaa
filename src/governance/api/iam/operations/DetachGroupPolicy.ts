import { DetachGroupPolicy$, type DetachGroupPolicyRequest } from '@aws-sdk/client-iam'
import { detachPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html */
export const DetachGroupPolicy = operation<DetachGroupPolicyRequest, object>(
  DetachGroupPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await detachPolicy(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      input.PolicyArn!,
    )
    return {}
  },
)
