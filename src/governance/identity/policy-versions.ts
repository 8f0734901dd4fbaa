import { wholeSeconds, type Entity } from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { awsManagedPolicy, type AwsManagedPolicy } from './managed-policies.ts'
import { checkDocument, findOwn, refuseAws, requireOwn } from './own-policies.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'

const versionsMax = 5

export interface PolicyVersion {
  readonly versionId: string
  readonly isDefault: boolean
  readonly document: string
  readonly createdAtMs: number
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

export async function insertVersion(
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

function versionOfAws(policy: AwsManagedPolicy): PolicyVersion {
  return {
    versionId: policy.versionId,
    isDefault: true,
    document: policy.document,
    createdAtMs: policy.createdAtMs,
  }
}

function versionNotFound(arn: string, versionId: string): Error {
  return IdentityErrors.EntityNotFound(
    `Policy ${arn} version ${versionId} does not exist or is not attachable.`,
  )
}
