import type { DatabaseRef, Page, PageInput, TableRecord, TableRef } from '#catalog/metastore'
import { isLakeError, uuid } from '#kit'
import type { Transaction } from '#platform/database'
import type { IcebergParts } from '../create-iceberg-tables.ts'
import { TableErrors } from '../errors.ts'
import { asObject, asText } from '../format/reading.ts'
import type { CheckLocation, CommitOptions } from '../iceberg-tables.ts'
import {
  defaultLocation,
  folderLocation,
  nextMetadataLocation,
  parseLocation,
} from '../location.ts'
import { isViewRecord, viewPointerOf, viewRecord } from './view-record.ts'
import { formatViewMetadata, parseViewMetadata, type ViewMetadata } from './view-metadata.ts'
import { applyViewUpdates, emptyView } from './view-updates.ts'

export interface LoadedView {
  readonly record: TableRecord
  readonly location: string
  readonly metadata: ViewMetadata
}

export interface CreateViewInput {
  readonly name: string
  readonly location?: string
  readonly warehouse?: string
  readonly schema: unknown
  readonly version: unknown
  readonly properties: Readonly<Record<string, string>>
  readonly checkLocation?: CheckLocation
}

/**
 * Iceberg views, beside the tables and with names of the same space: the catalog's record points to a metadata file, and a commit swaps
 * that pointer. https://iceberg.apache.org/view-spec/
 * Errors: those of the metastore and of `IcebergTables`; `ViewNotFound` for what is there and is no view.
 */
export interface IcebergViews {
  load(ref: TableRef): Promise<LoadedView>
  list(ref: DatabaseRef, page: PageInput): Promise<Page<string>>
  /** Errors: `TableExists`. */
  create(
    ref: DatabaseRef,
    input: CreateViewInput,
    createdBy: string,
    options?: CommitOptions,
  ): Promise<LoadedView>
  /** Errors: `CommitFailed` when a requirement does not hold. */
  replace(
    ref: TableRef,
    change: {
      readonly requirements: readonly unknown[]
      readonly updates: readonly unknown[]
      readonly checkLocation?: CheckLocation
    },
    options?: CommitOptions,
  ): Promise<LoadedView>
  register(
    ref: TableRef,
    metadataLocation: string,
    createdBy: string,
    options?: CommitOptions,
  ): Promise<LoadedView>
  rename(ref: TableRef, to: TableRef, options?: CommitOptions): Promise<void>
  drop(ref: TableRef, options?: CommitOptions): Promise<void>
}

const attemptsMax = 20
const noSnapshots = { snapshots: [] }
const metadataBytesMax = 16 * 1024 * 1024

/** The same parts as those of the tables. */
export function createIcebergViews(parts: IcebergParts): IcebergViews {
  const { metastore, files, clock } = parts

  const recordOf = async (ref: TableRef): Promise<TableRecord> => {
    const record = await metastore.getTable(ref).catch((error: unknown) => {
      throw isLakeError(error, 'TableNotFound') ? notFound(ref) : error
    })
    if (!isViewRecord(record)) throw notFound(ref)
    return record
  }
  const read = async (accountId: string, location: string): Promise<ViewMetadata> => {
    const bytes = await files
      .read(accountId, location, metadataBytesMax)
      .catch((error: unknown) => {
        throw isLakeError(error) ? unreadable(location, error) : error
      })
    try {
      return parseViewMetadata(bytes.toString())
    } catch (error) {
      throw isLakeError(error, 'InvalidMetadata') ? unreadable(location, error) : error
    }
  }
  const load = async (ref: TableRef): Promise<LoadedView> => {
    const record = await recordOf(ref)
    const location = viewPointerOf(record)
    return { record, location, metadata: await read(ref.accountId, location) }
  }

  const inOne = (work: (tx: Transaction) => Promise<void>, { onCommit }: CommitOptions) =>
    parts.database.transaction(async (tx) => {
      await work(tx)
      await onCommit?.(tx, noSnapshots)
    })

  return {
    load,
    list: async (ref, page) => {
      const { items, nextToken } = await metastore.listTables(ref, page)
      return { items: items.filter(isViewRecord).map((record) => record.name), nextToken }
    },
    create: async (ref, input, createdBy, options = {}) => {
      const { locationUri } = await metastore.getDatabase(ref)
      const id = uuid()
      const place = folderLocation(input.location ?? defaultLocation(ref, input, locationUri, id))
      const metadata = applyViewUpdates(
        emptyView(id),
        [
          { action: 'set-location', location: place },
          { action: 'set-properties', updates: input.properties },
          { action: 'add-schema', schema: input.schema },
          { action: 'add-view-version', 'view-version': versionOf(input.version) },
          { action: 'set-current-view-version', 'view-version-id': -1 },
        ],
        clock.now(),
      )
      const location = nextViewLocation(metadata, undefined)
      await input.checkLocation?.(location)
      const table = { ...ref, table: input.name }
      await placeView(
        parts,
        { ref: table, metadata, location, base: undefined, createdBy },
        options,
      )
      return load(table)
    },
    replace: async (ref, { requirements, updates, checkLocation }, options = {}) => {
      for (let attempt = 1; attempt <= attemptsMax; attempt++) {
        const base = await load(ref)
        checkViewRequirements(base.metadata, requirements)
        const metadata = applyViewUpdates(base.metadata, updates, clock.now())
        if (metadata === base.metadata) return base
        const location = nextViewLocation(metadata, base.location)
        if (metadata.location !== base.metadata.location) await checkLocation?.(location)
        try {
          await placeView(parts, { ref, metadata, location, base, createdBy: '' }, options)
          return await load(ref)
        } catch (error) {
          if (!isLakeError(error, 'PointerMoved')) throw error
        }
      }
      throw TableErrors.CommitFailed('Too many other commits to the view')
    },
    register: async (ref, location, createdBy, options = {}) => {
      const metadata = await read(ref.accountId, location)
      const input = viewRecord(ref.table, metadata, location, undefined)
      await inOne((tx) => metastore.createTable(ref, input, createdBy, { tx }), options)
      return load(ref)
    },
    rename: async (ref, to, options = {}) => {
      await recordOf(ref)
      await inOne((tx) => metastore.moveTable(ref, to, { tx }), options)
    },
    drop: async (ref, options = {}) => {
      await recordOf(ref)
      const check = (now: TableRecord) => {
        if (!isViewRecord(now)) throw notFound(ref)
      }
      await inOne((tx) => metastore.deleteTable(ref, { check, tx }), options)
    },
  }
}

