import {
  ListAttachedUserPolicies$,
  type ListAttachedUserPoliciesRequest,
  type ListAttachedUserPoliciesResponse,
} from '@aws-sdk/client-iam'
import { listAttached } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html */
export const ListAttachedUserPolicies = operation<
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse
>(ListAttachedUserPolicies$, async (input, { identity: { store }, accountId }) => {
  const attached = await listAttached(store, { accountId, kind: 'user', name: input.UserName! })
  const { items, page } = pageOf(attached, input)
  return {
    AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
    ...page,
  }
})
