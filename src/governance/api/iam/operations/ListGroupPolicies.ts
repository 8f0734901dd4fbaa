import {
  ListGroupPolicies$,
  type ListGroupPoliciesRequest,
  type ListGroupPoliciesResponse,
} from '@aws-sdk/client-iam'
import { listInlinePolicies } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html */
export const ListGroupPolicies = operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse>(
  ListGroupPolicies$,
  async (input, { identity: { store }, accountId }) => {
    const names = await listInlinePolicies(store, {
      accountId,
      kind: 'group',
      name: input.GroupName!,
    })
    const { items, page } = pageOf(names, input)
    return { PolicyNames: [...items], ...page }
  },
)
