import {
  PutRolePermissionsBoundary$,
  type PutRolePermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { getPolicy, updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html */
export const PutRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest, object>(
  PutRolePermissionsBoundary$,
  async (input, { identity: { store }, accountId }) => {
    await getPolicy(store, accountId, input.PermissionsBoundary!)
    await updateEntity(
      store,
      { accountId, kind: 'role', name: input.RoleName! },
      ({ attributes }) => ({
        attributes: { ...attributes, boundaryArn: input.PermissionsBoundary },
      }),
    )
    return {}
  },
)
