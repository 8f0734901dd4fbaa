import {
  ListPolicyTags$,
  type ListPolicyTagsRequest,
  type ListPolicyTagsResponse,
} from '@aws-sdk/client-iam'
import { getPolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html */
export const ListPolicyTags = operation<ListPolicyTagsRequest, ListPolicyTagsResponse>(
  ListPolicyTags$,
  async (input, { identity: { store }, accountId }) => {
    const { tags } = await getPolicy(store, accountId, input.PolicyArn!)
    const { items, page } = pageOf(tags, input)
    return { Tags: toTags(items), ...page }
  },
)
