import { DetachRolePolicy$, type DetachRolePolicyRequest } from '@aws-sdk/client-iam'
import { detachPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const DetachRolePolicy = operation<DetachRolePolicyRequest, object>(
  DetachRolePolicy$,
  async (input, { identity: { store }, accountId }) => {
    await detachPolicy(store, { accountId, kind: 'role', name: input.RoleName! }, input.PolicyArn!)
    return {}
  },
)
