import { DeleteUser$, type DeleteUserRequest } from '@aws-sdk/client-iam'
import { deleteUser } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
export const DeleteUser = operation<DeleteUserRequest, object>(
  DeleteUser$,
  async (input, { identity: { store }, accountId }) => {
    await deleteUser(store, { accountId, name: input.UserName! })
    return {}
  },
)
