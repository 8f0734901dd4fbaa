import { ListUsers$, type ListUsersRequest, type ListUsersResponse } from '@aws-sdk/client-iam'
import { listEntities } from '#governance/identity'
import { operation } from '../context.ts'
import { afterOf, limitOf, pageOutput } from '../paging.ts'
import { toListedUser } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export const ListUsers = operation<ListUsersRequest, ListUsersResponse>(
  ListUsers$,
  async (input, { identity: { store }, accountId }) => {
    const page = await listEntities(store, {
      accountId,
      kind: 'user',
      pathPrefix: input.PathPrefix,
      after: afterOf(input),
      limit: limitOf(input),
    })
    return {
      Users: page.entities.map(toListedUser),
      ...pageOutput(page.next),
    }
  },
)
