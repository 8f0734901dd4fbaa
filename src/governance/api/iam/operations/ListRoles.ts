import { ListRoles$, type ListRolesRequest, type ListRolesResponse } from '@aws-sdk/client-iam'
import { listEntities } from '#governance/identity'
import { operation } from '../context.ts'
import { afterOf, limitOf, pageOutput } from '../paging.ts'
import { toListedRole } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const ListRoles = operation<ListRolesRequest, ListRolesResponse>(
  ListRoles$,
  async (input, { identity: { store }, accountId }) => {
    const page = await listEntities(store, {
      accountId,
      kind: 'role',
      pathPrefix: input.PathPrefix,
      after: afterOf(input),
      limit: limitOf(input),
    })
    return {
      Roles: page.entities.map(toListedRole),
      ...pageOutput(page.next),
    }
  },
)
