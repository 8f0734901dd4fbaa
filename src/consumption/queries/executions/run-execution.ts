import { parseExpression } from '#consumption/sql'
import { type LakeError, elapsedMs, isLakeError } from '#kit'
import type { Transaction } from '#platform/database'
import type { FileSchemas } from '#processing/iceberg'
import type { QueriesOptions } from '../create-queries.ts'
import type { EncryptionRequest } from '#storage/objects'
import { runExplain } from '../explain/run-explain.ts'
import type { FileInspector } from '../planning/file-inspector.ts'
import type { KnownFilters } from '../iceberg/filters.ts'
import { maintain } from '../iceberg/maintain.ts'
import { runRowChange } from '../iceberg/changes/run-row-change.ts'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'
import type { DataCatalogs } from '../data-catalogs.ts'
import type { Execution, QueryStatistics } from '../records.ts'
import { type ColumnInfo, columnInfo } from '../results/column-info.ts'
import { objectPlace } from '../results/object-place.ts'
import type { ResultPlace, WrittenResult } from '../results/result-place.ts'
import type { ManagedResults } from '../results/managed-results.ts'
import type { ResultKeys } from '../results/result-keys.ts'
import type { ResultReuse } from '../results/result-reuse.ts'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import type { QueryRights } from '../rights/query-rights.ts'
import { type SelectResult, runSelect } from '../run-select.ts'
import { type PreparedStatements, preparedNotFound } from '../saved-queries.ts'
import { runDdl } from '../statements/run-ddl.ts'
import { nothing } from '../statements/text-result.ts'
import { type WriteResult, runWrite } from '../writes/run-write.ts'
import { failureOf, reasonOf } from './failure.ts'
import type { Runnable } from './prepared.ts'
import { untilSaved } from './until-saved.ts'
import { writeText, writeTextWith } from './write-text.ts'

export interface RunParts extends Omit<QueriesOptions, 'metastore' | 'managedResults'> {
  readonly metastore: QueryCatalog
  readonly rights: QueryRights
  readonly inspector: FileInspector
  readonly icebergFiles: FileSchemas
  readonly knownFilters: KnownFilters
  readonly preparedStatements: PreparedStatements
  readonly catalogs: Pick<DataCatalogs, 'names'>
  readonly cutoffBytes: number | undefined
  readonly resultEncryption?: EncryptionRequest
  readonly createdBy: string
  /** True when the workgroup decides where results go. */
  readonly locationEnforced: boolean
  /** Resolves when it is durable that the execution was accepted: nothing of its end may be before. */
  readonly accepted: Promise<unknown>
  /** Keeps how an execution ended, in the transaction that makes what it wrote visible. */
  readonly saveEnded: (tx: Transaction, ended: Execution) => Promise<void>
  /** Called once that is durable. */
  readonly onEnded: (ended: Execution) => void
  readonly signal: AbortSignal
  readonly onState: (execution: Execution) => void
  readonly reuse: ResultReuse
  readonly managedResults: ManagedResults
  readonly keys: ResultKeys
  /** Encrypts results before they are stored. */
  readonly clientKeyArn?: string
}

/** What an execution comes to. */
export interface Outcome {
  readonly columns: readonly ColumnInfo[]
  readonly scannedBytes: number
  readonly planningMs: number
  readonly outputRows: number
  readonly manifestLocation?: string
  /** Names the rows, for those that ask the same. */
  readonly fingerprint?: string | undefined
  /** The execution whose rows these are. */
  readonly reused?: Execution | undefined
}

/** Rows that were written are no result: https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html */
const writtenColumns = [columnInfo('rows', { kind: 'bigint' })]

