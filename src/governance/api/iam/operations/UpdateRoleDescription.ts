import {
  UpdateRoleDescription$,
  type UpdateRoleDescriptionRequest,
  type UpdateRoleDescriptionResponse,
} from '@aws-sdk/client-iam'
import { updateEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { toRole } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html */
export const UpdateRoleDescription = operation<
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse
>(UpdateRoleDescription$, async (input, { identity: { store }, accountId }) => {
  const role = await updateEntity(
    store,
    { accountId, kind: 'role', name: input.RoleName! },
    ({ attributes }) => ({
      attributes: { ...attributes, description: input.Description },
    }),
  )
  return { Role: toRole(role) }
})
