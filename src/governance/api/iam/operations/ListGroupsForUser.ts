import {
  ListGroupsForUser$,
  type ListGroupsForUserRequest,
  type ListGroupsForUserResponse,
} from '@aws-sdk/client-iam'
import { getEntity, listContainers } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toGroup } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
export const ListGroupsForUser = operation<ListGroupsForUserRequest, ListGroupsForUserResponse>(
  ListGroupsForUser$,
  async (input, { identity: { store }, accountId }) => {
    const user = await getEntity(store, { accountId, kind: 'user', name: input.UserName! })
    const { items, page } = pageOf(await listContainers(store, user, 'group'), input)
    return { Groups: items.map(toGroup), ...page }
  },
)
