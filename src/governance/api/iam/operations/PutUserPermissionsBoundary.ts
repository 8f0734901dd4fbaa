import {
  PutUserPermissionsBoundary$,
  type PutUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { getPolicy, updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html */
export const PutUserPermissionsBoundary = operation<PutUserPermissionsBoundaryRequest, object>(
  PutUserPermissionsBoundary$,
  async (input, { identity: { store }, accountId }) => {
    await getPolicy(store, accountId, input.PermissionsBoundary!)
    await updateEntity(
      store,
      { accountId, kind: 'user', name: input.UserName! },
      ({ attributes }) => ({
        attributes: { ...attributes, boundaryArn: input.PermissionsBoundary },
      }),
    )
    return {}
  },
)
