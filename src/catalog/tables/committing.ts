import type { TableRecord, TableRef } from '#catalog/metastore'
import { LakeError, isLakeError, uuid } from '#kit'
import type { StagedBlob } from '#storage/objects'
import { metadataLocationOf, toTableInput } from './catalog-record.ts'
import type { IcebergParts } from './create-iceberg-tables.ts'
import { TableErrors } from './errors.ts'
import { formatTableMetadata } from './format/metadata.ts'
import { checkRequirements, isCreation } from './format/requirements.ts'
import type { TableMetadata } from './format/types.ts'
import { applyUpdates } from './format/updates.ts'
import type { IcebergTables, LoadedTable, TableChange } from './iceberg-tables.ts'
import { KeyedTurns } from './keyed-turns.ts'
import { folderLocation, nextMetadataLocation, parseLocation } from './location.ts'

/** A table's next state, not yet anybody's. */
interface NextState {
  readonly ref: TableRef
  readonly metadata: TableMetadata
  /** Where its metadata file will be; the base's own when nothing changes. */
  readonly location: string
  /** The state that it follows; undefined for a table that is made. */
  readonly base: LoadedTable | undefined
  readonly createdBy: string
}

/** Lost races in a row before a commit is given back; each means that another one won. */
const attemptsMax = 20
const tablesMax = 100

interface Committing {
  readonly commitAll: IcebergTables['commitAll']
  /** Writes the metadata files and swaps the pointers, all or none. Errors: `PointerMoved`, `AlreadyExists`, … */
  readonly place: (states: readonly NextState[]) => Promise<void>
}

/**
 * The commit: compute the next state from the current one, write its metadata file without a name, then in ONE
 * transaction give the files their names and swap the pointers, each only if it is still where it was read.
 */
