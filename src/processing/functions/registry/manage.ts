import { uuid } from '#kit'
import { FunctionErrors } from '../errors.ts'
import { isVersion } from '../names.ts'
import {
  latest,
  type Alias,
  type FunctionEntry,
  type FunctionPage,
  type FunctionRef,
  type FunctionScope,
  type FunctionSettings,
  type FunctionVersion,
} from '../records.ts'
import { tablesOf, toVersion, versionRow } from '../tables.ts'
import { checkRevision, findAlias, findEntry, loadEntry, resolveVersion } from './lookups.ts'
import { listVersions } from './list-versions.ts'
import type { RegistryParts } from './parts.ts'
import { removeFunction } from './remove.ts'
import { checkSettings } from './settings.ts'
import { publish } from './versions.ts'

export interface NewFunction {
  readonly settings: FunctionSettings
  /** A zip. */
  readonly zip: Uint8Array
  readonly tags: Readonly<Record<string, string>>
  readonly publish: boolean
}

export interface FoundFunction {
  readonly entry: FunctionEntry
  readonly version: FunctionVersion
  /** Set when it was asked for by an alias. */
  readonly alias: Alias | undefined
}

export interface Registry {
  /** Errors: `FunctionConflict`, `InvalidFunctionParameter`. */
  create(ref: FunctionRef, input: NewFunction): Promise<FunctionVersion>
  /** `$LATEST` without a qualifier. Error: `FunctionNotFound`. */
  get(ref: FunctionRef, qualifier?: string): Promise<FoundFunction>
  /** `$LATEST` of each, or every version; by name. */
  list(
    scope: FunctionScope,
    page: { readonly limit: number; readonly marker?: string | undefined; readonly all: boolean },
  ): Promise<FunctionPage<FunctionVersion>>
  /** Errors: `FunctionNotFound`, `RevisionMismatch`, `InvalidFunctionParameter`. */
  updateCode(
    ref: FunctionRef,
    change: {
      readonly zip: Uint8Array
      readonly architecture?: string | undefined
      readonly publish: boolean
      readonly dryRun: boolean
      readonly revisionId?: string | undefined
    },
  ): Promise<FunctionVersion>
  /** Errors as of `updateCode`. */
  updateSettings(
    ref: FunctionRef,
    change: (settings: FunctionSettings) => FunctionSettings,
    revisionId?: string,
  ): Promise<FunctionVersion>
  /** The whole function, or one version of it. Errors: `FunctionNotFound`, `FunctionConflict`, `InvalidFunctionParameter`. */
  remove(ref: FunctionRef, qualifier?: string): Promise<void>
  setReservedConcurrency(ref: FunctionRef, count: number | undefined): Promise<void>
  /** What is reserved by all functions, `without` one of them. */
  reservedConcurrency(scope: FunctionScope, without?: string): Promise<number>
  changeTags(
    ref: FunctionRef,
    change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): Promise<void>
  /** How many functions there are, and how many bytes of code. */
  usage(scope: FunctionScope): Promise<{ readonly functions: number; readonly codeBytes: number }>
}

const tagsMax = 50

