import {
  ListRoleTags$,
  type ListRoleTagsRequest,
  type ListRoleTagsResponse,
} from '@aws-sdk/client-iam'
import { getEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const ListRoleTags = operation<ListRoleTagsRequest, ListRoleTagsResponse>(
  ListRoleTags$,
  async (input, { identity: { store }, accountId }) => {
    const { tags } = await getEntity(store, { accountId, kind: 'role', name: input.RoleName! })
    const { items, page } = pageOf(tags, input)
    return { Tags: toTags(items), ...page }
  },
)