export function committing(parts: IcebergParts): Committing {
  const { database, metastore, objects, files, clock, log } = parts
  const turns = new KeyedTurns()

  const current = async (ref: TableRef): Promise<LoadedTable | undefined> => {
    let record: TableRecord
    try {
      record = await metastore.getTable(ref)
    } catch (error) {
      if (isLakeError(error, 'TableNotFound')) return undefined
      throw error
    }
    const location = metadataLocationOf(record)
    if (location === undefined) {
      throw TableErrors.NotAnIcebergTable(`Not an Iceberg table: ${ref.database}.${ref.table}`)
    }
    return { record, ...(await files.readMetadata(ref.accountId, location)) }
  }

  const next = async (change: TableChange, createdBy: string): Promise<NextState> => {
    const { ref, requirements, updates } = change
    const base = await current(ref)
    // A table that is not there and is not to be made: the metastore's own error says so.
    if (!base && !isCreation(requirements)) await metastore.getTable(ref)
    checkRequirements(base?.metadata, requirements)
    const metadata = applyUpdates(base?.metadata, updates, {
      nowMs: clock.now(),
      uuid: uuid(),
      previousFile: base?.location,
    })
    folderLocation(metadata.location)
    const location =
      metadata === base?.metadata
        ? base.location
        : nextMetadataLocation(metadata, base?.location, uuid())
    if (!base || folderOf(location) !== folderOf(base.location)) {
      await change.checkLocation?.(location)
    }
    return { ref, metadata, location, base, createdBy }
  }

  const place: Committing['place'] = async (states) => {
    const staged: (StagedBlob | undefined)[] = []
    try {
      for (const { ref, metadata, location, base } of states) {
        const isNew = location !== base?.location
        const target = { accountId: ref.accountId, ...parseLocation(location) }
        staged.push(
          isNew
            ? await objects.stage(Buffer.from(formatTableMetadata(metadata)), target)
            : undefined,
        )
      }
      await database.transaction(async (tx) => {
        for (const [at, { ref, metadata, location, base, createdBy }] of states.entries()) {
          const blob = staged[at]
          if (blob) {
            const { accountId } = ref
            const contentType = 'application/json'
            await objects.publish(tx, { accountId, ...parseLocation(location), blob, contentType })
          }
          if (base) {
            const swap = (now: TableRecord) => {
              requireUnmoved(now, base.record)
              return toTableInput(now.name, metadata, location, now)
            }
            await metastore.updateTable(ref, swap, { skipArchive: true, tx })
          } else {
            const input = toTableInput(ref.table, metadata, location, undefined)
            await metastore.createTable(ref, input, createdBy, { tx })
          }
        }
      })
    } catch (error) {
      // Refused, so nobody knows these files. When the database itself failed nobody knows whether it committed: then the
      // object store's sweep decides.
      if (error instanceof LakeError && error.kind !== 'internal') {
        await Promise.all(staged.map((blob) => blob && objects.discard(blob)))
      }
      throw error
    }
    for (const [at, state] of states.entries()) {
      const blob = staged[at]
      if (blob) {
        const { ref, location, metadata } = state
        files.remember(ref.accountId, { location, metadata }, blob.md5, blob.sizeBytes)
      }
      await removeOldMetadata(state)
    }
  }

  /** https://iceberg.apache.org/docs/latest/maintenance/#remove-old-metadata-files */
  const removeOldMetadata = async ({ ref, metadata, base }: NextState): Promise<void> => {
    if (!base || metadata.properties['write.metadata.delete-after-commit.enabled'] !== 'true')
      return
    const kept = new Set(metadata['metadata-log'].map((entry) => entry['metadata-file']))
    const folder = `${folderLocation(metadata.location)}/`
    for (const { 'metadata-file': location } of base.metadata['metadata-log']) {
      if (kept.has(location) || !location.startsWith(folder)) continue
      try {
        await objects.delete({ accountId: ref.accountId, ...parseLocation(location) })
      } catch (error) {
        log.warn({ err: error, location }, 'an old metadata file stays')
      }
    }
  }

  const commitAll: IcebergTables['commitAll'] = async (changes, committedBy) => {
    const keys = changes.map(({ ref }) => keyOf(ref))
    if (new Set(keys).size < keys.length) {
      throw TableErrors.InvalidMetadata('A transaction may name each table only once')
    }
    if (keys.length > tablesMax) {
      throw TableErrors.InvalidMetadata(`A transaction may change at most ${tablesMax} tables`)
    }
    return turns.run(keys, async () => {
      for (let attempt = 1; ; attempt++) {
        const states: NextState[] = []
        for (const change of changes) states.push(await next(change, committedBy))
        const isUnchanged = states.every(({ base, location }) => base?.location === location)
        if (isUnchanged) return states.map(({ base }) => base!)
        try {
          await place(states)
        } catch (error) {
          if (isLakeError(error, 'AlreadyExists')) {
            throw TableErrors.CommitFailed('Requirement failed: table already exists', {}, error)
          }
          if (!isLakeError(error, 'PointerMoved')) throw error
          if (attempt < attemptsMax) continue
          throw TableErrors.CommitFailed('Too many other commits to the table', {}, error)
        }
        return Promise.all(
          states.map(async ({ ref, metadata, location, base }) => ({
            metadata,
            location,
            record: base ? base.record : await metastore.getTable(ref),
          })),
        )
      }
    })
  }

  return { commitAll, place }
}

function requireUnmoved(now: TableRecord, then: TableRecord): void {
  const isSame =
    now.versionId === then.versionId && metadataLocationOf(now) === metadataLocationOf(then)
  if (!isSame) throw TableErrors.PointerMoved('The table was changed meanwhile')
}

function folderOf(location: string): string {
  return location.slice(0, location.lastIndexOf('/'))
}

function keyOf(ref: TableRef): string {
  const { accountId, region, database, table } = ref
  return JSON.stringify([accountId, region, database.toLowerCase(), table.toLowerCase()])
}
