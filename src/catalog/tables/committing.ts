import type { TableRecord, TableRef } from '#catalog/metastore'
import { LakeError, isLakeError, uuid } from '#kit'
import type { StagedBlob } from '#storage/objects'
import { metadataLocationOf, toTableInput } from './catalog-record.ts'
import type { IcebergParts } from './create-iceberg-tables.ts'
import { TableErrors } from './errors.ts'
import { formatTableMetadata } from './format/metadata.ts'
import { checkRequirements, isCreation } from './format/requirements.ts'
import type { BuilderContext } from './format/builder.ts'
import type { Snapshot, TableMetadata } from './format/types.ts'
import { applyUpdates } from './format/updates.ts'
import type { CommittedTable, IcebergTables, LoadedTable, TableChange } from './iceberg-tables.ts'
import { KeyedTurns } from './keyed-turns.ts'
import { folderLocation, nextMetadataLocation, parseLocation } from './location.ts'
import type { OnCommit } from './snapshots/snapshot-change.ts'
import { SnapshotWork, type StagedFile } from './snapshots/snapshot-work.ts'

/** A table's next state, not yet anybody's. */
interface NextState {
  readonly ref: TableRef
  readonly metadata: TableMetadata
  /** Where its metadata file will be; the base's own when nothing changes. */
  readonly location: string
  /** The state that it follows; undefined for a table that is made. */
  readonly base: LoadedTable | undefined
  readonly createdBy: string
  readonly snapshot?: Snapshot | undefined
  /** Manifests, their lists, and what a snapshot adds. */
  readonly files?: readonly StagedFile[]
}

/** Lost races in a row before a commit is given back; each means that another one won. */
const attemptsMax = 20
const tablesMax = 100

interface Committing {
  readonly commitAll: IcebergTables['commitAll']
  /** Writes the metadata files and swaps the pointers, all or none. Errors: `PointerMoved`, `AlreadyExists`, … */
  readonly place: (states: readonly NextState[], onCommit?: OnCommit) => Promise<void>
  readonly createStaged: IcebergTables['createStaged']
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

  const next = async ({ change, work }: Task, createdBy: string): Promise<NextState> => {
    const { ref, requirements } = change
    const base = await current(ref)
    // A table that is not there and is not to be made: the metastore's own error says so.
    if (!base && !isCreation(requirements)) await metastore.getTable(ref)
    checkRequirements(base?.metadata, requirements)
    const context = { nowMs: clock.now(), uuid: uuid(), previousFile: base?.location }
    const { metadata, prepared } = await withSnapshot(base?.metadata, change.updates, work, context)
    folderLocation(metadata.location)
    const location =
      metadata === base?.metadata
        ? base.location
        : nextMetadataLocation(metadata, base?.location, uuid())
    if (!base || folderOf(location) !== folderOf(base.location)) {
      await change.checkLocation?.(location)
    }
    return { ref, metadata, location, base, createdBy, ...prepared }
  }

