import { AttachRolePolicy$, type AttachRolePolicyRequest } from '@aws-sdk/client-iam'
import { attachPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const AttachRolePolicy = operation<AttachRolePolicyRequest, object>(
  AttachRolePolicy$,
  async (input, { identity: { store }, accountId }) => {
    await attachPolicy(store, { accountId, kind: 'role', name: input.RoleName! }, input.PolicyArn!)
    return {}
  },
)
