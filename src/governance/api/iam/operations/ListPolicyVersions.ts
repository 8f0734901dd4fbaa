import {
  ListPolicyVersions$,
  type ListPolicyVersionsRequest,
  type ListPolicyVersionsResponse,
} from '@aws-sdk/client-iam'
import { listPolicyVersions } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toListedVersion } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export const ListPolicyVersions = operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse>(
  ListPolicyVersions$,
  async (input, { identity: { store }, accountId }) => {
    const versions = await listPolicyVersions(store, accountId, input.PolicyArn!)
    const { items, page } = pageOf(versions, input)
    return { Versions: items.map(toListedVersion), ...page }
  },
)
