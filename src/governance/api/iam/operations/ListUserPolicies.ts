import {
  ListUserPolicies$,
  type ListUserPoliciesRequest,
  type ListUserPoliciesResponse,
} from '@aws-sdk/client-iam'
import { listInlinePolicies } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html */
export const ListUserPolicies = operation<ListUserPoliciesRequest, ListUserPoliciesResponse>(
  ListUserPolicies$,
  async (input, { identity: { store }, accountId }) => {
    const names = await listInlinePolicies(store, {
      accountId,
      kind: 'user',
      name: input.UserName!,
    })
    const { items, page } = pageOf(names, input)
    return { PolicyNames: [...items], ...page }
  },
)
