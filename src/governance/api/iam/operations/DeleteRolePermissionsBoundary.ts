import {
  DeleteRolePermissionsBoundary$,
  type DeleteRolePermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html */
export const DeleteRolePermissionsBoundary = operation<
  DeleteRolePermissionsBoundaryRequest,
  object
>(DeleteRolePermissionsBoundary$, async (input, { identity: { store }, accountId }) => {
  await updateEntity(
    store,
    { accountId, kind: 'role', name: input.RoleName! },
    ({ attributes }) => ({
      attributes: { ...attributes, boundaryArn: undefined },
    }),
  )
  return {}
})
