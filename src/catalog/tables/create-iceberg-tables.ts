import {
  type DatabaseRef,
  type Metastore,
  type TableRecord,
  type TableRef,
} from '#catalog/metastore'
import { assert, isLakeError, uuid, type Clock, type Logger } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { Objects } from '#storage/objects'
import { isIcebergTable, metadataLocationOf, toTableInput } from './catalog-record.ts'
import { committing } from './committing.ts'
import { TableErrors } from './errors.ts'
import { newTableMetadata } from './format/new-table.ts'
import type { CreateTableInput, IcebergTables, LoadedTable } from './iceberg-tables.ts'
import { defaultLocation, folderLocation, nextMetadataLocation } from './location.ts'
import { queuePurge } from './purging.ts'
import type { ManifestCache } from './scan/manifest-source.ts'
import type { TableFiles } from './table-files.ts'

export interface IcebergParts {
  readonly database: Database
  readonly metastore: Metastore
  readonly objects: Objects
  readonly files: TableFiles
  readonly manifests: Pick<ManifestCache, 'sourceFor'>
  readonly clock: Clock
  readonly log: Logger
  /** Told of each table after it was changed here. */
  readonly onChange?: (ref: TableRef) => void
}

/** The database must have had `migrations`; `purgeDropped` is to be run in the background now and then. */
export function createIcebergTables(parts: IcebergParts): IcebergTables {
  const { database, metastore, files, clock } = parts
  const { commitAll, place, createStaged } = committing(parts)

  const load = async (ref: TableRef): Promise<LoadedTable> => {
    const record = await metastore.getTable(ref)
    return { record, ...(await files.readMetadata(ref.accountId, pointerOf(ref, record))) }
  }

  const prepare = async (ref: DatabaseRef, input: CreateTableInput) => {
    const { locationUri } = await metastore.getDatabase(ref)
    const id = uuid()
    const location = input.location ?? defaultLocation(ref, input, locationUri, id)
    return newTableMetadata(
      {
        schema: input.schema,
        spec: input.partitionSpec,
        sortOrder: input.writeOrder,
        location: folderLocation(location),
        properties: input.properties,
      },
      { nowMs: clock.now(), uuid: id },
    )
  }

  const refuseExisting = async (ref: TableRef) => {
    try {
      await metastore.getTable(ref)
    } catch (error) {
      if (isLakeError(error, 'TableNotFound')) return
      throw error
    }
    throw alreadyExists(ref)
  }

  return {
    load,
    list: async (ref, page) => {
      const { items, nextToken } = await metastore.listTables(ref, page)
      return { items: items.filter(isIcebergTable).map((record) => record.name), nextToken }
    },
    create: async (ref, input, createdBy, { onCommit } = {}) => {
      const table = { ...ref, table: input.name }
      await refuseExisting(table)
      const metadata = await prepare(ref, input)
      const location = nextMetadataLocation(metadata, undefined, uuid())
      await input.checkLocation?.(location)
      const made = { base: undefined, createdBy, snapshot: undefined, files: [] }
      await place([{ ref: table, metadata, location, ...made }], onCommit)
      return load(table)
    },
    stage: async (ref, input) => {
      await refuseExisting({ ...ref, table: input.name })
      const metadata = await prepare(ref, input)
      await input.checkLocation?.(nextMetadataLocation(metadata, undefined, uuid()))
      return metadata
    },
    createStaged: async (ref, metadata, createdBy, options) => {
      try {
        return await createStaged(ref, metadata, createdBy, options)
      } catch (error) {
        throw isLakeError(error, 'AlreadyExists') ? alreadyExists(ref) : error
      }
    },
    commit: async (change, committedBy, options) =>
      (await commitAll([change], committedBy, options))[0]!,
    commitAll,
    changeSnapshot: async (ref, snapshot, committedBy, options) => {
      const change = { ref, requirements: [], updates: [], snapshot }
      const [committed] = await commitAll([change], committedBy, options)
      assert(committed?.snapshot !== undefined, 'a change of the snapshot makes one')
      return { ...committed, snapshot: committed.snapshot }
    },
    register: async (ref, metadataLocation, { overwrite, createdBy, onCommit }) => {
      const file = await files.readMetadata(ref.accountId, metadataLocation)
      const put = async (current: TableRecord | undefined, tx: Transaction) => {
        const input = toTableInput(ref.table, file.metadata, metadataLocation, current)
        if (!current) return metastore.createTable(ref, input, createdBy, { tx })
        return metastore.updateTable(
          ref,
          (now) => {
            pointerOf(ref, now)
            return toTableInput(now.name, file.metadata, metadataLocation, now)
          },
          { skipArchive: true, tx },
        )
      }
      const current = overwrite
        ? await metastore.getTable(ref).catch((error: unknown) => {
            if (isLakeError(error, 'TableNotFound')) return undefined
            throw error
          })
        : undefined
      await database.transaction(async (tx) => {
        await put(current, tx)
        await onCommit?.(tx, noSnapshots)
      })
      return { ...file, record: await metastore.getTable(ref) }
    },
    rename: async (ref, to, { onCommit } = {}) => {
      pointerOf(ref, await metastore.getTable(ref))
      await database.transaction(async (tx) => {
        await metastore.moveTable(ref, to, { tx })
        await onCommit?.(tx, noSnapshots)
      })
    },
    drop: async (ref, { purgeAt, onCommit } = {}) => {
      const check = (now: TableRecord) => {
        if (pointerOf(ref, now) === (purgeAt ?? pointerOf(ref, now))) return
        throw TableErrors.CommitFailed('The table was changed while it was to be dropped')
      }
      await database.transaction(async (tx) => {
        await metastore.deleteTable(ref, { check, tx })
        if (purgeAt !== undefined) {
          await queuePurge(tx, { accountId: ref.accountId, metadataLocation: purgeAt })
        }
        await onCommit?.(tx, noSnapshots)
      })
    },
  }
}

const noSnapshots = { snapshots: [] }

/** Where the record points. Errors: `NotAnIcebergTable`. */
function pointerOf(ref: TableRef, record: TableRecord): string {
  const location = metadataLocationOf(record)
  if (location !== undefined) return location
  throw TableErrors.NotAnIcebergTable(`Not an Iceberg table: ${ref.database}.${ref.table}`)
}

function alreadyExists(ref: TableRef): Error {
  return TableErrors.TableExists(`Table already exists: ${ref.database}.${ref.table}`)
}
