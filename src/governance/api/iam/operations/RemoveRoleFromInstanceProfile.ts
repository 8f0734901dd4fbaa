import {
  RemoveRoleFromInstanceProfile$,
  type RemoveRoleFromInstanceProfileRequest,
} from '@aws-sdk/client-iam'
import { removeMember } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html */
export const RemoveRoleFromInstanceProfile = operation<
  RemoveRoleFromInstanceProfileRequest,
  object
>(RemoveRoleFromInstanceProfile$, async (input, { identity: { store }, accountId }) => {
  await removeMember(
    store,
    { accountId, kind: 'instance-profile', name: input.InstanceProfileName! },
    { accountId, kind: 'role', name: input.RoleName! },
  )
  return {}
})
