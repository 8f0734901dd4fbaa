import { FunctionErrors } from '../errors.ts'
import { isVersion } from '../names.ts'
import { latest, type FunctionEntry, type FunctionRef } from '../records.ts'
import type { FunctionDb } from '../tables.ts'
import { loadEntry, resolveVersion } from './lookups.ts'

/** Removes a function, or one version of it. Errors: `InvalidFunctionParameter`, `FunctionConflict` for a version that aliases name. */
export async function removeFunction(
  db: FunctionDb,
  ref: FunctionRef,
  qualifier: string | undefined,
): Promise<FunctionEntry> {
  const entry = await loadEntry(db, ref)
  if (qualifier === undefined) {
    for (const table of [
      'functions_versions',
      'functions_aliases',
      'functions_policies',
      'functions_event_configs',
      'functions_events',
      'functions_urls',
    ] as const) {
      await db.deleteFrom(table).where('function_id', '=', entry.id).execute()
    }
    await db.deleteFrom('functions_functions').where('id', '=', entry.id).execute()
    return entry
  }
  if (qualifier === latest) {
    throw FunctionErrors.InvalidFunctionParameter(
      '$LATEST version cannot be deleted without deleting the function.',
    )
  }
  if (!isVersion(qualifier)) {
    throw FunctionErrors.InvalidFunctionParameter(
      `Deletion of aliases is not currently supported by DeleteFunction: ${qualifier}`,
    )
  }
  const version = await resolveVersion(db, entry, qualifier)
  const aliases = await db
    .selectFrom('functions_aliases')
    .selectAll()
    .where('function_id', '=', entry.id)
    .execute()
  const using = aliases
    .filter(
      (alias) => alias.version === version.version || version.version in JSON.parse(alias.weights),
    )
    .map(({ name }) => name)
  if (using.length > 0) {
    throw FunctionErrors.FunctionConflict(
      `Version ${version.version} is referenced by aliases: [${using.join(', ')}]`,
    )
  }
  await db
    .deleteFrom('functions_versions')
    .where('function_id', '=', entry.id)
    .where('number', '=', Number(version.version))
    .execute()
  for (const table of ['functions_policies', 'functions_event_configs'] as const) {
    await db
      .deleteFrom(table)
      .where('function_id', '=', entry.id)
      .where('qualifier', '=', version.version)
      .execute()
  }
  return entry
}
