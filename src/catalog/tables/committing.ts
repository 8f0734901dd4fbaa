import type { TableRecord, TableRef } from '#catalog/metastore'
import { isLakeError, uuid } from '#kit'
import { attemptsMax, isRefusal, tooManyOthers } from './commit-outcome.ts'
import { commitQueue } from './commit-queue.ts'
import type { IcebergParts } from './create-iceberg-tables.ts'
import { TableErrors } from './errors.ts'
import { isCreation } from './format/requirements.ts'
import type { CommittedTable, IcebergTables, LoadedTable } from './iceberg-tables.ts'
import { KeyedTurns } from './keyed-turns.ts'
import { nextMetadataLocation } from './location.ts'
import { metadataLocationOf } from './catalog-record.ts'
import { nextMetadata, nextState, workOf, type NextState, type Task } from './next-state.ts'
import { placing, type Place } from './placing.ts'
import type { OnCommit } from './snapshots/snapshot-change.ts'

const tablesMax = 100

interface Committing {
  readonly commitAll: IcebergTables['commitAll']
  /** Errors: `AlreadyExists`. */
  readonly place: Place
  readonly createStaged: IcebergTables['createStaged']
}

/**
 * The commit: compute the next state from the current one, write its files without a name, then in ONE transaction give the
 * files their names and swap the pointers, each only if it is still where it was read.
 */
export function committing(parts: IcebergParts): Committing {
  const { metastore, files } = parts
  const turns = new KeyedTurns()
  const place = placing(parts)

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

  const existing = async (ref: TableRef): Promise<LoadedTable> =>
    (await current(ref)) ?? missing(ref)

  /** The metastore's own error says what is not there. */
  const missing = async (ref: TableRef): Promise<never> => {
    await metastore.getTable(ref)
    throw TableErrors.CommitFailed('The table was made while it was to be changed')
  }

  const attempt = async (
    tasks: readonly Task[],
    committedBy: string,
    onCommit: OnCommit | undefined,
  ): Promise<readonly CommittedTable[] | undefined> => {
    const states: NextState[] = []
    for (const task of tasks) {
      const { ref, requirements } = task.change
      const base = isCreation(requirements) ? await current(ref) : await existing(ref)
      states.push(await nextState(parts.clock, task, base, committedBy))
    }
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
    await Promise.all(tasks.map(({ work }) => work?.discardUnused()))
    return Promise.all(
      states.map(async ({ ref, metadata, location, base, snapshot }) => ({
        metadata,
        location,
        snapshot,
        record: base ? base.record : await metastore.getTable(ref),
      })),
    )
  }

  const enqueue = commitQueue({ clock: parts.clock, existing, place, turns })

  const commitAll: IcebergTables['commitAll'] = async (changes, committedBy, { onCommit } = {}) => {
    const keys = changes.map(({ ref }) => keyOf(ref))
    if (new Set(keys).size < keys.length) {
      throw TableErrors.InvalidMetadata('A transaction may name each table only once')
    }
    if (keys.length > tablesMax) {
      throw TableErrors.InvalidMetadata(`A transaction may change at most ${tablesMax} tables`)
    }
    const tasks = changes.map((change): Task => ({ change, work: workOf(parts, change) }))
    return discardingRefused(tasks, async () => {
      const [only] = tasks
      if (only && tasks.length === 1 && !isCreation(only.change.requirements)) {
        await only.work?.prepare((await existing(only.change.ref)).metadata)
        return [await enqueue(keys[0]!, only, onCommit)]
      }
      return turns.run(keys, async () => {
        for (let count = 1; count <= attemptsMax; count++) {
          const committed = await attempt(tasks, committedBy, onCommit)
          if (committed) return committed
        }
        throw tooManyOthers()
      })
    })
  }

  const createStaged: IcebergTables['createStaged'] = async (
    ref,
    staged,
    createdBy,
    { snapshot, onCommit } = {},
  ) => {
    const change = { ref, requirements: [], updates: [], ...(snapshot ? { snapshot } : {}) }
    const task: Task = { change, work: workOf(parts, change) }
    return discardingRefused([task], async () => {
      const made = await nextMetadata(parts.clock, task, staged, undefined)
      const { metadata } = made
      const location = nextMetadataLocation(metadata, undefined, uuid())
      await place([{ ref, location, base: undefined, createdBy, ...made }], onCommit)
      await task.work?.discardUnused()
      const record = await metastore.getTable(ref)
      return { metadata, location, record, snapshot: made.snapshot }
    })
  }

  return { commitAll, place, createStaged }
}

/** Frees what was staged when it is certain that nothing was committed. When the database itself failed nobody knows. */
async function discardingRefused<R>(tasks: readonly Task[], work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error)) await Promise.all(tasks.map((task) => task.work?.discardAll()))
    throw error
  }
}

function keyOf(ref: TableRef): string {
  const { accountId, region, database, table } = ref
  return JSON.stringify([accountId, region, database.toLowerCase(), table.toLowerCase()])
}
