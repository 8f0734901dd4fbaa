import { awsManagedPolicy } from './managed-policies.ts'
import { findEntityById, requireEntity, toEntity, type Entity, type EntityRef } from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { parsePolicy } from './policy/document.ts'
import { policyNotFound } from './policies.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'

/** Who can have policies. */
export type HolderKind = 'user' | 'group' | 'role'

export interface AttachedPolicy {
  readonly name: string
  readonly arn: string
}

const attachmentsMax = 10

/** Attaches a managed policy; again is the same as once. Errors: `EntityNotFound`, `LimitExceeded`. */
export async function attachPolicy(
  store: Store,
  holder: EntityRef<HolderKind>,
  policyArn: string,
): Promise<void> {
  await write(store, async (tables) => {
    const entity = await requireEntity(tables, holder)
    await requirePolicy(tables, holder.accountId, policyArn)
    const held = await attachedArns(tables, entity.id)
    if (held.includes(policyArn)) return
    if (held.length >= attachmentsMax) {
      throw IdentityErrors.LimitExceeded(
        `Cannot exceed quota for PoliciesPer${capital(holder.kind)}: ${attachmentsMax}`,
      )
    }
    await tables
      .insertInto('identity_attachments')
      .values({
        account_id: holder.accountId,
        entity_id: entity.id,
        policy_arn: policyArn,
        attached_at_ms: store.clock.now(),
      })
      .execute()
  })
}

/** Error: `EntityNotFound`, also when it was not attached. */
export async function detachPolicy(
  store: Store,
  holder: EntityRef<HolderKind>,
  policyArn: string,
): Promise<void> {
  await write(store, async (tables) => {
    const entity = await requireEntity(tables, holder)
    const { numDeletedRows } = await tables
      .deleteFrom('identity_attachments')
      .where('entity_id', '=', entity.id)
      .where('policy_arn', '=', policyArn)
      .executeTakeFirst()
    if (numDeletedRows === 0n) {
      throw IdentityErrors.EntityNotFound(`Policy ${policyArn} was not found.`)
    }
  })
}

/** In the order in which they were attached. Error: `EntityNotFound`. */
export async function listAttached(
  store: Store,
  holder: EntityRef<HolderKind>,
): Promise<readonly AttachedPolicy[]> {
  const tables = tablesOf(store.database)
  const entity = await requireEntity(tables, holder)
  const arns = await attachedArns(tables, entity.id)
  return arns.map((arn) => ({ arn, name: arn.slice(arn.lastIndexOf('/') + 1) }))
}

/** Everybody in the account who has a managed policy attached. */
export async function listHoldersOf(
  store: Store,
  accountId: string,
  policyArn: string,
): Promise<readonly Entity[]> {
  const rows = await tablesOf(store.database)
    .selectFrom('identity_attachments as attachment')
    .innerJoin('identity_entities as entity', 'entity.id', 'attachment.entity_id')
    .selectAll('entity')
    .where('attachment.account_id', '=', accountId)
    .where('attachment.policy_arn', '=', policyArn)
    .orderBy('entity.name_key')
    .execute()
  return rows.map((row) => toEntity(row))
}

export async function attachedArns(tables: Tables, entityId: string): Promise<readonly string[]> {
  const rows = await tables
    .selectFrom('identity_attachments')
    .select('policy_arn')
    .where('entity_id', '=', entityId)
    .orderBy('attached_at_ms')
    .orderBy('policy_arn')
    .execute()
  return rows.map((row) => row.policy_arn)
}

