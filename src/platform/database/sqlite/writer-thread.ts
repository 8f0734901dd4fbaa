/**
 * The thread that owns SQLite's only writing connection, so that an fsync never stops the event
 * loop. It runs what it is sent, in order; who may send when is decided by `writer.ts`.
 */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { watchMain } from '#platform/watch'
import { StatementCache } from './statements.ts'
import type {
  RunAnswer,
  RunMessage,
  Statement,
  Step,
  StepsAnswer,
  StepsMessage,
  WriterData,
  WriterFailure,
} from './wire.ts'

const port = parentPort!
const { path, watch } = workerData as WriterData
// This thread is there anyway: one for that alone would take another 10 MiB.
if (watch) watchMain(watch.beats, watch.limits)
const database = new DatabaseSync(path)
database.exec('PRAGMA journal_mode = WAL')
// FULL: a commit has been fsynced when it returns (https://www.sqlite.org/pragma.html#pragma_synchronous)
database.exec('PRAGMA synchronous = FULL')
database.exec('PRAGMA foreign_keys = ON')
database.exec('PRAGMA busy_timeout = 5000')
database.exec('PRAGMA wal_autocheckpoint = 4000')
database.exec('PRAGMA journal_size_limit = 67108864')
database.exec('PRAGMA temp_store = MEMORY')
const statements = new StatementCache(database)

/** The statements that have a number. */
const texts: string[] = []

/** A failure of a message that nobody waits for, told with the next one that is awaited. */
let unheard: WriterFailure | undefined

port.on('message', (message: RunMessage | StepsMessage | 'close') => {
  if (message === 'close') {
    database.close()
    port.close()
    return
  }
  if ('transactions' in message) {
    port.postMessage(runAll(message))
    return
  }
  const answer = run(message)
  if (message.id !== 0) port.postMessage(answer)
  else if (answer.error) unheard ??= answer.error
})

function run(message: RunMessage): RunAnswer {
  const { id, parameters } = message
  const sql = textOf(message.statement)
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
    return { id, error: failureOf(error, inTransaction && !database.isTransaction) }
  }
}

/** Where all goes well, as it nearly always does, nothing has to be undone alone. */
function runAll({ id, transactions, begin, commit }: StepsMessage): StepsAnswer {
  const made: boolean[] = []
  // Each text is sent once: what comes with steps that are not reached must be known all the same.
  for (const steps of transactions) for (const { statement } of steps) textOf(statement)
  if (unheard) return { id, made, error: { ...unheard, transactionLost: true } }
  try {
    if (begin) statements.run('BEGIN IMMEDIATE', [])
    if (begin && transactions.every(runEach)) made.push(...transactions.map(() => true))
    else {
      if (begin) for (const sql of ['ROLLBACK', 'BEGIN IMMEDIATE']) statements.run(sql, [])
      for (const steps of transactions) made.push(runSteps(steps))
    }
    if (commit) statements.run('COMMIT', [])
    return { id, made }
  } catch (error) {
    return { id, made, error: failureOf(error, true) }
  }
}

/** False when it must be run in another way, and nothing is done; throws when SQLite's own transaction is lost. */
function runSteps(steps: readonly Step[]): boolean {
  statements.run('SAVEPOINT one', [])
  const made = runEach(steps)
  if (!made) statements.run('ROLLBACK TO one', [])
  statements.run('RELEASE one', [])
  return made
}

/** As `runSteps`, without a savepoint, which keeps a copy of each page that changes: false may have left something done. */
function runEach(steps: readonly Step[]): boolean {
  try {
    for (const { statement, parameters, rows } of steps) {
      const sql = textOf(statement)
      if (rows === undefined) statements.run(sql, parameters)
      else if (!statements.gives(sql, parameters, rows)) return false
    }
  } catch (error) {
    if (!database.isTransaction) throw error
    return false
  }
  return true
}

function textOf(statement: Statement): string {
  if (typeof statement === 'string') return statement
  if (typeof statement === 'number') return texts[statement]!
  const [number, text] = statement
  texts[number] = text
  return text
}

function failureOf(error: unknown, transactionLost: boolean): WriterFailure {
  const { message, errcode } = error as { message: string; errcode?: number }
  return { message, errcode, transactionLost }
}

port.postMessage({ id: -1 })
