import {
  ListUserTags$,
  type ListUserTagsRequest,
  type ListUserTagsResponse,
} from '@aws-sdk/client-iam'
import { getEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html */
export const ListUserTags = operation<ListUserTagsRequest, ListUserTagsResponse>(
  ListUserTags$,
  async (input, { identity: { store }, accountId }) => {
    const { tags } = await getEntity(store, { accountId, kind: 'user', name: input.UserName! })
    const { items, page } = pageOf(tags, input)
    return { Tags: toTags(items), ...page }
  },
)
