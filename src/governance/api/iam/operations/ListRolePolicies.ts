import {
  ListRolePolicies$,
  type ListRolePoliciesRequest,
  type ListRolePoliciesResponse,
} from '@aws-sdk/client-iam'
import { listInlinePolicies } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export const ListRolePolicies = operation<ListRolePoliciesRequest, ListRolePoliciesResponse>(
  ListRolePolicies$,
  async (input, { identity: { store }, accountId }) => {
    const names = await listInlinePolicies(store, {
      accountId,
      kind: 'role',
      name: input.RoleName!,
    })
    const { items, page } = pageOf(names, input)
    return { PolicyNames: [...items], ...page }
  },
)
