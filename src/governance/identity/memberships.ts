import {
  requireEntity,
  toEntity,
  type Entity,
  type EntityKind,
  type EntityRef,
} from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'

/** Groups hold users; an instance profile holds one role. */
export type Container = EntityRef<'group'> | EntityRef<'instance-profile'>
export type Member = EntityRef<'user'> | EntityRef<'role'>

/** Again is the same as once for groups. Errors: `EntityNotFound`, `LimitExceeded`. */
export async function addMember(store: Store, container: Container, member: Member): Promise<void> {
  await write(store, async (tables) => {
    const holder = await requireEntity<EntityKind>(tables, container)
    const held = await requireEntity<EntityKind>(tables, member)
    const members = await memberIds(tables, holder.id)
    if (holder.kind === 'instance-profile' && members.length > 0) {
      throw IdentityErrors.LimitExceeded(
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      )
    }
    if (members.includes(held.id)) return
    await tables
      .insertInto('identity_memberships')
      .values({ container_id: holder.id, member_id: held.id, added_at_ms: store.clock.now() })
      .execute()
  })
}

/** Error: `EntityNotFound`, also when it was no member. */
export async function removeMember(
  store: Store,
  container: Container,
  member: Member,
): Promise<void> {
  await write(store, async (tables) => {
    const holder = await requireEntity<EntityKind>(tables, container)
    const held = await requireEntity<EntityKind>(tables, member)
    const { numDeletedRows } = await tables
      .deleteFrom('identity_memberships')
      .where('container_id', '=', holder.id)
      .where('member_id', '=', held.id)
      .executeTakeFirst()
    if (numDeletedRows === 0n) {
      throw IdentityErrors.EntityNotFound(
        `The ${member.kind} with name ${member.name} is not in the ${container.kind} ${container.name}.`,
      )
    }
  })
}

/** Members of a container, by name. */
export async function listMembers<K extends 'user' | 'role'>(
  store: Store,
  container: Entity,
): Promise<readonly Entity<K>[]> {
  const rows = await tablesOf(store.database)
    .selectFrom('identity_memberships as membership')
    .innerJoin('identity_entities as entity', 'entity.id', 'membership.member_id')
    .selectAll('entity')
    .where('membership.container_id', '=', container.id)
    .orderBy('entity.name_key')
    .execute()
  return rows.map((row) => toEntity<K>(row))
}

/** Containers of a member, by name. */
export async function listContainers<K extends 'group' | 'instance-profile'>(
  store: Store,
  member: Entity,
  kind: K,
): Promise<readonly Entity<K>[]> {
  const rows = await containerRows(tablesOf(store.database), member.id)
  return rows.filter((row) => row.kind === kind).map((row) => toEntity<K>(row))
}

export async function containerRows(tables: Tables, memberId: string) {
  return tables
    .selectFrom('identity_memberships as membership')
    .innerJoin('identity_entities as entity', 'entity.id', 'membership.container_id')
    .selectAll('entity')
    .where('membership.member_id', '=', memberId)
    .orderBy('entity.name_key')
    .execute()
}

async function memberIds(tables: Tables, containerId: string): Promise<readonly string[]> {
  const rows = await tables
    .selectFrom('identity_memberships')
    .select('member_id')
    .where('container_id', '=', containerId)
    .execute()
  return rows.map((row) => row.member_id)
}

/** Refuses while the entity has members, or is one itself. Error: `DeleteConflict`. */
export async function refuseWithMembers(tables: Tables, entityId: string): Promise<void> {
  const row = await tables
    .selectFrom('identity_memberships as membership')
    .innerJoin('identity_entities as container', 'container.id', 'membership.container_id')
    .select(['container.kind', 'membership.container_id'])
    .where((where) =>
      where.or([
        where('membership.container_id', '=', entityId),
        where('membership.member_id', '=', entityId),
      ]),
    )
    .executeTakeFirst()
  if (!row) return
  throw IdentityErrors.DeleteConflict(
    row.kind === 'group'
      ? 'Cannot delete entity, must remove users from group first.'
      : 'Cannot delete entity, must remove roles from instance profile first.',
  )
}
