import { awsId } from '#kit'
import { IdentityErrors } from './errors.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'
import type { EntityRow } from './tables.ts'

/** What each kind keeps beside its name, path and tags. */
export interface EntityAttributes {
  readonly user: { readonly boundaryArn?: string }
  readonly group: Readonly<Record<never, never>>
  readonly role: RoleAttributes
  readonly 'instance-profile': Readonly<Record<never, never>>
  readonly policy: PolicyAttributes
}

export interface RoleAttributes {
  readonly trustPolicy: string
  readonly description?: string
  /** 3,600 to 43,200. */
  readonly sessionSecondsMax: number
  readonly boundaryArn?: string
  readonly lastUsedAtMs?: number
  readonly lastUsedRegion?: string
}

export interface PolicyAttributes {
  readonly description?: string
  readonly defaultVersion: number
  readonly nextVersion: number
  readonly updatedAtMs: number
}

export type EntityKind = keyof EntityAttributes

export interface Tag {
  readonly key: string
  readonly value: string
}

/** A user, group, role, instance profile or managed policy of an account. */
export interface Entity<K extends EntityKind = EntityKind> {
  readonly id: string
  readonly accountId: string
  readonly kind: K
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly createdAtMs: number
  readonly tags: readonly Tag[]
  readonly attributes: EntityAttributes[K]
}

export interface EntityRef<K extends EntityKind = EntityKind> {
  readonly accountId: string
  readonly kind: K
  readonly name: string
}

export interface EntityPage<K extends EntityKind> {
  readonly entities: readonly Entity<K>[]
  /** Give it as `after` for the next page; undefined at the end. */
  readonly next: string | undefined
}

const idPrefixes: Readonly<Record<EntityKind, string>> = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  'instance-profile': 'AIPA',
  policy: 'ANPA',
}
const tagsMax = 50

/** Errors: `EntityExists`, `LimitExceeded`, and whatever `also` throws in the same transaction. */
export async function createEntity<K extends EntityKind>(
  store: Store,
  input: EntityRef<K> & {
    readonly path: string
    readonly tags: readonly Tag[]
    readonly attributes: EntityAttributes[K]
  },
  also?: (tables: Tables, entity: Entity<K>) => Promise<void>,
): Promise<Entity<K>> {
  checkTags(input.tags)
  const row: EntityRow = {
    id: awsId(idPrefixes[input.kind]),
    account_id: input.accountId,
    kind: input.kind,
    name: input.name,
    name_key: input.name.toLowerCase(),
    path: input.path,
    created_at_ms: wholeSeconds(store.clock.now()),
    tags: JSON.stringify(input.tags),
    attributes: JSON.stringify(input.attributes),
  }
  const entity = toEntity<K>(row)
  await write(store, async (tables) => {
    await refuseTaken(tables, input)
    await tables.insertInto('identity_entities').values(row).execute()
    await also?.(tables, entity)
  })
  return entity
}

/** Error: `EntityNotFound`. */
export async function getEntity<K extends EntityKind>(
  store: Store,
  ref: EntityRef<K>,
): Promise<Entity<K>> {
  return requireEntity(tablesOf(store.database), ref)
}

/** The same, inside a transaction or not. */
export async function requireEntity<K extends EntityKind>(
  tables: Tables,
  ref: EntityRef<K>,
): Promise<Entity<K>> {
  const row = await rowNamed(tables, ref)
  if (row?.name !== ref.name) throw entityNotFound(ref)
  return toEntity<K>(row)
}

export async function findEntityById<K extends EntityKind>(
  tables: Tables,
  kind: K,
  id: string,
): Promise<Entity<K> | undefined> {
  const row = await tables
    .selectFrom('identity_entities')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row && toEntity<K>(row)
}

/** Undefined when the user is gone. */
export async function findUser(store: Store, id: string): Promise<Entity<'user'> | undefined> {
  return findEntityById(tablesOf(store.database), 'user', id)
}

/** In the order of their names. */
export async function listEntities<K extends EntityKind>(
  store: Store,
  input: {
    readonly accountId: string
    readonly kind: K
    readonly pathPrefix?: string
    readonly after?: string
    readonly limit: number
  },
): Promise<EntityPage<K>> {
  let query = tablesOf(store.database)
    .selectFrom('identity_entities')
    .selectAll()
    .where('account_id', '=', input.accountId)
    .where('kind', '=', input.kind)
    .orderBy('name_key')
    .limit(input.limit + 1)
  if (input.after !== undefined) query = query.where('name_key', '>', input.after)
  const prefix = input.pathPrefix ?? '/'
  if (prefix !== '/') {
    query = query.where('path', '>=', prefix).where('path', '<', `${prefix}\u{10FFFF}`)
  }
  const rows = await query.execute()
  const kept = rows.slice(0, input.limit)
  return {
    entities: kept.map((row) => toEntity<K>(row)),
    next: rows.length > input.limit ? kept.at(-1)?.name_key : undefined,
  }
}

