import { PutRolePolicy$, type PutRolePolicyRequest } from '@aws-sdk/client-iam'
import { putInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const PutRolePolicy = operation<PutRolePolicyRequest, object>(
  PutRolePolicy$,
  async (input, { identity: { store }, accountId }) => {
    await putInlinePolicy(
      store,
      { accountId, kind: 'role', name: input.RoleName! },
      input.PolicyName!,
      input.PolicyDocument!,
    )
    return {}
  },
)
