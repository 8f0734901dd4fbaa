import {
  ListPolicies$,
  type ListPoliciesRequest,
  type ListPoliciesResponse,
} from '@aws-sdk/client-iam'
import {
  awsManagedPolicies,
  describeAwsPolicy,
  describePolicy,
  listEntities,
  type ManagedPolicy,
} from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toListedPolicy } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 * Of the policies of AWS, those are listed that are kept here.
 */
export const ListPolicies = operation<ListPoliciesRequest, ListPoliciesResponse>(
  ListPolicies$,
  async (input, { identity: { store }, accountId }) => {
    const isInPath = ({ path }: { path: string }) => path.startsWith(input.PathPrefix ?? '/')
    const policies: ManagedPolicy[] = []
    if (input.Scope !== 'AWS') {
      let after: string | undefined
      do {
        const page = await listEntities(store, { accountId, kind: 'policy', after, limit: 1000 })
        for (const entity of page.entities) policies.push(await describePolicy(store, entity))
        after = page.next
      } while (after !== undefined)
    }
    if (input.Scope !== 'Local') {
      for (const policy of awsManagedPolicies()) {
        policies.push(await describeAwsPolicy(store, accountId, policy))
      }
    }
    const wanted = policies.filter(
      (policy) =>
        isInPath(policy) &&
        (!input.OnlyAttached || policy.attachmentCount > 0) &&
        (input.PolicyUsageFilter !== 'PermissionsBoundary' || policy.boundaryCount > 0),
    )
    const { items, page } = pageOf(wanted, input)
    return { Policies: items.map(toListedPolicy), ...page }
  },
)
