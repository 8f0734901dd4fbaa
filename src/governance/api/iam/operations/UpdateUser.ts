import { UpdateUser$, type UpdateUserRequest } from '@aws-sdk/client-iam'
import { updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html */
export const UpdateUser = operation<UpdateUserRequest, object>(
  UpdateUser$,
  async (input, { identity: { store }, accountId }) => {
    await updateEntity(store, { accountId, kind: 'user', name: input.UserName! }, () => ({
      name: input.NewUserName,
      path: input.NewPath,
    }))
    return {}
  },
)
