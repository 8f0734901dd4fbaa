import { GetUser$, type GetUserRequest, type GetUserResponse } from '@aws-sdk/client-iam'
import { operation } from '../context.ts'
import { toUser } from '../shapes.ts'
import { userOf } from '../subject.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export const GetUser = operation<GetUserRequest, GetUserResponse>(
  GetUser$,
  async (input, { identity, accountId, caller }) => {
    if (input.UserName === undefined && caller.kind === 'root') {
      const account = await identity.account(accountId)
      return {
        User: {
          Path: '/',
          UserName: undefined,
          UserId: accountId,
          Arn: caller.arn,
          CreateDate: new Date(account!.createdAtMs),
        },
      }
    }
    return { User: toUser(await userOf(identity.store, caller, input.UserName)) }
  },
)
