import type { DatabaseRef, Page, PageInput, TableRecord, TableRef } from '#catalog/metastore'
import { isLakeError, uuid } from '#kit'
import type { IcebergParts } from '../create-iceberg-tables.ts'
import { TableErrors } from '../errors.ts'
import { asObject, asText } from '../format/reading.ts'
import type { CheckLocation } from '../iceberg-tables.ts'
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
  create(ref: DatabaseRef, input: CreateViewInput, createdBy: string): Promise<LoadedView>
  /** Errors: `CommitFailed` when a requirement does not hold. */
  replace(
    ref: TableRef,
    change: {
      readonly requirements: readonly unknown[]
      readonly updates: readonly unknown[]
      readonly checkLocation?: CheckLocation
    },
  ): Promise<LoadedView>
  register(ref: TableRef, metadataLocation: string, createdBy: string): Promise<LoadedView>
  rename(ref: TableRef, to: TableRef): Promise<void>
  drop(ref: TableRef): Promise<void>
}

const attemptsMax = 20
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

  return {
    load,
    list: async (ref, page) => {
      const { items, nextToken } = await metastore.listTables(ref, page)
      return { items: items.filter(isViewRecord).map((record) => record.name), nextToken }
    },
    create: async (ref, input, createdBy) => {
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
      await placeView(parts, table, metadata, location, undefined, createdBy)
      return load(table)
    },
    replace: async (ref, { requirements, updates, checkLocation }) => {
      for (let attempt = 1; attempt <= attemptsMax; attempt++) {
        const base = await load(ref)
        checkViewRequirements(base.metadata, requirements)
        const metadata = applyViewUpdates(base.metadata, updates, clock.now())
        if (metadata === base.metadata) return base
        const location = nextViewLocation(metadata, base.location)
        if (metadata.location !== base.metadata.location) await checkLocation?.(location)
        try {
          await placeView(parts, ref, metadata, location, base, '')
          return await load(ref)
        } catch (error) {
          if (!isLakeError(error, 'PointerMoved')) throw error
        }
      }
      throw TableErrors.CommitFailed('Too many other commits to the view')
    },
    register: async (ref, location, createdBy) => {
      const metadata = await read(ref.accountId, location)
      const input = viewRecord(ref.table, metadata, location, undefined)
      await metastore.createTable(ref, input, createdBy)
      return load(ref)
    },
    rename: async (ref, to) => {
      await recordOf(ref)
      await metastore.moveTable(ref, to)
    },
    drop: async (ref) => {
      await recordOf(ref)
      await metastore.deleteTable(ref, {
        check: (now) => {
          if (!isViewRecord(now)) throw notFound(ref)
        },
      })
    },
  }
}

/** Its bytes first, then its name and the pointer in one transaction. */
async function placeView(
  { database, metastore, objects }: IcebergParts,
  ref: TableRef,
  metadata: ViewMetadata,
  location: string,
  base: LoadedView | undefined,
  createdBy: string,
): Promise<void> {
  const { accountId } = ref
  const target = { accountId, ...parseLocation(location) }
  const blob = await objects.stage(Buffer.from(formatViewMetadata(metadata)), target)
  try {
    await database.transaction(async (tx) => {
      await objects.publish(tx, { ...target, blob, contentType: 'application/json' })
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