  const place: Committing['place'] = async (states, onCommit) => {
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
        for (const [at, state] of states.entries()) {
          const { ref, metadata, location, base, createdBy } = state
          const blob = staged[at]
          if (blob) {
            const { accountId } = ref
            const contentType = 'application/json'
            await objects.publish(tx, { accountId, ...parseLocation(location), blob, contentType })
          }
          for (const { location: named, blob: bytes } of state.files ?? []) {
            const { accountId } = ref
            await objects.publish(tx, { accountId, ...parseLocation(named), blob: bytes })
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
        await onCommit?.(tx, { snapshots: states.map(({ snapshot }) => snapshot) })
      })
    } catch (error) {
      // Refused, so nobody knows these files. When the database itself failed nobody knows whether it committed: then the
      // object store's sweep decides.
      if (isRefusal(error)) {
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

  const attempt = async (
    tasks: readonly Task[],
    committedBy: string,
    onCommit: OnCommit | undefined,
  ): Promise<readonly CommittedTable[] | undefined> => {
    const states: NextState[] = []
    for (const task of tasks) states.push(await next(task, committedBy))
    const isUnchanged = states.every(({ base, location }) => base?.location === location)
    if (isUnchanged && !onCommit) {
      return states.map(({ base }) => ({ ...base!, snapshot: undefined }))
    }
    try {
      await place(states, onCommit)
    } catch (error) {
      if (isLakeError(error, 'PointerMoved')) return undefined
      throw isLakeError(error, 'AlreadyExists')
        ? TableErrors.CommitFailed('Requirement failed: table already exists', {}, error)
        : error
    }
    const published = new Set(
      states.flatMap(({ files = [] }) => files.map(({ location }) => location)),
    )
    await Promise.all(tasks.map(({ work }) => work?.discardAllBut(published)))
    return Promise.all(
      states.map(async ({ ref, metadata, location, base, snapshot }) => ({
        metadata,
        location,
        snapshot,
        record: base ? base.record : await metastore.getTable(ref),
      })),
    )
  }

  const workOf = ({ ref, snapshot }: Pick<TableChange, 'ref' | 'snapshot'>) =>
    snapshot &&
    new SnapshotWork(
      { objects, source: parts.manifests.sourceFor(ref.accountId) },
      ref.accountId,
      snapshot,
    )

  const commitAll: IcebergTables['commitAll'] = async (changes, committedBy, { onCommit } = {}) => {
    const keys = changes.map(({ ref }) => keyOf(ref))
    if (new Set(keys).size < keys.length) {
      throw TableErrors.InvalidMetadata('A transaction may name each table only once')
    }
    if (keys.length > tablesMax) {
      throw TableErrors.InvalidMetadata(`A transaction may change at most ${tablesMax} tables`)
    }
    const tasks = changes.map((change): Task => ({ change, work: workOf(change) }))
    return turns.run(keys, async () => {
      try {
        for (let count = 1; count <= attemptsMax; count++) {
          const committed = await attempt(tasks, committedBy, onCommit)
          if (committed) return committed
        }
      } catch (error) {
        if (isRefusal(error)) {
          await Promise.all(tasks.map(({ work }) => work?.discardAllBut(new Set())))
        }
        throw error
      }
      await Promise.all(tasks.map(({ work }) => work?.discardAllBut(new Set())))
      throw TableErrors.CommitFailed('Too many other commits to the table')
    })
  }

  const createStaged: IcebergTables['createStaged'] = async (
    ref,
    staged,
    createdBy,
    { snapshot, onCommit } = {},
  ) => {
    const work = workOf({ ref, ...(snapshot ? { snapshot } : {}) })
    try {
      const context = { nowMs: clock.now(), uuid: uuid(), previousFile: undefined }
      const { metadata, prepared } = await withSnapshot(staged, [], work, context)
      const location = nextMetadataLocation(metadata, undefined, uuid())
      await place([{ ref, metadata, location, base: undefined, createdBy, ...prepared }], onCommit)
      const published = new Set(prepared?.files.map((file) => file.location))
      await work?.discardAllBut(published)
      const record = await metastore.getTable(ref)
      return { metadata, location, record, snapshot: prepared?.snapshot }
    } catch (error) {
      if (isRefusal(error)) await work?.discardAllBut(new Set())
      throw error
    }
  }

  return { commitAll, place, createStaged }
}

/** A change, and what makes its snapshot. */
interface Task {
  readonly change: TableChange
  readonly work: SnapshotWork | undefined
}

/** The metadata after the updates, and after the snapshot on top of them. */
async function withSnapshot(
  base: TableMetadata | undefined,
  updates: readonly unknown[],
  work: SnapshotWork | undefined,
  context: BuilderContext,
): Promise<{
  readonly metadata: TableMetadata
  readonly prepared?: { readonly snapshot: Snapshot; readonly files: readonly StagedFile[] }
}> {
  const updated = base && updates.length === 0 ? base : applyUpdates(base, updates, context)
  if (!work) return { metadata: updated }
  const { snapshot, branch, ref, files } = await work.next(updated, context.nowMs)
  const metadata = applyUpdates(
    base,
    [
      ...updates,
      { action: 'add-snapshot', snapshot },
      { action: 'set-snapshot-ref', 'ref-name': branch, ...ref },
    ],
    context,
  )
  return { metadata, prepared: { snapshot, files } }
}

/** Whether it is certain that nothing was committed: when the database itself failed nobody knows. */
function isRefusal(error: unknown): boolean {
  return error instanceof LakeError && error.kind !== 'internal'
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
