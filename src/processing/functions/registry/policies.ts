import { uuid } from '#kit'
import { FunctionErrors } from '../errors.ts'
import { functionArn } from '../names.ts'
import type { FunctionEntry, FunctionRef } from '../records.ts'
import { tablesOf, type FunctionDb } from '../tables.ts'
import { checkRevision, findEntry, loadEntry, mustHave } from './lookups.ts'
import type { RegistryParts } from './parts.ts'

/** One who may do something with a function: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export interface Permission {
  readonly statementId: string
  readonly action: string
  /** An account, an ARN, a service, or `*`. */
  readonly principal: string
  readonly sourceArn?: string | undefined
  readonly sourceAccount?: string | undefined
  readonly eventSourceToken?: string | undefined
  readonly organizationId?: string | undefined
  /** Only through URLs of this kind. */
  readonly functionUrlAuthType?: string | undefined
  /** Only through URLs. */
  readonly invokedViaFunctionUrl?: boolean | undefined
}

export interface StoredPolicy {
  /** A policy document. */
  readonly document: string
  readonly revisionId: string
}

export interface Policies {
  /** The statement that was added, as JSON. Errors: `FunctionNotFound`, `FunctionConflict`, `RevisionMismatch`, `PolicyTooLarge`. */
  add(
    ref: FunctionRef,
    qualifier: string | undefined,
    permission: Permission,
    revisionId?: string,
  ): Promise<string>
  /** Errors: `FunctionNotFound`, `RevisionMismatch`. */
  remove(
    ref: FunctionRef,
    qualifier: string | undefined,
    statementId: string,
    revisionId?: string,
  ): Promise<void>
  /** Error: `FunctionNotFound`, also when there is no policy. */
  get(ref: FunctionRef, qualifier: string | undefined): Promise<StoredPolicy>
  /** The document that stands at a function, version or alias now. */
  current(ref: FunctionRef, qualifier: string | undefined): Promise<string | undefined>
}

interface Statement {
  readonly Sid: string
  readonly [key: string]: unknown
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const documentBytesMax = 20_480

export function createPolicies({ database }: RegistryParts): Policies {
  return {
    add: (ref, qualifier, permission, revisionId) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        await mustHave(db, entry, qualifier)
        const present = await find(db, entry, qualifier)
        if (present) checkRevision(present.revisionId, revisionId)
        const statements = statementsOf(present)
        if (statements.some(({ Sid }) => Sid === permission.statementId)) {
          throw FunctionErrors.FunctionConflict(
            `The statement id (${permission.statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          )
        }
        const statement = statementOf(functionArn(entry, qualifier), permission)
        await write(db, entry, qualifier, [...statements, statement])
        return JSON.stringify(statement)
      }),
    remove: (ref, qualifier, statementId, revisionId) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        const present = await find(db, entry, qualifier)
        if (!present) throw noPolicy()
        checkRevision(present.revisionId, revisionId)
        const statements = statementsOf(present)
        const left = statements.filter(({ Sid }) => Sid !== statementId)
        if (left.length === statements.length) {
          throw FunctionErrors.FunctionNotFound(
            `Statement ${statementId} is not found in resource policy.`,
          )
        }
        await write(db, entry, qualifier, left)
      }),
    get: async (ref, qualifier) => {
      const db = tablesOf(database)
      const entry = await loadEntry(db, ref)
      const found = await find(db, entry, qualifier)
      if (!found) throw noPolicy()
      return found
    },
    current: async (ref, qualifier) => {
      const db = tablesOf(database)
      const entry = await findEntry(db, ref)
      return entry && (await find(db, entry, qualifier))?.document
    },
  }
}

function statementOf(resource: string, permission: Permission): Statement {
  const { principal } = permission
  const conditions: Record<string, Record<string, string>> = {}
  const { sourceArn, sourceAccount, eventSourceToken, organizationId } = permission
  const { functionUrlAuthType, invokedViaFunctionUrl } = permission
  const equal = {
    ...(sourceAccount === undefined ? {} : { 'AWS:SourceAccount': sourceAccount }),
    ...(eventSourceToken === undefined ? {} : { 'lambda:EventSourceToken': eventSourceToken }),
    ...(organizationId === undefined ? {} : { 'aws:PrincipalOrgID': organizationId }),
    ...(functionUrlAuthType === undefined
      ? {}
      : { 'lambda:FunctionUrlAuthType': functionUrlAuthType }),
  }
  if (Object.keys(equal).length > 0) conditions['StringEquals'] = equal
  if (invokedViaFunctionUrl) conditions['Bool'] = { 'lambda:InvokedViaFunctionUrl': 'true' }
  if (sourceArn !== undefined) conditions['ArnLike'] = { 'AWS:SourceArn': sourceArn }
  return {
    Sid: permission.statementId,
    Effect: 'Allow',
    Principal: principalOf(principal),
    Action: permission.action,
    Resource: resource,
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  }
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*'
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` }
  if (principal.startsWith('arn:')) return { AWS: principal }
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com$/.test(principal)) return { Service: principal }
  throw FunctionErrors.InvalidFunctionParameter(
    'The provided principal was invalid. Please check the principal and try again.',
  )
}

async function find(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier: string | undefined,
): Promise<StoredPolicy | undefined> {
  const row = await db
    .selectFrom('functions_policies')
    .selectAll()
    .where('function_id', '=', entry.id)
    .where('qualifier', '=', qualifier ?? '')
    .executeTakeFirst()
  return row && { document: row.document, revisionId: row.revision_id }
}

function statementsOf(policy: StoredPolicy | undefined): readonly Statement[] {
  if (!policy) return []
  return (JSON.parse(policy.document) as { readonly Statement: readonly Statement[] }).Statement
}

async function write(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier: string | undefined,
  statements: readonly Statement[],
): Promise<void> {
  const key = { function_id: entry.id, qualifier: qualifier ?? '' }
  await db
    .deleteFrom('functions_policies')
    .where('function_id', '=', key.function_id)
    .where('qualifier', '=', key.qualifier)
    .execute()
  if (statements.length === 0) return
  const document = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements })
  if (Buffer.byteLength(document) > documentBytesMax) {
    throw FunctionErrors.PolicyTooLarge(
      `The final policy size (${Buffer.byteLength(document)}) is bigger than the limit (${documentBytesMax}).`,
    )
  }
  await db
    .insertInto('functions_policies')
    .values({
      ...key,
      account_id: entry.accountId,
      region: entry.region,
      document,
      revision_id: uuid(),
    })
    .execute()
}

function noPolicy() {
  return FunctionErrors.FunctionNotFound('The resource you requested does not exist.')
}
