import { DeleteRole$, type DeleteRoleRequest } from '@aws-sdk/client-iam'
import { deleteRole } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
export const DeleteRole = operation<DeleteRoleRequest, object>(
  DeleteRole$,
  async (input, { identity: { store }, accountId }) => {
    await deleteRole(store, { accountId, name: input.RoleName! })
    return {}
  },
)