/** Changes what is given, in one transaction. Errors: `EntityNotFound`, `EntityExists`. */
export async function updateEntity<K extends EntityKind>(
  store: Store,
  ref: EntityRef<K>,
  change: (entity: Entity<K>) => {
    readonly name?: string
    readonly path?: string
    readonly tags?: readonly Tag[]
    readonly attributes?: EntityAttributes[K]
  },
): Promise<Entity<K>> {
  return write(store, async (tables) => {
    const entity = await requireEntity(tables, ref)
    const changed = change(entity)
    if (changed.tags) checkTags(changed.tags)
    const name = changed.name ?? entity.name
    if (name.toLowerCase() !== entity.name.toLowerCase())
      await refuseTaken(tables, { ...ref, name })
    await tables
      .updateTable('identity_entities')
      .set({
        name,
        name_key: name.toLowerCase(),
        path: changed.path ?? entity.path,
        tags: JSON.stringify(changed.tags ?? entity.tags),
        attributes: JSON.stringify(changed.attributes ?? entity.attributes),
      })
      .where('id', '=', entity.id)
      .execute()
    return requireEntity(tables, { ...ref, name })
  })
}

/** Adds tags; one with a key that is there replaces it. */
export async function tagEntity(store: Store, ref: EntityRef, tags: readonly Tag[]): Promise<void> {
  const keys = new Set(tags.map((tag) => tag.key.toLowerCase()))
  await updateEntity(store, ref, (entity) => ({
    tags: [...entity.tags.filter((tag) => !keys.has(tag.key.toLowerCase())), ...tags],
  }))
}

export async function untagEntity(
  store: Store,
  ref: EntityRef,
  keys: readonly string[],
): Promise<void> {
  const removed = new Set(keys.map((key) => key.toLowerCase()))
  await updateEntity(store, ref, (entity) => ({
    tags: entity.tags.filter((tag) => !removed.has(tag.key.toLowerCase())),
  }))
}

/** Error: `EntityNotFound`, and what `check` throws while something still hangs on the entity. */
export async function deleteEntity<K extends EntityKind>(
  store: Store,
  ref: EntityRef<K>,
  check: (tables: Tables, entity: Entity<K>) => Promise<void>,
): Promise<void> {
  await write(store, async (tables) => {
    const entity = await requireEntity(tables, ref)
    await check(tables, entity)
    await tables.deleteFrom('identity_entities').where('id', '=', entity.id).execute()
  })
}

export function toEntity<K extends EntityKind>(row: EntityRow): Entity<K> {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind as K,
    name: row.name,
    path: row.path,
    arn: `arn:aws:iam::${row.account_id}:${row.kind}${row.path}${row.name}`,
    createdAtMs: row.created_at_ms,
    tags: JSON.parse(row.tags) as Tag[],
    attributes: JSON.parse(row.attributes) as EntityAttributes[K],
  }
}

export function entityNotFound(ref: Pick<EntityRef, 'kind' | 'name'>): Error {
  const message =
    ref.kind === 'instance-profile'
      ? `Instance Profile ${ref.name} cannot be found.`
      : `The ${ref.kind} with name ${ref.name} cannot be found.`
  return IdentityErrors.EntityNotFound(message, { kind: ref.kind, name: ref.name })
}

/** IAM's times have whole seconds; rows keep what the wire shows. */
export function wholeSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000) * 1000
}

async function refuseTaken(tables: Tables, ref: EntityRef): Promise<void> {
  if (!(await rowNamed(tables, ref))) return
  const words = {
    user: `User with name ${ref.name} already exists.`,
    group: `Group with name ${ref.name} already exists.`,
    role: `Role with name ${ref.name} already exists.`,
    'instance-profile': `Instance Profile ${ref.name} already exists.`,
    policy: `A policy called ${ref.name} already exists. Duplicate names are not allowed.`,
  }
  throw IdentityErrors.EntityExists(words[ref.kind])
}

async function rowNamed(tables: Tables, ref: EntityRef): Promise<EntityRow | undefined> {
  return tables
    .selectFrom('identity_entities')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('kind', '=', ref.kind)
    .where('name_key', '=', ref.name.toLowerCase())
    .executeTakeFirst()
}

function checkTags(tags: readonly Tag[]): void {
  if (tags.length > tagsMax) {
    throw IdentityErrors.LimitExceeded(
      `The number of tags has reached the maximum limit: ${tagsMax}.`,
    )
  }
  const keys = new Set(tags.map((tag) => tag.key.toLowerCase()))
  if (keys.size !== tags.length) {
    throw IdentityErrors.InvalidInput(
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  if (tags.some((tag) => tag.key.toLowerCase().startsWith('aws:'))) {
    throw IdentityErrors.InvalidInput('Tag keys that start with aws: are reserved.')
  }
}
