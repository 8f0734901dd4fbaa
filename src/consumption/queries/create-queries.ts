import type { Metastore } from '#catalog/metastore'
import type { IcebergTables, ManifestCache } from '#catalog/tables'
import { parseExpression } from '#consumption/sql'
import { type Clock, type Logger, isLakeError, uuid } from '#kit'
import type { Database } from '#platform/database'
import type { Measure } from '#platform/telemetry'
import type { QueryEngine } from '#processing/engine'
import { FileSchemas } from '#processing/iceberg'
import type { MaintenanceParts } from '#processing/maintenance'
import type { EncryptionRequest, Objects } from '#storage/objects'
import { QueryErrors } from './errors.ts'
import { ExecutionQueue } from './executions/execution-queue.ts'
import { ExecutionStore } from './executions/execution-store.ts'
import { measureExecution } from './executions/measure.ts'
import { runExecution } from './executions/run-execution.ts'
import { type Statement, classify, parseStatement, resultName } from './executions/statement.ts'
import { FileInspector } from './planning/file-inspector.ts'
import { parseLocation } from './planning/location.ts'
import type { HotTails } from './hot-tails.ts'
import { CapacityPlaces, queueGroup, createCapacityReservations } from './capacity-reservations.ts'
import { createDataCatalogs } from './data-catalogs.ts'
import type { Queries, StartInput } from './queries.ts'
import {
  type Execution,
  type QueryScope,
  type ResultConfiguration,
  type WorkGroup,
  primaryWorkGroup,
} from './records.ts'
import { resultPage } from './results/result-pages.ts'
import { ResultReuse } from './results/result-reuse.ts'
import { createNamedQueries, createPreparedStatements } from './saved-queries.ts'
import { summarizeColumns } from './summarize-columns.ts'
import { createTags } from './tags.ts'
import { createWorkGroups } from './work-groups.ts'

export interface QueriesOptions {
  readonly database: Database
  readonly metastore: Metastore
  readonly tables: IcebergTables
  readonly manifests: ManifestCache
  /** For statements that ask for it. */
  readonly maintenance: MaintenanceParts
  readonly objects: Objects
  readonly engine: QueryEngine
  /** What tables have beside their files. */
  readonly tails?: HotTails
  /** Only for tests: called between a cut through the deliveries and the listing of files. */
  readonly onCut?: () => Promise<void> | void
  readonly clock: Clock
  readonly log: Logger
  readonly measure?: Measure
  /** Executions that run at once. Default 4. */
  readonly concurrency?: number
  /** Executions that may wait. Default 1,000. */
  readonly queueMax?: number
}

const historyMs = 45 * 86_400_000