/** Runs an execution to its end and returns how it ended; undefined when the server is stopping. */
export async function runExecution(
  queued: Execution,
  runnable: Runnable,
  parts: RunParts,
): Promise<Execution | undefined> {
  const { clock, log, signal } = parts
  const startedAt = elapsedMs()
  const queueMs = Math.max(0, clock.now() - queued.submittedMs)
  const running: Execution = {
    ...queued,
    state: 'RUNNING',
    statistics: {
      engineMs: 0,
      scannedBytes: 0,
      totalMs: queueMs,
      queueMs,
      planningMs: 0,
      outputRows: 0,
    },
  }
  parts.onState(running)
  const statistics = (outcome?: Outcome): QueryStatistics => {
    const ranMs = Math.round(elapsedMs() - startedAt)
    return {
      engineMs: ranMs,
      scannedBytes: outcome?.scannedBytes ?? 0,
      totalMs: ranMs + queueMs,
      queueMs,
      planningMs: Math.round(outcome?.planningMs ?? 0),
      outputRows: outcome?.outputRows ?? 0,
      ...(outcome?.reused ? { reused: true } : {}),
    }
  }
  const ended = (change: Partial<Execution>, outcome?: Outcome): Execution => ({
    ...running,
    completedMs: clock.now(),
    statistics: statistics(outcome),
    ...change,
  })
  const succeeded = (outcome: Outcome) => {
    const { columns, manifestLocation, reused } = outcome
    const found = reused ? { result: reused.result } : {}
    return ended({ state: 'SUCCEEDED', columns, manifestLocation, ...found }, outcome)
  }
  const isStopping = () =>
    signal.reason instanceof Error && signal.reason.message === 'the server is stopping'
  let prepared: Execution | undefined
  let told: Execution | undefined
  const tell = () => {
    if (!prepared || told) return
    told = prepared
    parts.onEnded(told)
  }
  const commit: Commit = {
    inside: async (tx, outcome, written) => {
      const end = succeeded(outcome)
      prepared = { ...end, ...heldBy(end, written) }
      await parts.saveEnded(tx, prepared)
      const { fingerprint } = outcome
      if (fingerprint !== undefined && written && 'etag' in written) {
        await parts.reuse.remember(tx, prepared, { fingerprint, etag: written.etag })
      }
    },
    done: tell,
  }
  const keep = async (end: Execution) => {
    prepared = end
    await parts.accepted
    const save = () => parts.database.optimistic((tx) => parts.saveEnded(tx, end))
    await untilSaved(save, { log, isStopping })
    tell()
    return end
  }
  try {
    const outcome = await execute(running, runnable, parts, commit)
    tell()
    return told ?? (await keep(succeeded(outcome)))
  } catch (thrown) {
    const error = tooDeep(thrown) ?? thrown
    if (told) {
      log.error({ err: error, query: queued.id }, 'a query that had ended was not tidied up')
      return told
    }
    if (signal.aborted) {
      if (isStopping()) return undefined
      return keep(ended({ state: 'CANCELLED', reason: 'Query cancelled by user' }))
    }
    if (!isLakeError(error) || error.kind === 'internal') {
      log.error({ err: error, query: queued.id }, 'a query failed for a reason of ours')
    }
    const reason = reasonOf(error)
    return keep(ended({ state: 'FAILED', reason, failure: failureOf(error, reason) }))
  }
}

/** What an execution remembers of that which holds its rows. */
function heldBy(
  { result, managed }: Execution,
  written: WrittenResult | undefined,
): Partial<Execution> {
  if (!written) return {}
  if ('file' in written) return { managed: { ...managed, file: written.file } }
  return written.envelope ? { result: { ...result, envelope: written.envelope } } : {}
}

/** How an execution ends together with what it leaves behind. */
export interface Commit {
  /** In the transaction that makes it visible; `written` is what holds its rows. */
  inside(tx: Transaction, outcome: Outcome, written?: WrittenResult): Promise<void>
  /** After it, where there is something left to do. */
  done(): void
}

/** A statement that is nested too deeply for the stack, or for a text: its own fault, as in Trino (STACK_OVERFLOW). */
function tooDeep(error: unknown): LakeError | undefined {
  if (!(error instanceof RangeError)) return undefined
  if (error.message.includes('string length')) {
    return failed('NOT_SUPPORTED', 'the statement is nested too deeply')
  }
  if (!error.message.includes('call stack')) return undefined
  return failed('STACK_OVERFLOW', 'statement is too large (stack overflow during analysis)')
}

