import {
  createEntity,
  deleteEntity,
  requireEntity,
  updateEntity,
  wholeSeconds,
  type Entity,
  type Tag,
} from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { awsManagedPolicy, type AwsManagedPolicy } from './managed-policies.ts'
import { parsePolicy } from './policy/document.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'

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

export interface PolicyVersion {
  readonly versionId: string
  readonly isDefault: boolean
  readonly document: string
  readonly createdAtMs: number
}

const versionsMax = 5
const documentLengthMax = 6144

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

/** Newest first. Error: `EntityNotFound`. */
export async function listPolicyVersions(
  store: Store,
  accountId: string,
  arn: string,
): Promise<readonly PolicyVersion[]> {
  const aws = awsManagedPolicy(arn)
  if (aws) return [versionOfAws(aws)]
  const tables = tablesOf(store.database)
  const entity = await requireOwn(tables, accountId, arn)
  const rows = await tables
    .selectFrom('identity_policy_versions')
    .selectAll()
    .where('policy_id', '=', entity.id)
    .orderBy('version', 'desc')
    .execute()
  return rows.map((row) => ({
    versionId: `v${row.version}`,
    isDefault: row.version === entity.attributes.defaultVersion,
    document: row.document,
    createdAtMs: row.created_at_ms,
  }))
}

/** Error: `EntityNotFound`. */
export async function getPolicyVersion(
  store: Store,
  accountId: string,
  arn: string,
  versionId: string,
): Promise<PolicyVersion> {
  const versions = await listPolicyVersions(store, accountId, arn)
  const version = versions.find((candidate) => candidate.versionId === versionId)
  if (!version) throw versionNotFound(arn, versionId)
  return version
}

/** Errors: `EntityNotFound`, `MalformedPolicy`, `LimitExceeded`, `Unmodifiable`. */
export async function createPolicyVersion(
  store: Store,
  accountId: string,
  arn: string,
  input: { readonly document: string; readonly setAsDefault: boolean },
): Promise<PolicyVersion> {
  refuseAws(arn)
  checkDocument(input.document)
  const nowMs = wholeSeconds(store.clock.now())
  const version = await write(store, async (tables) => {
    const entity = await requireOwn(tables, accountId, arn)
    const held = await tables
      .selectFrom('identity_policy_versions')
      .select('version')
      .where('policy_id', '=', entity.id)
      .execute()
    if (held.length >= versionsMax) {
      throw IdentityErrors.LimitExceeded(
        `A managed policy can have up to ${versionsMax} versions. Before you create a new version, you must delete an existing version.`,
      )
    }
    const { attributes } = entity
    const number = attributes.nextVersion
    await insertVersion(tables, entity.id, number, input.document, nowMs)
    await saveAttributes(tables, entity.id, {
      ...attributes,
      nextVersion: number + 1,
      defaultVersion: input.setAsDefault ? number : attributes.defaultVersion,
      updatedAtMs: nowMs,
    })
    return number
  })
  return {
    versionId: `v${version}`,
    isDefault: input.setAsDefault,
    document: input.document,
    createdAtMs: nowMs,
  }
}

/** Errors: `EntityNotFound`, `Unmodifiable`. */
export async function setDefaultPolicyVersion(
  store: Store,
  accountId: string,
  arn: string,
  versionId: string,
): Promise<void> {
  refuseAws(arn)
  await write(store, async (tables) => {
    const entity = await requireOwn(tables, accountId, arn)
    const version = await requireVersion(tables, entity, versionId)
    await saveAttributes(tables, entity.id, {
      ...entity.attributes,
      defaultVersion: version,
      updatedAtMs: wholeSeconds(store.clock.now()),
    })
  })
}