/** Opens the queries of a lake, and fails what the server before has left unfinished. */
export async function createQueries(options: QueriesOptions): Promise<Queries> {
  const { database, objects, clock, log, measure = () => undefined } = options
  const store = new ExecutionStore(database)
  const places = new CapacityPlaces(database)
  const queue = new ExecutionQueue({
    concurrency: options.concurrency ?? 4,
    queueMax: options.queueMax ?? 1000,
    reservationOf: (group) => places.of(group),
    log,
  })
  const inspector = new FileInspector(options.engine)
  const icebergFiles = new FileSchemas(options.engine)
  const onCapacity = async () => {
    await places.load()
    queue.next()
  }
  const capacity = createCapacityReservations(database, clock, onCapacity)
  const workGroups = createWorkGroups(database, clock, onCapacity)
  const catalogs = createDataCatalogs(database, clock)
  const preparedStatements = createPreparedStatements(database, clock)
  const reuse = new ResultReuse({ database, objects, executions: store, clock })
  /** Executions that wait or run now: the row says only that they were accepted. */
  const current = new Map<string, Execution>()

  await places.load()
  const left = await store.failUnfinished(
    clock.now(),
    'GENERIC_INTERNAL_ERROR: the server stopped before the query ended',
  )
  if (left > 0) log.warn({ executions: left }, 'failed the executions of the server before')

  const start = async (input: StartInput): Promise<string> => {
    const workGroupName = input.workGroup ?? primaryWorkGroup
    const workGroup = await workGroups.get(input, workGroupName)
    if (workGroup.state === 'DISABLED') {
      throw QueryErrors.InvalidQueryRequest(`WorkGroup ${workGroupName} is disabled.`)
    }
    const statement = parseStatement(input.query)
    checkParameters(statement, input.parameters ?? [])
    const result = await resultsIn(input, workGroup, objects)
    const encryption = encryptionOf(result)
    queue.checkRoom()
    const id = uuid()
    const { type, subType } = classify(statement)
    const execution: Execution = {
      id,
      accountId: input.accountId,
      region: input.region,
      workGroup: workGroupName,
      query: input.query,
      statementType: type,
      subType,
      state: 'QUEUED',
      submittedMs: clock.now(),
      completedMs: undefined,
      reason: undefined,
      failure: undefined,
      database: input.database,
      catalog: input.catalog,
      result: {
        ...result,
        outputLocation: `${result.outputLocation!.replace(/\/?$/, '/')}${resultName(statement, id)}`,
      },
      parameters: input.parameters ?? [],
      ...(input.reuseMinutesMax === undefined ? {} : { reuseMinutesMax: input.reuseMinutesMax }),
      statistics: undefined,
      manifestLocation: undefined,
      columns: undefined,
    }
    const request = JSON.stringify([
      input.query,
      input.database,
      input.catalog,
      workGroupName,
      input.parameters ?? [],
      input.result ?? {},
    ])
    const kept = await store.insert(execution, input.clientToken, request)
    if (kept.id !== id) return kept.id
    current.set(id, execution)
    queue.add(id, queueGroup(input, workGroupName), async (signal) => {
      const ended = await runExecution(execution, statement, {
        ...options,
        inspector,
        icebergFiles,
        preparedStatements,
        catalogs,
        cutoffBytes: workGroup.configuration.bytesScannedCutoff,
        createdBy: input.createdBy,
        reuse,
        ...(encryption ? { resultEncryption: encryption } : {}),
        locationEnforced:
          workGroup.configuration.enforce &&
          workGroup.configuration.result?.outputLocation !== undefined,
        saveEnded: (tx, ended) => store.updateIn(tx, ended),
        signal,
        onState: (running) => current.set(id, running),
      })
      // A server that stops leaves it unfinished: the next one says so.
      if (ended) {
        await store.update(ended)
        if (workGroup.configuration.publishMetrics) measureExecution(ended, measure)
      }
      current.delete(id)
    })
    return id
  }

  const find = async (scope: QueryScope, id: string): Promise<Execution | undefined> => {
    const live = current.get(id)
    if (live) {
      const isOwn = live.accountId === scope.accountId && live.region === scope.region
      return isOwn ? withProgress(live, clock.now()) : undefined
    }
    return store.find(scope, id)
  }

  const found = async (scope: QueryScope, id: string): Promise<Execution> => {
    const execution = await find(scope, id)
    if (execution) return execution
    throw QueryErrors.QueryResourceNotFound(`QueryExecution ${id} was not found`, { execution: id })
  }

  return {
    start,
    find,
    list: async (scope, workGroup, page) => {
      await workGroups.get(scope, workGroup)
      return store.list(scope, workGroup, page)
    },
    stop: async (scope, id) => {
      const execution = await found(scope, id)
      if ((await queue.stop(id)) === 'waiting') {
        const nowMs = clock.now()
        await store.update({
          ...execution,
          state: 'CANCELLED',
          completedMs: nowMs,
          reason: 'Query cancelled by user',
          statistics: {
            engineMs: 0,
            scannedBytes: 0,
            totalMs: nowMs - execution.submittedMs,
            queueMs: nowMs - execution.submittedMs,
            planningMs: 0,
            outputRows: 0,
          },
        })
        current.delete(id)
      }
    },
    results: async (scope, id, page) => {
      const execution = await found(scope, id)
      return { execution, page: await resultPage(execution, objects, page) }
    },
    summarize: ({ database: name, table, ...scope }, columns, signal) =>
      summarizeColumns({ database: name, table }, columns, {
        ...options,
        inspector,
        icebergFiles,
        context: { ...scope, database: name },
        startMs: clock.now(),
        signal,
      }),
    workGroups,
    catalogs,
    capacity,
    preparedStatements,
    namedQueries: createNamedQueries(database),
    tags: createTags(database),
    forgetOld: async (signal) => {
      while (!signal.aborted && (await store.purge(clock.now() - historyMs)));
      await capacity.forgetCancelled(clock.now() - historyMs)
      await reuse.forgetOld()
    },
    close: () => queue.close(),
    [Symbol.asyncDispose]: () => queue.close(),
  }
}

