import { DeleteRolePolicy$, type DeleteRolePolicyRequest } from '@aws-sdk/client-iam'
import { deleteInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const DeleteRolePolicy = operation<DeleteRolePolicyRequest, object>(
  DeleteRolePolicy$,
  async (input, { identity: { store }, accountId }) => {
    await deleteInlinePolicy(
      store,
      { accountId, kind: 'role', name: input.RoleName! },
      input.PolicyName!,
    )
    return {}
  },
)