async function execute(
  execution: Execution,
  { statement, parameters: given }: Runnable,
  parts: RunParts,
  commit: Commit,
): Promise<Outcome> {
  const context = {
    accountId: execution.accountId,
    region: execution.region,
    database: (execution.database ?? 'default').toLowerCase(),
    catalogs: await parts.catalogs.names(execution),
  }
  const place = placeOf(execution, parts)
  const writeParts = (onWritten: (tx: Transaction, done: WriteResult) => Promise<void>) => ({
    ...parts,
    context,
    startMs: execution.submittedMs,
    id: execution.id,
    outputLocation: execution.result.outputLocation,
    onCommit: onWritten,
  })
  switch (statement.kind) {
    case 'write':
    case 'change': {
      const written = ({ rowCount, ...result }: WriteResult): Outcome => ({
        ...result,
        columns: writtenColumns,
        outputRows: rowCount,
      })
      const parameters = given.map(parseExpression)
      const onWritten = (tx: Transaction, done: WriteResult) => commit.inside(tx, written(done))
      return written(
        statement.kind === 'write'
          ? await runWrite(statement.write, parameters, writeParts(onWritten))
          : await runRowChange(statement.change, parameters, writeParts(onWritten)),
      )
    }
    case 'query': {
      const outcomeOf = ({ rowCount, columns, ...rest }: SelectResult): Outcome => ({
        ...rest,
        columns: columns.map((column) => columnInfo(column.name, column.type)),
        outputRows: rowCount,
      })
      const result = await runSelect(statement.query, given.map(parseExpression), place, {
        ...parts,
        context,
        startMs: execution.submittedMs,
        findResult: (fingerprint) => parts.reuse.find(execution, fingerprint),
        onPlanned: (planned) => parts.onState({ ...execution, ...progressOf(execution, planned) }),
        onCommit: (tx, done, written) => commit.inside(tx, outcomeOf(done), written),
        onCommitted: commit.done,
      })
      return outcomeOf(result)
    }
    // What is there was put in its place when the statement was sent.
    case 'execute':
      throw preparedNotFound(statement.name, execution.workGroup)
    case 'executeImmediate':
      throw new Error('EXECUTE IMMEDIATE was not resolved')
    case 'prepare':
    case 'deallocate': {
      const { accountId, region, workGroup } = execution
      const { name } = statement
      if (statement.kind === 'prepare') {
        const query = statement.sql
        await parts.preparedStatements.put(
          { accountId, region, workGroup, name, query, description: undefined },
          undefined,
        )
      } else {
        await parts.preparedStatements.delete(execution, workGroup, name)
      }
      return writeText(nothing, place, commit)
    }
    case 'explain': {
      const { explain } = statement
      checkParameters(explain.parameterCount, given)
      const parameters = given.map(parseExpression)
      const { result, scannedBytes } = await runExplain(
        explain,
        parameters,
        writeParts(() => Promise.reject(new Error('EXPLAIN writes nothing'))),
      )
      const { analyze, explained } = explain
      if (!analyze || explained.kind !== 'write')
        return writeText(result, place, commit, scannedBytes)
      return writeTextWith(result, place, commit, scannedBytes, (onWritten) =>
        runWrite(explained.write, parameters, writeParts(onWritten)),
      )
    }
    case 'maintain': {
      const startMs = execution.submittedMs
      const result = await maintain(statement.maintenance, { ...parts, context, startMs })
      return writeText(result, place, commit)
    }
    case 'ddl': {
      const startMs = execution.submittedMs
      const result = await runDdl(statement.ddl, { ...parts, context, startMs })
      return writeText(result, place, commit)
    }
  }
}

/** What GetQueryExecution tells while the engine is at work. */
function progressOf(
  execution: Execution,
  planned: { readonly scannedBytes: number; readonly planningMs: number },
): Pick<Execution, 'statistics'> {
  const nothingYet = { engineMs: 0, totalMs: 0, queueMs: 0, outputRows: 0 }
  const planningMs = Math.round(planned.planningMs)
  return { statistics: { ...nothingYet, ...execution.statistics, ...planned, planningMs } }
}

function checkParameters(expected: number, parameters: readonly string[]): void {
  if (expected === parameters.length) return
  throw failed(
    'INVALID_PARAMETER_USAGE',
    `line 1:1: Incorrect number of parameters: expected ${expected} but found ${parameters.length}`,
  )
}

/** Where the execution's settings say that its rows go. */
function placeOf(execution: Execution, parts: RunParts): ResultPlace {
  if (execution.managed) return parts.managedResults.placeOf(execution, parts.rights)
  const { bucket, prefix } = parseLocation(execution.result.outputLocation)!
  const key = prefix.replace(/\/$/, '')
  const { id, accountId } = execution
  const { resultEncryption: encryption, clientKeyArn } = parts
  return objectPlace({ id, accountId, bucket, key, encryption, clientKeyArn }, parts)
}
