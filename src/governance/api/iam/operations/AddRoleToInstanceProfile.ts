import {
  AddRoleToInstanceProfile$,
  type AddRoleToInstanceProfileRequest,
} from '@aws-sdk/client-iam'
import { addMember } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html */
export const AddRoleToInstanceProfile = operation<AddRoleToInstanceProfileRequest, object>(
  AddRoleToInstanceProfile$,
  async (input, { identity: { store }, accountId }) => {
    await addMember(
      store,
      { accountId, kind: 'instance-profile', name: input.InstanceProfileName! },
      { accountId, kind: 'role', name: input.RoleName! },
    )
    return {}
  },
)
