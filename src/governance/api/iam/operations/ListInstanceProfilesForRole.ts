import {
  ListInstanceProfilesForRole$,
  type ListInstanceProfilesForRoleRequest,
  type ListInstanceProfilesForRoleResponse,
} from '@aws-sdk/client-iam'
import { getEntity, listContainers } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { toInstanceProfile } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export const ListInstanceProfilesForRole = operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
>(ListInstanceProfilesForRole$, async (input, { identity: { store }, accountId }) => {
  const role = await getEntity(store, { accountId, kind: 'role', name: input.RoleName! })
  const { items, page } = pageOf(await listContainers(store, role, 'instance-profile'), input)
  return {
    InstanceProfiles: await Promise.all(items.map((profile) => toInstanceProfile(store, profile))),
    ...page,
  }
})
