import { parseExpression } from '#consumption/sql'
import { type LakeError, elapsedMs, isLakeError } from '#kit'
import type { Transaction } from '#platform/database'
import type { FileSchemas } from '#processing/iceberg'
import type { QueriesOptions } from '../create-queries.ts'
import type { EncryptionRequest } from '#storage/objects'
import { runExplain } from '../explain/run-explain.ts'
import type { FileInspector } from '../planning/file-inspector.ts'
import { maintain } from '../iceberg/maintain.ts'
import { runRowChange } from '../iceberg/changes/run-row-change.ts'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'
import type { DataCatalogs } from '../data-catalogs.ts'
import type { Execution, QueryFailure, QueryStatistics } from '../records.ts'
import { type ColumnInfo, columnInfo } from '../results/column-info.ts'
import type { ResultReuse } from '../results/result-reuse.ts'
import { runSelect } from '../run-select.ts'
import { type PreparedStatements, preparedNotFound } from '../saved-queries.ts'
import { runDdl } from '../statements/run-ddl.ts'
import { nothing } from '../statements/text-result.ts'
import { type WriteResult, runWrite } from '../writes/run-write.ts'
import type { Runnable } from './prepared.ts'

export interface RunParts extends QueriesOptions {
  readonly inspector: FileInspector
  readonly icebergFiles: FileSchemas
  readonly preparedStatements: PreparedStatements
  readonly catalogs: Pick<DataCatalogs, 'names'>
  readonly cutoffBytes: number | undefined
  readonly resultEncryption?: EncryptionRequest
  readonly createdBy: string
  /** True when the workgroup decides where results go. */
  readonly locationEnforced: boolean
  /** Keeps how an execution ended, in the transaction that makes what it wrote visible. */
  readonly saveEnded: (tx: Transaction, ended: Execution) => Promise<void>
  readonly signal: AbortSignal
  readonly onState: (execution: Execution) => void
  readonly reuse: ResultReuse
}

interface Outcome {
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
  try {
    let committed: Execution | undefined
    const outcome = await execute(running, runnable, parts, async (tx, written) => {
      committed = succeeded(written)
      await parts.saveEnded(tx, committed)
    })
    if (committed) return committed
    const done = succeeded(outcome)
    const { fingerprint, reused } = outcome
    if (fingerprint !== undefined && !reused) await parts.reuse.remember(done, fingerprint)
    return done
  } catch (thrown) {
    const error = tooDeep(thrown) ?? thrown
    if (signal.aborted) {
      const stopping =
        signal.reason instanceof Error && signal.reason.message === 'the server is stopping'
      return stopping ? undefined : ended({ state: 'CANCELLED', reason: 'Query cancelled by user' })
    }
    if (!isLakeError(error) || error.kind === 'internal') {
      log.error({ err: error, query: queued.id }, 'a query failed for a reason of ours')
    }
    const reason = reasonOf(error)
    return ended({ state: 'FAILED', reason, failure: failureOf(error, reason) })
  }
}

/** A statement that is nested too deeply for the stack: its own fault, as in Trino (STACK_OVERFLOW). */
function tooDeep(error: unknown): LakeError | undefined {
  if (!(error instanceof RangeError) || !error.message.includes('call stack')) return undefined
  return failed('STACK_OVERFLOW', 'statement is too large (stack overflow during analysis)')
}

