import { refuseWithPolicies, requirePolicy } from './attachments.ts'
import {
  createEntity,
  deleteEntity,
  updateEntity,
  type Entity,
  type RoleAttributes,
  type Tag,
} from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { refuseWithMembers } from './memberships.ts'
import { parsePolicy } from './policy/document.ts'
import { tablesOf, type Store } from './store.ts'

interface NewEntity {
  readonly accountId: string
  readonly name: string
  readonly path: string
  readonly tags: readonly Tag[]
}

/** Errors: `EntityExists`, `LimitExceeded`, `EntityNotFound` for the boundary. */
export async function createUser(
  store: Store,
  input: NewEntity & { readonly boundaryArn?: string },
): Promise<Entity<'user'>> {
  const { boundaryArn } = input
  await requireBoundary(store, input.accountId, boundaryArn)
  return createEntity(store, { ...input, kind: 'user', attributes: { boundaryArn } })
}

/** Error: `EntityExists`. */
export async function createGroup(
  store: Store,
  input: Omit<NewEntity, 'tags'>,
): Promise<Entity<'group'>> {
  return createEntity(store, { ...input, kind: 'group', tags: [], attributes: {} })
}

export async function createInstanceProfile(
  store: Store,
  input: NewEntity,
): Promise<Entity<'instance-profile'>> {
  return createEntity(store, { ...input, kind: 'instance-profile', attributes: {} })
}

/** Errors: `EntityExists`, `MalformedPolicy`, `LimitExceeded`, `EntityNotFound` for the boundary. */
export async function createRole(
  store: Store,
  input: NewEntity & { readonly attributes: RoleAttributes },
): Promise<Entity<'role'>> {
  checkTrustPolicy(input.attributes.trustPolicy)
  await requireBoundary(store, input.accountId, input.attributes.boundaryArn)
  return createEntity(store, { ...input, kind: 'role' })
}

/** Errors: `EntityNotFound`, `MalformedPolicy`. */
export async function updateTrustPolicy(
  store: Store,
  role: { readonly accountId: string; readonly name: string },
  trustPolicy: string,
): Promise<void> {
  checkTrustPolicy(trustPolicy)
  await updateEntity(store, { ...role, kind: 'role' }, ({ attributes }) => ({
    attributes: { ...attributes, trustPolicy },
  }))
}

interface Named {
  readonly accountId: string
  readonly name: string
}

/** Errors: `EntityNotFound`, `DeleteConflict`. */
export async function deleteUser(store: Store, user: Named): Promise<void> {
  await deleteEntity(store, { ...user, kind: 'user' }, async (tables, { id }) => {
    const key = await tables
      .selectFrom('identity_access_keys')
      .select('access_key_id')
      .where('account_id', '=', user.accountId)
      .where('user_id', '=', id)
      .executeTakeFirst()
    if (key) {
      throw IdentityErrors.DeleteConflict('Cannot delete entity, must delete access keys first.')
    }
    await refuseWithPolicies(tables, id)
    await refuseWithMembers(tables, id)
  })
}

/** Errors: `EntityNotFound`, `DeleteConflict`. */
export async function deleteRole(store: Store, role: Named): Promise<void> {
  await deleteEntity(store, { ...role, kind: 'role' }, async (tables, { id }) => {
    await refuseWithMembers(tables, id)
    await refuseWithPolicies(tables, id)
  })
}

/** Errors: `EntityNotFound`, `DeleteConflict`. */
export async function deleteGroup(store: Store, group: Named): Promise<void> {
  await deleteEntity(store, { ...group, kind: 'group' }, async (tables, { id }) => {
    await refuseWithMembers(tables, id)
    await refuseWithPolicies(tables, id)
  })
}

/** Errors: `EntityNotFound`, `DeleteConflict`. */
export async function deleteInstanceProfile(store: Store, profile: Named): Promise<void> {
  await deleteEntity(store, { ...profile, kind: 'instance-profile' }, (tables, { id }) =>
    refuseWithMembers(tables, id),
  )
}

/** A trust policy grants nothing but becoming the role. */
function checkTrustPolicy(document: string): void {
  const policy = parsePolicy(document, 'trust')
  for (const { actions } of policy.statements) {
    for (const action of actions.list) {
      if (action !== '*' && !action.toLowerCase().startsWith('sts:')) {
        throw IdentityErrors.MalformedPolicy(
          'AssumeRole policy may only specify STS AssumeRole actions.',
        )
      }
    }
  }
}

async function requireBoundary(
  store: Store,
  accountId: string,
  boundaryArn: string | undefined,
): Promise<void> {
  if (boundaryArn !== undefined) {
    await requirePolicy(tablesOf(store.database), accountId, boundaryArn)
  }
}
