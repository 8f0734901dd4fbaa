import {
  ListInstanceProfileTags$,
  type ListInstanceProfileTagsRequest,
  type ListInstanceProfileTagsResponse,
} from '@aws-sdk/client-iam'
import { getEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html */
export const ListInstanceProfileTags = operation<
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse
>(ListInstanceProfileTags$, async (input, { identity: { store }, accountId }) => {
  const { tags } = await getEntity(store, {
    accountId,
    kind: 'instance-profile',
    name: input.InstanceProfileName!,
  })
  const { items, page } = pageOf(tags, input)
  return { Tags: toTags(items), ...page }
})
