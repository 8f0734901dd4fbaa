import { DeleteInstanceProfile$, type DeleteInstanceProfileRequest } from '@aws-sdk/client-iam'
import { deleteInstanceProfile } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html */
export const DeleteInstanceProfile = operation<DeleteInstanceProfileRequest, object>(
  DeleteInstanceProfile$,
  async (input, { identity: { store }, accountId }) => {
    await deleteInstanceProfile(store, { accountId, name: input.InstanceProfileName! })
    return {}
  },
)
