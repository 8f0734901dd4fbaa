import { DatabaseSync } from 'node:sqlite'
import type { Logger } from '#kit'
import { startHeartbeat, type WatchLimits } from '#platform/watch'
import type { Database, Migration, Statements, Transaction } from '../database.ts'
import { migrate } from '../migrate.ts'
import { Changes } from './changes.ts'
import { statementsOver } from './dialect.ts'
import { StatementCache } from './statements.ts'
import { WorkAhead, type ReadRun } from './work-ahead.ts'
import { WriterConnection } from './writer-connection.ts'
import { defaultWriterLimits, type WriterLimits } from './writer-limits.ts'
import { Writer } from './writer.ts'

export interface SqliteOptions {
  /** The database file; made when it is not there. */
  readonly path: string
  /** The schema of every module, in the order of their dependencies. */
  readonly migrations: readonly Migration[]
  readonly log: Logger
  readonly limits?: Partial<WriterLimits>
  /** The writer's thread is to tell when the main one's event loop does not turn any more. Default: it does not look. */
  readonly watch?: WatchLimits
}

/** A database file that another process may be writing to: reads only, transactions are refused. */
export function readSqliteDatabase(path: string): Database {
  const { reader, close } = openReader(path)
  const refuse = () => Promise.reject(new Error('this database is open for reading only'))
  return {
    ...reader,
    transaction: refuse,
    optimistic: refuse,
    generation: () => Number.NaN,
    generationOf: () => Number.NaN,
    close: async () => close(),
    [Symbol.asyncDispose]: async () => close(),
  }
}

/**
 * The embedded adapter: one file, WAL, `synchronous=FULL`. Writes go to a thread of their own, with
 * group commit; reads run on the calling thread over a read-only connection.
 */
export async function openSqliteDatabase(options: SqliteOptions): Promise<Database> {
  const changes = new Changes()
  const heartbeat = options.watch && startHeartbeat(options.watch.everyMs)
  const watch = heartbeat && { beats: heartbeat.beats, limits: options.watch! }
  const limits = { ...defaultWriterLimits, ...options.limits }
  const open = () => new WriterConnection({ path: options.path, watch }, options.log)
  const writer = new Writer(open, options.log, changes, limits)
  await writer.ready()
  const { reader, run, close: closeReader } = openReader(options.path)

  const transaction = <R>(work: (tx: Transaction) => Promise<R>): Promise<R> =>
    writer.transaction((execute) => work(statementsOver(execute)))
  const workAhead = new WorkAhead(run, changes)
  const optimistic = async <R>(work: (tx: Transaction) => Promise<R>): Promise<R> => {
    const ahead = await workAhead.run(work)
    return ahead && (await writer.steps(ahead.steps)) ? ahead.result : transaction(work)
  }

  const close = async () => {
    await writer.close()
    heartbeat?.[Symbol.dispose]()
    closeReader()
  }

  const database: Database = {
    ...reader,
    transaction,
    optimistic,
    generation: (tables) => changes.generation(tables),
    generationOf: (table, key) => changes.generationOf(table, key),
    close,
    [Symbol.asyncDispose]: close,
  }
  try {
    await migrate(database, options.migrations)
    changes.learn((sql) => run(sql, []))
  } catch (error) {
    await close()
    throw error
  }
  return database
}

function openReader(path: string): {
  readonly reader: Statements
  readonly run: ReadRun
  close(): void
} {
  const connection = new DatabaseSync(path, { readOnly: true })
  connection.exec('PRAGMA busy_timeout = 5000')
  connection.exec('PRAGMA mmap_size = 268435456')
  const statements = new StatementCache(connection)
  const run: ReadRun = (sql, parameters) => statements.run(sql, parameters)
  return {
    reader: statementsOver(async (sql, parameters) => run(sql, parameters)),
    run,
    close: () => {
      if (connection.isOpen) connection.close()
    },
  }
}