/** Puts an inline policy, over one of the same name. Errors: `EntityNotFound`, `MalformedPolicy`, `LimitExceeded`. */
export async function putInlinePolicy(
  store: Store,
  holder: EntityRef<HolderKind>,
  name: string,
  document: string,
): Promise<void> {
  parsePolicy(document, 'identity')
  await write(store, async (tables) => {
    const entity = await requireEntity(tables, holder)
    const others = await tables
      .selectFrom('identity_inline_policies')
      .select('document')
      .where('entity_id', '=', entity.id)
      .where('name', '!=', name)
      .execute()
    const size = others.reduce((sum, row) => sum + plainLength(row.document), 0)
    const sizeMax = inlineSizeMax[holder.kind]
    if (size + plainLength(document) > sizeMax) {
      throw IdentityErrors.LimitExceeded(
        `Maximum policy size of ${sizeMax} bytes exceeded for ${holder.kind} ${holder.name}`,
      )
    }
    await tables
      .insertInto('identity_inline_policies')
      .values({ entity_id: entity.id, name, document })
      .onConflict((conflict) => conflict.columns(['entity_id', 'name']).doUpdateSet({ document }))
      .execute()
  })
}

/** The document as it was put. Error: `EntityNotFound`. */
export async function getInlinePolicy(
  store: Store,
  holder: EntityRef<HolderKind>,
  name: string,
): Promise<string> {
  const tables = tablesOf(store.database)
  const entity = await requireEntity(tables, holder)
  const row = await tables
    .selectFrom('identity_inline_policies')
    .select('document')
    .where('entity_id', '=', entity.id)
    .where('name', '=', name)
    .executeTakeFirst()
  if (!row) throw inlineNotFound(holder, name)
  return row.document
}

export async function listInlinePolicies(
  store: Store,
  holder: EntityRef<HolderKind>,
): Promise<readonly string[]> {
  const tables = tablesOf(store.database)
  const entity = await requireEntity(tables, holder)
  const rows = await tables
    .selectFrom('identity_inline_policies')
    .select('name')
    .where('entity_id', '=', entity.id)
    .orderBy('name')
    .execute()
  return rows.map((row) => row.name)
}

/** Error: `EntityNotFound`. */
export async function deleteInlinePolicy(
  store: Store,
  holder: EntityRef<HolderKind>,
  name: string,
): Promise<void> {
  await write(store, async (tables) => {
    const entity = await requireEntity(tables, holder)
    const { numDeletedRows } = await tables
      .deleteFrom('identity_inline_policies')
      .where('entity_id', '=', entity.id)
      .where('name', '=', name)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw inlineNotFound(holder, name)
  })
}

/** Refuses while policies hang on an entity that is to be deleted. Error: `DeleteConflict`. */
export async function refuseWithPolicies(tables: Tables, entityId: string): Promise<void> {
  if ((await attachedArns(tables, entityId)).length > 0) {
    throw IdentityErrors.DeleteConflict('Cannot delete entity, must detach all policies first.')
  }
  const inline = await tables
    .selectFrom('identity_inline_policies')
    .select('name')
    .where('entity_id', '=', entityId)
    .executeTakeFirst()
  if (inline)
    throw IdentityErrors.DeleteConflict('Cannot delete entity, must delete policies first.')
}

/** Error: `EntityNotFound`. */
export async function requirePolicy(
  tables: Tables,
  accountId: string,
  policyArn: string,
): Promise<void> {
  if (awsManagedPolicy(policyArn)) return
  const row = await tables
    .selectFrom('identity_entities')
    .select('id')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'policy')
    .where('name_key', '=', nameOfArn(policyArn))
    .executeTakeFirst()
  const policy = row && (await findEntityById(tables, 'policy', row.id))
  if (policy?.arn !== policyArn) throw policyNotFound(policyArn)
}

function nameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; white space does not count. */
const inlineSizeMax: Readonly<Record<HolderKind, number>> = {
  user: 2048,
  group: 5120,
  role: 10_240,
}

function plainLength(document: string): number {
  return document.replaceAll(/\s/g, '').length
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}

function inlineNotFound(holder: EntityRef<HolderKind>, name: string): Error {
  return IdentityErrors.EntityNotFound(
    `The ${holder.kind} policy with name ${name} cannot be found.`,
  )
}
