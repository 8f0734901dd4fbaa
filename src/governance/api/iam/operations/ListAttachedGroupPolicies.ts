import {
  ListAttachedGroupPolicies$,
  type ListAttachedGroupPoliciesRequest,
  type ListAttachedGroupPoliciesResponse,
} from '@aws-sdk/client-iam'
import { listAttached } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html */
export const ListAttachedGroupPolicies = operation<
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse
>(ListAttachedGroupPolicies$, async (input, { identity: { store }, accountId }) => {
  const attached = await listAttached(store, { accountId, kind: 'group', name: input.GroupName! })
  const { items, page } = pageOf(attached, input)
  return {
    AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
    ...page,
  }
})