export function createRegistry(parts: RegistryParts): Registry {
  const { database, clock, code } = parts

  const checkRole = async (settings: FunctionSettings, accountId: string) => {
    if (await parts.mayAssume(settings.roleArn, accountId)) return
    throw FunctionErrors.InvalidFunctionParameter(
      'The role defined for the function cannot be assumed by Lambda.',
    )
  }

  /** Writes `$LATEST` anew. */
  const change = async (
    ref: FunctionRef,
    revisionId: string | undefined,
    work: (version: FunctionVersion) => FunctionVersion,
    andPublish = false,
  ): Promise<FunctionVersion> => {
    const changed = await database.transaction(async (tx) => {
      const db = tablesOf(tx)
      const entry = await loadEntry(db, ref)
      const present = await resolveVersion(db, entry)
      checkRevision(present.revisionId, revisionId)
      const next = { ...work(present), modifiedMs: clock.now(), revisionId: uuid() }
      await db
        .updateTable('functions_versions')
        .set(versionRow(next))
        .where('function_id', '=', entry.id)
        .where('number', '=', 0)
        .execute()
      return { next, shown: andPublish ? await publish(db, entry, next, {}) : next }
    })
    parts.retire(
      ({ functionId, version }) => functionId === changed.next.functionId && version === latest,
    )
    return changed.shown
  }

  return {
    create: async (ref, input) => {
      checkSettings(input.settings)
      checkTags(input.tags)
      await checkRole(input.settings, ref.accountId)
      if (await findEntry(tablesOf(database), ref)) throw exists(ref)
      const stored = await code.put(input.zip)
      const nowMs = clock.now()
      const version: FunctionVersion = {
        ...ref,
        functionId: uuid(),
        version: latest,
        settings: input.settings,
        code: stored,
        modifiedMs: nowMs,
        revisionId: uuid(),
      }
      return database.transaction(async (tx) => {
        const db = tablesOf(tx)
        if (await findEntry(db, ref)) throw exists(ref)
        await db
          .insertInto('functions_functions')
          .values({
            id: version.functionId,
            account_id: ref.accountId,
            region: ref.region,
            name: ref.name,
            created_ms: nowMs,
            next_version: 1,
            reserved_concurrency: null,
            tags: JSON.stringify(input.tags),
          })
          .execute()
        await db.insertInto('functions_versions').values(versionRow(version)).execute()
        if (!input.publish) return version
        return publish(db, await loadEntry(db, ref), version, {})
      })
    },

    get: async (ref, qualifier) => {
      const db = tablesOf(database)
      const entry = await loadEntry(db, ref)
      const isAlias = qualifier !== undefined && !isVersion(qualifier)
      const alias = isAlias ? await findAlias(db, entry, qualifier) : undefined
      const version = await resolveVersion(db, entry, qualifier)
      return { entry, version, alias }
    },

    list: (scope, page) => listVersions(tablesOf(database), scope, page),

    updateCode: async (ref, input) => {
      const present = await resolveVersion(
        tablesOf(database),
        await loadEntry(tablesOf(database), ref),
      )
      checkRevision(present.revisionId, input.revisionId)
      const stored = await code.put(input.zip)
      const architecture = input.architecture ?? present.settings.architecture
      if (input.dryRun) {
        return { ...present, settings: { ...present.settings, architecture }, code: stored }
      }
      return change(
        ref,
        input.revisionId,
        (version) => ({
          ...version,
          code: stored,
          settings: {
            ...version.settings,
            architecture: input.architecture ?? version.settings.architecture,
          },
        }),
        input.publish,
      )
    },

    updateSettings: async (ref, work, revisionId) => {
      const db = tablesOf(database)
      const present = await resolveVersion(db, await loadEntry(db, ref))
      const wanted = work(present.settings)
      checkSettings(wanted)
      if (wanted.roleArn !== present.settings.roleArn) await checkRole(wanted, ref.accountId)
      return change(ref, revisionId, (version) => ({
        ...version,
        settings: work(version.settings),
      }))
    },

    remove: async (ref, qualifier) => {
      const removed = await database.transaction((tx) =>
        removeFunction(tablesOf(tx), ref, qualifier),
      )
      parts.retire(
        ({ functionId, version }) =>
          functionId === removed.id && (qualifier === undefined || version === qualifier),
      )
    },

    setReservedConcurrency: (ref, count) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        await db
          .updateTable('functions_functions')
          .set({ reserved_concurrency: count ?? null })
          .where('id', '=', entry.id)
          .execute()
      }),

    reservedConcurrency: async (scope, without) => {
      const rows = await tablesOf(database)
        .selectFrom('functions_functions')
        .select(['name', 'reserved_concurrency'])
        .where('account_id', '=', scope.accountId)
        .where('region', '=', scope.region)
        .where('reserved_concurrency', 'is not', null)
        .execute()
      return rows
        .filter(({ name }) => name !== without)
        .reduce((sum, row) => sum + (row.reserved_concurrency ?? 0), 0)
    },

    changeTags: (ref, work) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        const tags = work(entry.tags)
        checkTags(tags)
        await db
          .updateTable('functions_functions')
          .set({ tags: JSON.stringify(tags) })
          .where('id', '=', entry.id)
          .execute()
      }),

    usage: async (scope) => {
      const rows = await tablesOf(database)
        .selectFrom('functions_versions')
        .selectAll()
        .where('account_id', '=', scope.accountId)
        .where('region', '=', scope.region)
        .execute()
      const versions = rows.map(toVersion)
      const sizes = new Map(versions.map(({ code: { codeId, sizeBytes } }) => [codeId, sizeBytes]))
      return {
        functions: new Set(versions.map(({ functionId }) => functionId)).size,
        codeBytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
      }
    },
  }
}

function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length <= tagsMax) return
  throw FunctionErrors.InvalidFunctionParameter(`A function may have ${tagsMax} tags`)
}

function exists(ref: FunctionRef) {
  return FunctionErrors.FunctionConflict(`Function already exist: ${ref.name}`)
}
