import { uuid } from '#kit'
import { FunctionErrors } from '../errors.ts'
import { functionArn, isVersion } from '../names.ts'
import {
  latest,
  type Alias,
  type FunctionEntry,
  type FunctionPage,
  type FunctionRef,
} from '../records.ts'
import { tablesOf, type AliasRow, type FunctionDb } from '../tables.ts'
import { checkRevision, findAlias, loadAlias, loadEntry, loadVersion, toAlias } from './lookups.ts'
import type { RegistryParts } from './parts.ts'

export interface AliasInput {
  readonly version: string
  readonly description: string
  readonly weights: Readonly<Record<string, number>>
}

export interface Aliases {
  /** Errors: `FunctionNotFound`, `FunctionConflict`, `InvalidFunctionParameter`. */
  create(ref: FunctionRef, name: string, input: AliasInput): Promise<Alias>
  get(ref: FunctionRef, name: string): Promise<Alias>
  /** Errors also: `RevisionMismatch`. */
  update(
    ref: FunctionRef,
    name: string,
    change: Partial<AliasInput> & { readonly revisionId?: string | undefined },
  ): Promise<Alias>
  /** Also when there is none of this name. */
  remove(ref: FunctionRef, name: string): Promise<void>
  list(
    ref: FunctionRef,
    page: {
      readonly limit: number
      readonly marker?: string | undefined
      readonly version?: string | undefined
    },
  ): Promise<FunctionPage<Alias>>
}

export function createAliases({ database }: RegistryParts): Aliases {
  return {
    create: (ref, name, input) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        if (isVersion(name)) {
          throw FunctionErrors.InvalidFunctionParameter(
            `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
          )
        }
        if (await findAlias(db, entry, name)) {
          throw FunctionErrors.FunctionConflict(`Alias already exists: ${functionArn(entry, name)}`)
        }
        const alias: Alias = { ...input, functionId: entry.id, name, revisionId: uuid() }
        await check(db, entry, alias)
        await db.insertInto('functions_aliases').values(aliasRow(entry, alias)).execute()
        return alias
      }),
    get: async (ref, name) => {
      const db = tablesOf(database)
      return loadAlias(db, await loadEntry(db, ref), name)
    },
    update: (ref, name, change) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        const present = await loadAlias(db, entry, name)
        checkRevision(present.revisionId, change.revisionId)
        const alias: Alias = {
          ...present,
          version: change.version ?? present.version,
          description: change.description ?? present.description,
          weights: change.weights ?? present.weights,
          revisionId: uuid(),
        }
        await check(db, entry, alias)
        await db
          .updateTable('functions_aliases')
          .set(aliasRow(entry, alias))
          .where('function_id', '=', entry.id)
          .where('name', '=', name)
          .execute()
        return alias
      }),
    remove: (ref, name) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        await db
          .deleteFrom('functions_aliases')
          .where('function_id', '=', entry.id)
          .where('name', '=', name)
          .execute()
        for (const table of [
          'functions_policies',
          'functions_event_configs',
          'functions_urls',
        ] as const) {
          await db
            .deleteFrom(table)
            .where('function_id', '=', entry.id)
            .where('qualifier', '=', name)
            .execute()
        }
      }),
    list: async (ref, page) => {
      const db = tablesOf(database)
      const entry = await loadEntry(db, ref)
      let query = db.selectFrom('functions_aliases').selectAll().where('function_id', '=', entry.id)
      if (page.version !== undefined) query = query.where('version', '=', page.version)
      if (page.marker !== undefined) query = query.where('name', '>', page.marker)
      const rows = await query
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      return {
        items: kept.map(toAlias),
        marker: rows.length > page.limit ? kept.at(-1)!.name : undefined,
      }
    },
  }
}

async function check(db: FunctionDb, entry: FunctionEntry, alias: Alias): Promise<void> {
  const { version, weights } = alias
  if (!isVersion(version)) {
    throw FunctionErrors.InvalidFunctionParameter(`${version} is not a version`)
  }
  await loadVersion(db, entry, version)
  const others = Object.entries(weights)
  if (others.length === 0) return
  const [other, weight] = others[0]!
  const isWrong =
    others.length > 1 ||
    version === latest ||
    !/^\d+$/.test(other) ||
    other === version ||
    !(weight >= 0 && weight <= 1)
  if (isWrong) {
    throw FunctionErrors.InvalidFunctionParameter(
      'RoutingConfig may name one other published version, with a weight from 0 to 1; $LATEST takes no part in it.',
    )
  }
  await loadVersion(db, entry, other)
}

function aliasRow(entry: FunctionEntry, alias: Alias): AliasRow {
  return {
    account_id: entry.accountId,
    region: entry.region,
    function_id: entry.id,
    name: alias.name,
    version: alias.version,
    description: alias.description,
    weights: JSON.stringify(alias.weights),
    revision_id: alias.revisionId,
  }
}
