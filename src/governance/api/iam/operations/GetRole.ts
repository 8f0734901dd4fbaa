import { GetRole$, type GetRoleRequest, type GetRoleResponse } from '@aws-sdk/client-iam'
import { getEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { toRole } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const GetRole = operation<GetRoleRequest, GetRoleResponse>(
  GetRole$,
  async (input, { identity: { store }, accountId }) => {
    return {
      Role: toRole(await getEntity(store, { accountId, kind: 'role', name: input.RoleName! })),
    }
  },
)
