import { ListGroups$, type ListGroupsRequest, type ListGroupsResponse } from '@aws-sdk/client-iam'
import { listEntities } from '#governance/identity'
import { operation } from '../context.ts'
import { afterOf, limitOf, pageOutput } from '../paging.ts'
import { toGroup } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
export const ListGroups = operation<ListGroupsRequest, ListGroupsResponse>(
  ListGroups$,
  async (input, { identity: { store }, accountId }) => {
    const page = await listEntities(store, {
      accountId,
      kind: 'group',
      pathPrefix: input.PathPrefix,
      after: afterOf(input),
      limit: limitOf(input),
    })
    return {
      Groups: page.entities.map(toGroup),
      ...pageOutput(page.next),
    }
  },
)
