import {
  ListAttachedRolePolicies$,
  type ListAttachedRolePoliciesRequest,
  type ListAttachedRolePoliciesResponse,
} from '@aws-sdk/client-iam'
import { listAttached } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const ListAttachedRolePolicies = operation<
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse
>(ListAttachedRolePolicies$, async (input, { identity: { store }, accountId }) => {
  const attached = await listAttached(store, { accountId, kind: 'role', name: input.RoleName! })
  const { items, page } = pageOf(attached, input)
  return {
    AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
    ...page,
  }
})