/** The settings in force: the workgroup's when it enforces them, else the request's first. */
async function resultsIn(
  input: StartInput,
  workGroup: WorkGroup,
  objects: Objects,
): Promise<ResultConfiguration> {
  const own = workGroup.configuration.result
  const asked = workGroup.configuration.enforce
    ? (own ?? {})
    : {
        ...input.result,
        outputLocation: input.result?.outputLocation ?? own?.outputLocation,
        encryption: input.result?.encryption ?? own?.encryption,
      }
  // https://docs.aws.amazon.com/athena/latest/ug/workgroups-minimum-encryption.html
  const result =
    workGroup.configuration.minimumEncryption && !asked.encryption
      ? { ...asked, encryption: { option: 'SSE_S3' } }
      : asked
  if (!result.outputLocation) {
    throw QueryErrors.InvalidQueryRequest(
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    )
  }
  const location = parseLocation(result.outputLocation)
  if (!location) throw QueryErrors.InvalidQueryRequest('outputLocation is not a valid S3 path.')
  try {
    await objects.list({
      accountId: input.accountId,
      bucket: location.bucket,
      prefix: location.prefix,
      limit: 1,
    })
  } catch (error) {
    if (!isLakeError(error, 'NoSuchBucket') && !isLakeError(error, 'AccessDenied')) throw error
    throw QueryErrors.InvalidQueryRequest(
      `Unable to verify/create output bucket ${location.bucket}`,
    )
  }
  return result
}

/** How a result's object is to be encrypted. https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html */
function encryptionOf({ encryption }: ResultConfiguration): EncryptionRequest | undefined {
  if (!encryption) return undefined
  switch (encryption.option) {
    case 'SSE_S3':
      return { mode: 'AES256' }
    case 'SSE_KMS':
      return { mode: 'aws:kms', ...(encryption.kmsKey ? { keyName: encryption.kmsKey } : {}) }
    default:
      throw QueryErrors.InvalidQueryRequest(
        `Results cannot be encrypted with ${encryption.option} here: use SSE_S3 or SSE_KMS`,
      )
  }
}

/** Times of an execution that has not ended: they go on. */
function withProgress(execution: Execution, nowMs: number): Execution {
  const { statistics, submittedMs } = execution
  if (!statistics) return execution
  const totalMs = Math.max(0, nowMs - submittedMs)
  const engineMs = Math.max(0, totalMs - statistics.queueMs)
  return { ...execution, statistics: { ...statistics, totalMs, engineMs } }
}

function checkParameters(statement: Statement, parameters: readonly string[]): void {
  const counted =
    statement.kind === 'query' || statement.kind === 'write' || statement.kind === 'change'
  const wanted = counted ? statement.parameterCount : undefined
  if (wanted !== undefined && wanted !== parameters.length) {
    throw QueryErrors.InvalidQueryRequest(
      `line 1:1: Incorrect number of parameters: expected ${wanted} but found ${parameters.length}`,
    )
  }
  for (const parameter of parameters) {
    try {
      parseExpression(parameter)
    } catch (error) {
      if (!isLakeError(error)) throw error
      throw QueryErrors.InvalidQueryRequest(`Execution parameter is not valid: ${error.message}`)
    }
  }
}
