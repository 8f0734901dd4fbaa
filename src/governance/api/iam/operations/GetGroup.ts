import { GetGroup$, type GetGroupRequest, type GetGroupResponse } from '@aws-sdk/client-iam'
import { getEntity, listMembers } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toGroup, toListedUser } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
export const GetGroup = operation<GetGroupRequest, GetGroupResponse>(
  GetGroup$,
  async (input, { identity: { store }, accountId }) => {
    const group = await getEntity(store, { accountId, kind: 'group', name: input.GroupName! })
    const { items, page } = pageOf(await listMembers<'user'>(store, group), input)
    return { Group: toGroup(group), Users: items.map(toListedUser), ...page }
  },
)
