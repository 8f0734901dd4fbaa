import { FunctionErrors } from '../errors.ts'
import { functionArn, functionNotFound, isVersion } from '../names.ts'
import {
  latest,
  type Alias,
  type FunctionEntry,
  type FunctionRef,
  type FunctionVersion,
} from '../records.ts'
import { toEntry, toVersion, type AliasRow, type FunctionDb } from '../tables.ts'

export async function findEntry(
  db: FunctionDb,
  ref: FunctionRef,
): Promise<FunctionEntry | undefined> {
  const row = await db
    .selectFrom('functions_functions')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('name', '=', ref.name)
    .executeTakeFirst()
  return row && toEntry(row)
}

/** Error: `FunctionNotFound`. */
export async function loadEntry(db: FunctionDb, ref: FunctionRef): Promise<FunctionEntry> {
  const entry = await findEntry(db, ref)
  if (!entry) throw functionNotFound(ref)
  return entry
}

/** Error: `FunctionNotFound`. */
export async function loadVersion(
  db: FunctionDb,
  entry: FunctionEntry,
  version: string,
): Promise<FunctionVersion> {
  const row = await db
    .selectFrom('functions_versions')
    .selectAll()
    .where('function_id', '=', entry.id)
    .where('number', '=', version === latest ? 0 : Number(version))
    .executeTakeFirst()
  if (!row) throw functionNotFound(entry, version)
  return toVersion(row)
}

export async function findAlias(
  db: FunctionDb,
  entry: FunctionEntry,
  name: string,
): Promise<Alias | undefined> {
  const row = await db
    .selectFrom('functions_aliases')
    .selectAll()
    .where('function_id', '=', entry.id)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && toAlias(row)
}

/** Error: `FunctionNotFound`. */
export async function loadAlias(
  db: FunctionDb,
  entry: FunctionEntry,
  name: string,
): Promise<Alias> {
  const alias = await findAlias(db, entry, name)
  if (alias) return alias
  throw FunctionErrors.FunctionNotFound(`Cannot find alias arn: ${functionArn(entry, name)}`)
}

/** The version that a qualifier means: of an alias with weights, its main one. Error: `FunctionNotFound`. */
export async function resolveVersion(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier: string = latest,
): Promise<FunctionVersion> {
  if (isVersion(qualifier)) return loadVersion(db, entry, qualifier)
  const alias = await findAlias(db, entry, qualifier)
  if (!alias) throw functionNotFound(entry, qualifier)
  return loadVersion(db, entry, alias.version)
}

/** Throws `FunctionNotFound` unless the version or alias is there. */
export async function mustHave(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier: string | undefined,
): Promise<void> {
  await resolveVersion(db, entry, qualifier)
}

/** Error: `RevisionMismatch`. */
export function checkRevision(present: string, expected: string | undefined): void {
  if (expected === undefined || expected === present) return
  throw FunctionErrors.RevisionMismatch(
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  )
}

export function toAlias(row: AliasRow): Alias {
  return {
    functionId: row.function_id,
    name: row.name,
    version: row.version,
    description: row.description,
    weights: JSON.parse(row.weights) as Record<string, number>,
    revisionId: row.revision_id,
  }
}
