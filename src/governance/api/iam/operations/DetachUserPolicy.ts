import { DetachUserPolicy$, type DetachUserPolicyRequest } from '@aws-sdk/client-iam'
import { detachPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html */
export const DetachUserPolicy = operation<DetachUserPolicyRequest, object>(
  DetachUserPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await detachPolicy(store, { accountId, kind: 'user', name: input.UserName! }, input.PolicyArn!)
    return {}
  },
)
