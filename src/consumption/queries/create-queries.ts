import type { Metastore } from '#catalog/metastore'
import type { IcebergTables, ManifestCache } from '#catalog/tables'
import { type Clock, type Logger, uuid } from '#kit'
import type { Database } from '#platform/database'
import type { Measure } from '#platform/telemetry'
import type { QueryEngine } from '#processing/engine'
import { FileSchemas } from '#processing/iceberg'
import type { MaintenanceParts } from '#processing/maintenance'
import type { Objects } from '#storage/objects'
import { QueryErrors } from './errors.ts'
import { Endings } from './executions/endings.ts'
import { ExecutionQueue } from './executions/execution-queue.ts'
import { ExecutionStore } from './executions/execution-store.ts'
import { measureExecution } from './executions/measure.ts'
import { RecentExecutions } from './executions/recent-executions.ts'
import { runExecution } from './executions/run-execution.ts'
import { clientKeyOf, encryptionOf, managedIn, resultsIn } from './executions/result-settings.ts'
import { checkParameters, resolvePrepared } from './executions/prepared.ts'
import { classify, parseStatement, resultName } from './executions/statement.ts'
import { FileInspector } from './planning/file-inspector.ts'
import type { HotTails } from './hot-tails.ts'
import {
  CapacityPlaces,
  accountOfGroup,
  createCapacityReservations,
  queueGroup,
} from './capacity-reservations.ts'
import { createDataCatalogs } from './data-catalogs.ts'
import type { Queries, StartInput } from './queries.ts'
import { guardedParts } from './rights/guarded-parts.ts'
import { type Execution, type QueryScope, primaryWorkGroup } from './records.ts'
import { ManagedResults, type ManagedResultsOptions } from './results/managed-results.ts'
import { openResult } from './results/open-result.ts'
import { resultPage } from './results/result-pages.ts'
import { ResultReuse } from './results/result-reuse.ts'
import { createNamedQueries, createPreparedStatements } from './saved-queries.ts'
import { summarizeColumns } from './summarize-columns.ts'
import { createTags } from './tags.ts'
import { createWorkGroups } from './work-groups.ts'
import { knownFilters } from './iceberg/filters.ts'

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
  /** Where the service keeps results itself, and the keys that it encrypts them with. */
  readonly managedResults: Pick<ManagedResultsOptions, 'folder' | 'keys' | 'hasRoom'>
  /** Files of types beside result objects. Default none. */
  readonly resultMetadata?: boolean
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
    accountOf: accountOfGroup,
    log,
  })
  const inspector = new FileInspector(options.engine)
  const icebergFiles = new FileSchemas(options.engine)
  const filters = knownFilters()
  const onCapacity = async () => {
    await places.load()
    queue.next()
  }
  const capacity = createCapacityReservations(database, clock, onCapacity)
  const workGroups = createWorkGroups(database, clock, async () => {
    // Its executions went with it.
    recent.clear()
    await onCapacity()
  })
  const catalogs = createDataCatalogs(database, clock)
  const preparedStatements = createPreparedStatements(database, clock)
  const managedResults = new ManagedResults({ ...options.managedResults, database })
  const reuse = new ResultReuse({ database, objects, executions: store, clock })
  /** Executions that wait or run now: the row says only that they were accepted. */
  const current = new Map<string, Execution>()
  const recent = new RecentExecutions()
  const endings = new Endings()
  const settle = (id: string) => {
    current.delete(id)
    endings.tell(id)
  }

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
    const scope = { accountId: input.accountId, region: input.region, workGroup: workGroupName }
    const { statement, parameters } = await resolvePrepared(
      parseStatement(input.query),
      input.parameters ?? [],
      scope,
      preparedStatements,
    )
    checkParameters({ statement, parameters })
    const managed = await managedIn(input, workGroup, options.managedResults.keys)
    const result = managed ? {} : await resultsIn(input, workGroup, objects)
    const encryption = encryptionOf(result)
    queue.checkRoom()
    const keep = recent.beginning()
    const id = uuid()
    const { type, subType } = classify(statement)
    const { keys } = options.managedResults
    const clientKeyArn = await clientKeyOf(result, { ...scope, subType }, keys)
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
      ...(managed
        ? { result, managed }
        : {
            result: {
              ...result,
              outputLocation: `${result.outputLocation!.replace(/\/?$/, '/')}${resultName(statement, id)}`,
            },
          }),
      parameters: input.parameters ?? [],
      ...(input.reuseMinutesMax === undefined || managed
        ? {}
        : { reuseMinutesMax: input.reuseMinutesMax }),
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
    const begin = () => {
      current.set(id, execution)
      queue.add(id, queueGroup(input, workGroupName), run)
    }
    const giveUp = async () => {
      await queue.stop(id)
      settle(id)
    }
    const run = async (signal: AbortSignal) => {
      await runExecution(
        execution,
        { statement, parameters },
        {
          ...options,
          ...guardedParts(options, input.rights),
          inspector,
          icebergFiles,
          knownFilters: filters,
          preparedStatements,
          catalogs,
          cutoffBytes: workGroup.configuration.bytesScannedCutoff,
          createdBy: input.createdBy,
          reuse,
          managedResults,
          keys,
          ...(clientKeyArn === undefined ? {} : { clientKeyArn }),
          ...(encryption ? { resultEncryption: encryption } : {}),
          locationEnforced:
            workGroup.configuration.enforce &&
            workGroup.configuration.result?.outputLocation !== undefined,
          accepted,
          saveEnded: (tx, ended) => store.updateIn(tx, ended),
          signal,
          onState: (running) => current.set(id, running),
          onEnded: (ended) => {
            keep(ended)
            settle(id)
            if (workGroup.configuration.publishMetrics) measureExecution(ended, measure)
          },
        },
      )
      // A server that stops leaves it unfinished: the next one says so.
      settle(id)
    }
    // A query changes nothing before its end, and that waits: so it is at work while the disk keeps that it was accepted.
    const isQuery = statement.kind === 'query'
    const accepted = store.insert(
      execution,
      input.clientToken,
      request,
      isQuery ? begin : undefined,
    )
    try {
      const kept = await accepted
      if (kept.id !== id) await giveUp()
      else if (!isQuery) begin()
      return kept.id
    } catch (error) {
      await giveUp()
      throw error
    }
  }

  const find = async (
    scope: QueryScope,
    id: string,
    waitMs = 0,
  ): Promise<Execution | undefined> => {
    if (waitMs > 0 && current.has(id)) await endings.wait(id, waitMs)
    const live = current.get(id)
    if (live) {
      const isOwn = live.accountId === scope.accountId && live.region === scope.region
      return isOwn ? withProgress(live, clock.now()) : undefined
    }
    return recent.find(scope, id) ?? store.find(scope, id)
  }

  const found = async (scope: QueryScope, id: string): Promise<Execution> => {
    const execution = await find(scope, id)
    if (execution) return execution
    throw QueryErrors.QueryResourceNotFound(`QueryExecution ${id} was not found`, { execution: id })
  }

  const close = async () => {
    await queue.close()
    endings.tellAll()
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
        settle(id)
      }
    },
    results: async (scope, id, page, permit) => {
      const execution = await found(scope, id)
      await permit(execution)
      const open = () =>
        openResult(execution, { objects, managedResults, keys: options.managedResults.keys, clock })
      return { execution, page: await resultPage(execution, open, page) }
    },
    summarize: ({ database: name, table, ...scope }, columns, signal, rights) =>
      summarizeColumns({ database: name, table }, columns, {
        ...options,
        ...guardedParts(options, rights),
        inspector,
        icebergFiles,
        knownFilters: filters,
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
      recent.clear()
      await capacity.forgetCancelled(clock.now() - historyMs)
      await reuse.forgetOld()
      await managedResults.sweep(store, clock.now(), signal)
    },
    close,
    [Symbol.asyncDispose]: close,
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