async function execute(
  execution: Execution,
  { statement, parameters: given }: Runnable,
  parts: RunParts,
  onCommit: (tx: Transaction, outcome: Outcome) => Promise<void>,
): Promise<Outcome> {
  const context = {
    accountId: execution.accountId,
    region: execution.region,
    database: (execution.database ?? 'default').toLowerCase(),
    catalogs: await parts.catalogs.names(execution),
  }
  const location = parseLocation(execution.result.outputLocation)!
  const target = { bucket: location.bucket, key: location.prefix.replace(/\/$/, '') }
  const writeParts = (onWritten: (tx: Transaction, done: WriteResult) => Promise<void>) => ({
    ...parts,
    context,
    startMs: execution.submittedMs,
    id: execution.id,
    outputLocation: execution.result.outputLocation!,
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
      const onWritten = (tx: Transaction, done: WriteResult) => onCommit(tx, written(done))
      return written(
        statement.kind === 'write'
          ? await runWrite(statement.write, parameters, writeParts(onWritten))
          : await runRowChange(statement.change, parameters, writeParts(onWritten)),
      )
    }
    case 'query': {
      const result = await runSelect(statement.query, given.map(parseExpression), target, {
        ...parts,
        context,
        startMs: execution.submittedMs,
        findResult: (fingerprint) => parts.reuse.find(execution, fingerprint),
        onPlanned: (planned) => parts.onState({ ...execution, ...progressOf(execution, planned) }),
      })
      const { rowCount, ...outcome } = result
      const columns = result.columns.map((column) => columnInfo(column.name, column.type))
      return { ...outcome, columns, outputRows: rowCount }
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
      return writeText(nothing, target, execution, parts)
    }
    case 'explain': {
      const { explain } = statement
      checkParameters(explain.query.parameterCount, given)
      const { result, scannedBytes } = await runExplain(
        explain,
        given.map(parseExpression),
        writeParts(() => Promise.reject(new Error('EXPLAIN writes nothing'))),
      )
      return { ...(await writeText(result, target, execution, parts)), scannedBytes }
    }
    case 'maintain': {
      const startMs = execution.submittedMs
      const result = await maintain(statement.maintenance, { ...parts, context, startMs })
      return writeText(result, target, execution, parts)
    }
    case 'ddl': {
      const startMs = execution.submittedMs
      const result = await runDdl(statement.ddl, { ...parts, context, startMs })
      return writeText(result, target, execution, parts)
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

async function writeText(
  result: typeof nothing,
  target: { readonly bucket: string; readonly key: string },
  execution: Execution,
  parts: RunParts,
): Promise<Outcome> {
  const text = result.lines.map((line) => `${line}\n`).join('')
  await parts.objects.put(
    {
      accountId: execution.accountId,
      ...target,
      contentType: 'text/plain',
      ...(parts.resultEncryption ? { encryption: parts.resultEncryption } : {}),
    },
    Buffer.from(text),
  )
  return {
    columns: result.columns,
    scannedBytes: 0,
    planningMs: 0,
    outputRows: result.lines.length,
  }
}

/** What the client may read of a failure; the text of a fault of ours stays in the log. */
function reasonOf(error: unknown): string {
  if (!isLakeError(error) || error.kind === 'internal') {
    return isLakeError(error, 'DiskFull')
      ? 'GENERIC_INTERNAL_ERROR: the disk of the server is full'
      : 'GENERIC_INTERNAL_ERROR: an internal error; the log of the server has its cause'
  }
  if (error.code === 'SyntaxError' && !error.message.startsWith('SYNTAX_ERROR'))
    return `SYNTAX_ERROR: ${error.message}`
  return error.message
}

/** https://docs.aws.amazon.com/athena/latest/ug/error-reference.html */
function failureOf(error: unknown, reason: string): QueryFailure {
  const name = isLakeError(error) ? String((error as LakeError).details['athenaName'] ?? '') : ''
  const user = { category: 2, retryable: false, message: reason } as const
  if (!isLakeError(error) || error.kind === 'internal' || name === 'GENERIC_INTERNAL_ERROR') {
    return { category: 1, type: 401, retryable: true, message: reason }
  }
  if (/LIMIT|MEMORY|EXHAUSTED/.test(name)) return { ...user, type: 1100 }
  if (name.startsWith('HIVE') || name.startsWith('FAILED')) return { ...user, type: 1200 }
  if (name === 'PERMISSION_DENIED') return { ...user, type: 1301 }
  return { ...user, type: name === 'SYNTAX_ERROR' ? 1001 : 1006 }
}
