import {
  ListEntitiesForPolicy$,
  type ListEntitiesForPolicyRequest,
  type ListEntitiesForPolicyResponse,
} from '@aws-sdk/client-iam'
import { getPolicy, listHoldersOf } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
export const ListEntitiesForPolicy = operation<
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse
>(ListEntitiesForPolicy$, async (input, { identity: { store }, accountId }) => {
  await getPolicy(store, accountId, input.PolicyArn!)
  const holders = await listHoldersOf(store, accountId, input.PolicyArn!)
  const kind = kinds[input.EntityFilter ?? '']
  const wanted = kind === undefined ? holders : holders.filter((holder) => holder.kind === kind)
  const { items, page } = pageOf(wanted, input)
  const of = (name: string) => items.filter((holder) => holder.kind === name)
  return {
    PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...page,
  }
})

const kinds: Readonly<Record<string, string>> = { User: 'user', Role: 'role', Group: 'group' }
