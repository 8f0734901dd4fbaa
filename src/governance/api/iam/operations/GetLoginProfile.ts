import {
  GetLoginProfile$,
  type GetLoginProfileRequest,
  type GetLoginProfileResponse,
} from '@aws-sdk/client-iam'
import { IdentityErrors } from '#governance/identity'
import { operation } from '../context.ts'
import { userOf } from '../subject.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 * Nobody has a password here: there is no sign-in to a console of AWS.
 */
export const GetLoginProfile = operation<GetLoginProfileRequest, GetLoginProfileResponse>(
  GetLoginProfile$,
  async (input, { identity: { store }, caller }) => {
    const user = await userOf(store, caller, input.UserName)
    throw IdentityErrors.EntityNotFound(`Login Profile for User ${user.name} cannot be found.`)
  },
)
