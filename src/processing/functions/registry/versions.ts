import { uuid } from '#kit'
import { FunctionErrors } from '../errors.ts'
import {
  latest,
  type FunctionEntry,
  type FunctionPage,
  type FunctionRef,
  type FunctionVersion,
} from '../records.ts'
import { tablesOf, toVersion, versionRow, type FunctionDb } from '../tables.ts'
import { checkRevision, loadEntry, resolveVersion } from './lookups.ts'
import type { RegistryParts } from './parts.ts'

export interface PublishInput {
  readonly description?: string | undefined
  readonly codeSha256?: string | undefined
  readonly revisionId?: string | undefined
}

export interface Versions {
  /** The last version again when nothing has changed since. Errors: `FunctionNotFound`, `RevisionMismatch`, `InvalidFunctionParameter`. */
  publish(ref: FunctionRef, input: PublishInput): Promise<FunctionVersion>
  /** `$LATEST` first, then the oldest. */
  list(
    ref: FunctionRef,
    page: { readonly limit: number; readonly marker?: string | undefined },
  ): Promise<FunctionPage<FunctionVersion>>
}

export function createVersions({ database }: RegistryParts): Versions {
  return {
    publish: (ref, input) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        const present = await resolveVersion(db, entry)
        checkRevision(present.revisionId, input.revisionId)
        const { codeSha256 } = input
        if (codeSha256 !== undefined && codeSha256 !== present.code.sha256) {
          throw FunctionErrors.InvalidFunctionParameter(
            `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${present.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
          )
        }
        return publish(db, entry, present, input)
      }),
    list: async (ref, page) => {
      const db = tablesOf(database)
      const entry = await loadEntry(db, ref)
      const after = page.marker === undefined ? -1 : Number(page.marker)
      if (!Number.isInteger(after)) {
        throw FunctionErrors.InvalidFunctionParameter('Invalid pagination token')
      }
      const rows = await db
        .selectFrom('functions_versions')
        .selectAll()
        .where('function_id', '=', entry.id)
        .where('number', '>', after)
        .orderBy('number')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      return {
        items: kept.map(toVersion),
        marker: rows.length > page.limit ? `${kept.at(-1)!.number}` : undefined,
      }
    },
  }
}

/** Makes `$LATEST` a version that never changes; the last one again when it is the same. */
export async function publish(
  db: FunctionDb,
  entry: FunctionEntry,
  present: FunctionVersion,
  input: PublishInput,
): Promise<FunctionVersion> {
  const last = await db
    .selectFrom('functions_versions')
    .selectAll()
    .where('function_id', '=', entry.id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  if (last.version !== latest && isSame(toVersion(last), present)) return toVersion(last)
  const row = await db
    .selectFrom('functions_functions')
    .select('next_version')
    .where('id', '=', entry.id)
    .executeTakeFirstOrThrow()
  const description = input.description ?? present.settings.description
  const published: FunctionVersion = {
    ...present,
    version: `${row.next_version}`,
    settings: { ...present.settings, description },
    revisionId: uuid(),
  }
  await db.insertInto('functions_versions').values(versionRow(published)).execute()
  await db
    .updateTable('functions_functions')
    .set({ next_version: row.next_version + 1 })
    .where('id', '=', entry.id)
    .execute()
  return published
}

function isSame(one: FunctionVersion, other: FunctionVersion): boolean {
  const essence = ({ settings, code }: FunctionVersion) =>
    JSON.stringify([{ ...settings, description: '' }, code.sha256])
  return essence(one) === essence(other)
}
