/**
 * The thread that owns SQLite's only writing connection, so that an fsync never stops the event
 * loop. It runs what it is sent, in order; who may send when is decided by `writer.ts`.
 */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { StatementCache } from './statements.ts'
import type { RunAnswer, RunMessage, WriterFailure } from './wire.ts'

const port = parentPort!
const database = new DatabaseSync((workerData as { path: string }).path)
database.exec('PRAGMA journal_mode = WAL')
// FULL: a commit has been fsynced when it returns (https://www.sqlite.org/pragma.html#pragma_synchronous)
database.exec('PRAGMA synchronous = FULL')
database.exec('PRAGMA foreign_keys = ON')
database.exec('PRAGMA busy_timeout = 5000')
database.exec('PRAGMA wal_autocheckpoint = 4000')
database.exec('PRAGMA journal_size_limit = 67108864')
database.exec('PRAGMA temp_store = MEMORY')
const statements = new StatementCache(database)

/** A failure of a message that nobody waits for, told with the next one that is awaited. */
let unheard: WriterFailure | undefined

port.on('message', (message: RunMessage | 'close') => {
  if (message === 'close') {
    database.close()
    port.close()
    return
  }
  const answer = run(message)
  if (message.id !== 0) port.postMessage(answer)
  else if (answer.error) unheard ??= answer.error
})

function run(message: RunMessage): RunAnswer {
  const { id, sql, parameters } = message
  if (unheard && sql !== 'ROLLBACK') {
    const error = { ...unheard, transactionLost: true }
    return { id, error }
  }
  unheard = undefined
  const inTransaction = database.isTransaction
  try {
    if (sql === 'ROLLBACK' && !inTransaction) return { id, rows: [], changes: 0 }
    const { rows, changes } = statements.run(sql, parameters)
    return { id, rows, changes }
  } catch (error) {
    const failure = error as { message: string; errcode?: number }
    return {
      id,
      error: {
        message: failure.message,
        errcode: failure.errcode,
        transactionLost: inTransaction && !database.isTransaction,
      },
    }
  }
}

port.postMessage({ id: -1 })
