import {
  createEntity,
  deleteEntity,
  updateEntity,
  wholeSeconds,
  type Entity,
  type Tag,
} from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { awsManagedPolicy, type AwsManagedPolicy } from './managed-policies.ts'
import { checkDocument, refuseAws, requireOwn } from './own-policies.ts'
import { insertVersion } from './policy-versions.ts'
import { tablesOf, type Store, type Tables } from './store.ts'

/** A managed policy: one of the account's own, or one of AWS's. */
export interface ManagedPolicy {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly description: string | undefined
  readonly defaultVersionId: string
  readonly attachmentCount: number
  readonly boundaryCount: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly tags: readonly Tag[]
}

/** Errors: `MalformedPolicy`, `LimitExceeded`, `EntityExists`. */
export async function createPolicy(
  store: Store,
  input: {
    readonly accountId: string
    readonly name: string
    readonly path: string
    readonly description?: string
    readonly document: string
    readonly tags: readonly Tag[]
  },
): Promise<ManagedPolicy> {
  checkDocument(input.document)
  const nowMs = wholeSeconds(store.clock.now())
  const entity = await createEntity(
    store,
    {
      accountId: input.accountId,
      kind: 'policy',
      name: input.name,
      path: input.path,
      tags: input.tags,
      attributes: {
        description: input.description,
        defaultVersion: 1,
        nextVersion: 2,
        updatedAtMs: nowMs,
      },
    },
    (tables, policy) => insertVersion(tables, policy.id, 1, input.document, nowMs),
  )
  return toPolicy(entity, { attached: 0, boundaries: 0 })
}

/** Error: `EntityNotFound`. */
export async function getPolicy(
  store: Store,
  accountId: string,
  arn: string,
): Promise<ManagedPolicy> {
  const tables = tablesOf(store.database)
  const aws = awsManagedPolicy(arn)
  if (aws) return fromAws(aws, await countsOf(tables, accountId, arn))
  const entity = await requireOwn(tables, accountId, arn)
  return toPolicy(entity, await countsOf(tables, accountId, arn))
}

export async function describePolicy(
  store: Store,
  entity: Entity<'policy'>,
): Promise<ManagedPolicy> {
  const counts = await countsOf(tablesOf(store.database), entity.accountId, entity.arn)
  return toPolicy(entity, counts)
}

export async function describeAwsPolicy(
  store: Store,
  accountId: string,
  policy: AwsManagedPolicy,
): Promise<ManagedPolicy> {
  return fromAws(policy, await countsOf(tablesOf(store.database), accountId, policy.arn))
}

/** Errors: `EntityNotFound`, `DeleteConflict`, `Unmodifiable`. */
export async function deletePolicy(store: Store, accountId: string, arn: string): Promise<void> {
  refuseAws(arn)
  const entity = await requireOwn(tablesOf(store.database), accountId, arn)
  await deleteEntity(store, { accountId, kind: 'policy', name: entity.name }, async (tables) => {
    const counts = await countsOf(tables, accountId, arn)
    if (counts.attached > 0 || counts.boundaries > 0) {
      throw IdentityErrors.DeleteConflict('Cannot delete a policy attached to entities.')
    }
    const versions = await tables
      .selectFrom('identity_policy_versions')
      .select('version')
      .where('policy_id', '=', entity.id)
      .execute()
    if (versions.length > 1) {
      throw IdentityErrors.DeleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      )
    }
    await tables.deleteFrom('identity_policy_versions').where('policy_id', '=', entity.id).execute()
  })
}

/** Changes the tags of an own policy. Errors: `EntityNotFound`, `Unmodifiable`. */
export async function retagPolicy(
  store: Store,
  accountId: string,
  arn: string,
  change: (tags: readonly Tag[]) => readonly Tag[],
): Promise<void> {
  refuseAws(arn)
  const { name } = await requireOwn(tablesOf(store.database), accountId, arn)
  await updateEntity(store, { accountId, kind: 'policy', name }, (entity) => ({
    tags: change(entity.tags),
  }))
}

export function policyNotFound(arn: string): Error {
  return IdentityErrors.EntityNotFound(`Policy ${arn} does not exist or is not attachable.`)
}

interface Counts {
  readonly attached: number
  readonly boundaries: number
}

async function countsOf(tables: Tables, accountId: string, arn: string): Promise<Counts> {
  const attached = await tables
    .selectFrom('identity_attachments')
    .select('entity_id')
    .where('account_id', '=', accountId)
    .where('policy_arn', '=', arn)
    .execute()
  const holders = await tables
    .selectFrom('identity_entities')
    .select('attributes')
    .where('account_id', '=', accountId)
    .where('kind', 'in', ['user', 'role'])
    .where('attributes', 'like', '%boundaryArn%')
    .execute()
  const boundaries = holders.filter(
    (row) => (JSON.parse(row.attributes) as { boundaryArn?: string }).boundaryArn === arn,
  )
  return { attached: attached.length, boundaries: boundaries.length }
}

function toPolicy(entity: Entity<'policy'>, counts: Counts): ManagedPolicy {
  return {
    id: entity.id,
    name: entity.name,
    path: entity.path,
    arn: entity.arn,
    description: entity.attributes.description,
    defaultVersionId: `v${entity.attributes.defaultVersion}`,
    attachmentCount: counts.attached,
    boundaryCount: counts.boundaries,
    createdAtMs: entity.createdAtMs,
    updatedAtMs: entity.attributes.updatedAtMs,
    tags: entity.tags,
  }
}

function fromAws(policy: AwsManagedPolicy, counts: Counts): ManagedPolicy {
  return {
    id: policy.id,
    name: policy.name,
    path: policy.path,
    arn: policy.arn,
    description: policy.description,
    defaultVersionId: policy.versionId,
    attachmentCount: counts.attached,
    boundaryCount: counts.boundaries,
    createdAtMs: policy.createdAtMs,
    updatedAtMs: policy.createdAtMs,
    tags: [],
  }
}
