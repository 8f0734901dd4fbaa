import { CreateUser$, type CreateUserRequest, type CreateUserResponse } from '@aws-sdk/client-iam'
import { createUser } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags, toUser } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
export const CreateUser = operation<CreateUserRequest, CreateUserResponse>(
  CreateUser$,
  async (input, { identity: { store }, accountId }) => {
    const user = await createUser(store, {
      accountId,
      name: input.UserName!,
      path: input.Path ?? '/',
      tags: fromTags(input.Tags),
      boundaryArn: input.PermissionsBoundary,
    })
    return { User: toUser(user) }
  },
)