/** Errors: `EntityNotFound`, `DeleteConflict` for the default version, `Unmodifiable`. */
export async function deletePolicyVersion(
  store: Store,
  accountId: string,
  arn: string,
  versionId: string,
): Promise<void> {
  refuseAws(arn)
  await write(store, async (tables) => {
    const entity = await requireOwn(tables, accountId, arn)
    const version = await requireVersion(tables, entity, versionId)
    if (version === entity.attributes.defaultVersion) {
      throw IdentityErrors.DeleteConflict('Cannot delete the default version of a policy.')
    }
    await tables
      .deleteFrom('identity_policy_versions')
      .where('policy_id', '=', entity.id)
      .where('version', '=', version)
      .execute()
  })
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

/** The document that counts now; undefined when there is no such policy. */
export async function effectiveDocument(
  tables: Tables,
  accountId: string,
  arn: string,
): Promise<string | undefined> {
  const aws = awsManagedPolicy(arn)
  if (aws) return aws.document
  const entity = await findOwn(tables, accountId, arn)
  if (!entity) return undefined
  const row = await tables
    .selectFrom('identity_policy_versions')
    .select('document')
    .where('policy_id', '=', entity.id)
    .where('version', '=', entity.attributes.defaultVersion)
    .executeTakeFirst()
  return row?.document
}

export function policyNotFound(arn: string): Error {
  return IdentityErrors.EntityNotFound(`Policy ${arn} does not exist or is not attachable.`)
}

async function findOwn(
  tables: Tables,
  accountId: string,
  arn: string,
): Promise<Entity<'policy'> | undefined> {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  try {
    const entity = await requireEntity(tables, { accountId, kind: 'policy', name })
    return entity.arn === arn ? entity : undefined
  } catch {
    return undefined
  }
}

async function requireOwn(
  tables: Tables,
  accountId: string,
  arn: string,
): Promise<Entity<'policy'>> {
  if (!/^arn:aws:iam::(?:\d{12}|aws):policy\/.+$/.test(arn)) {
    throw IdentityErrors.InvalidInput(`ARN ${arn} is not valid.`)
  }
  const entity = await findOwn(tables, accountId, arn)
  if (!entity) throw IdentityErrors.EntityNotFound(`Policy ${arn} was not found.`)
  return entity
}

async function requireVersion(
  tables: Tables,
  entity: Entity<'policy'>,
  versionId: string,
): Promise<number> {
  const version = /^v(\d{1,9})(?:\.\d+)?$/.exec(versionId)?.[1]
  const row =
    version === undefined
      ? undefined
      : await tables
          .selectFrom('identity_policy_versions')
          .select('version')
          .where('policy_id', '=', entity.id)
          .where('version', '=', Number(version))
          .executeTakeFirst()
  if (!row) throw versionNotFound(entity.arn, versionId)
  return row.version
}

async function insertVersion(
  tables: Tables,
  policyId: string,
  version: number,
  document: string,
  createdAtMs: number,
): Promise<void> {
  await tables
    .insertInto('identity_policy_versions')
    .values({ policy_id: policyId, version, document, created_at_ms: createdAtMs })
    .execute()
}

async function saveAttributes(
  tables: Tables,
  id: string,
  attributes: Entity<'policy'>['attributes'],
): Promise<void> {
  await tables
    .updateTable('identity_entities')
    .set({ attributes: JSON.stringify(attributes) })
    .where('id', '=', id)
    .execute()
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

function versionOfAws(policy: AwsManagedPolicy): PolicyVersion {
  return {
    versionId: policy.versionId,
    isDefault: true,
    document: policy.document,
    createdAtMs: policy.createdAtMs,
  }
}

function checkDocument(document: string): void {
  parsePolicy(document, 'identity')
  if (document.replaceAll(/\s/g, '').length > documentLengthMax) {
    throw IdentityErrors.LimitExceeded(`Cannot exceed quota for PolicySize: ${documentLengthMax}`)
  }
}

function refuseAws(arn: string): void {
  if (arn.startsWith('arn:aws:iam::aws:')) {
    throw IdentityErrors.Unmodifiable(
      `Cannot perform the operation on the AWS managed policy ${arn}.`,
    )
  }
}

function versionNotFound(arn: string, versionId: string): Error {
  return IdentityErrors.EntityNotFound(
    `Policy ${arn} version ${versionId} does not exist or is not attachable.`,
  )
}
