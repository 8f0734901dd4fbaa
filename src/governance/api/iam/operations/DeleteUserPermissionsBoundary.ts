import {
  DeleteUserPermissionsBoundary$,
  type DeleteUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html */
export const DeleteUserPermissionsBoundary = operation<
  DeleteUserPermissionsBoundaryRequest,
  object
>(DeleteUserPermissionsBoundary$, async (input, { identity: { store }, accountId }) => {
  await updateEntity(
    store,
    { accountId, kind: 'user', name: input.UserName! },
    ({ attributes }) => ({
      attributes: { ...attributes, boundaryArn: undefined },
    }),
  )
  return {}
})
