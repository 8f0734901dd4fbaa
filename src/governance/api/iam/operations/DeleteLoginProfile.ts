import { DeleteLoginProfile$, type DeleteLoginProfileRequest } from '@aws-sdk/client-iam'
import { IdentityErrors } from '#governance/identity'
import { operation } from '../context.ts'
import { userOf } from '../subject.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 * Nobody has a password here: there is no sign-in to a console of AWS.
 */
export const DeleteLoginProfile = operation<DeleteLoginProfileRequest, object>(
  DeleteLoginProfile$,
  async (input, { identity: { store }, caller }) => {
    const user = await userOf(store, caller, input.UserName)
    throw IdentityErrors.EntityNotFound(`Login Profile for User ${user.name} cannot be found.`)
  },
)
