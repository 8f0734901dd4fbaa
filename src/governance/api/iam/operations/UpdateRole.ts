import { UpdateRole$, type UpdateRoleRequest, type UpdateRoleResponse } from '@aws-sdk/client-iam'
import { updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
export const UpdateRole = operation<UpdateRoleRequest, UpdateRoleResponse>(
  UpdateRole$,
  async (input, { identity: { store }, accountId }) => {
    await updateEntity(
      store,
      { accountId, kind: 'role', name: input.RoleName! },
      ({ attributes }) => ({
        attributes: {
          ...attributes,
          description: input.Description ?? attributes.description,
          sessionSecondsMax: input.MaxSessionDuration ?? attributes.sessionSecondsMax,
        },
      }),
    )
    return {}
  },
)