/** Its bytes first, then its name and the pointer in one transaction. */
async function placeView(
  { database, metastore, objects }: IcebergParts,
  view: {
    readonly ref: TableRef
    readonly metadata: ViewMetadata
    readonly location: string
    readonly base: LoadedView | undefined
    readonly createdBy: string
  },
  { onCommit }: CommitOptions,
): Promise<void> {
  const { ref, metadata, location, base, createdBy } = view
  const { accountId } = ref
  const target = { accountId, ...parseLocation(location) }
  const blob = await objects.stage(Buffer.from(formatViewMetadata(metadata)), target)
  try {
    await database.transaction(async (tx) => {
      await objects.publish(tx, { ...target, blob, contentType: 'application/json' })
      await onCommit?.(tx, noSnapshots)
      if (!base) {
        const input = viewRecord(ref.table, metadata, location, undefined)
        await metastore.createTable(ref, input, createdBy, { tx })
        return
      }
      const swap = (now: TableRecord) => {
        if (!isViewRecord(now) || viewPointerOf(now) !== base.location) {
          throw TableErrors.PointerMoved('The view was changed meanwhile')
        }
        return viewRecord(now.name, metadata, location, now)
      }
      await metastore.updateTable(ref, swap, { skipArchive: true, tx })
    })
  } catch (error) {
    if (isLakeError(error)) await objects.discard(blob)
    throw error
  }
}

function nextViewLocation(metadata: ViewMetadata, previous: string | undefined): string {
  const { location, properties } = metadata
  return nextMetadataLocation({ location, properties, snapshots: [] }, previous, uuid())
}

/** https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, ViewRequirement */
function checkViewRequirements(base: ViewMetadata, requirements: readonly unknown[]): void {
  for (const [at, value] of requirements.entries()) {
    const path = `requirements[${at}]`
    const requirement = asObject(value, path)
    const type = asText(requirement['type'], `${path}.type`)
    if (type !== 'assert-view-uuid') {
      throw TableErrors.InvalidMetadata(`Unknown requirement: ${type}`)
    }
    const id = asText(requirement['uuid'], `${path}.uuid`)
    if (id.toLowerCase() !== base['view-uuid'].toLowerCase()) {
      throw TableErrors.CommitFailed(
        `Requirement failed: view UUID does not match: expected ${base['view-uuid']} != ${id}`,
      )
    }
  }
}

/** Its schema is the one that comes with it, whatever number it bears. */
function versionOf(value: unknown): unknown {
  return { ...asObject(value, 'view-version'), 'schema-id': -1 }
}

function notFound(ref: TableRef): Error {
  return TableErrors.ViewNotFound(`View does not exist: ${ref.database}.${ref.table}`)
}

function unreadable(location: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error)
  return TableErrors.MetadataUnreadable(
    `Cannot read the view metadata ${location}: ${why}`,
    { location },
    error,
  )
}
