import type { Kysely } from 'kysely'
import { type Clock, type Logger, uuidV7 } from '#kit'
import {
  type CatalogRef,
  type Metastore,
  type RequireOn,
  type TableRef,
  guardedMetastore,
} from '#catalog/metastore'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import { tableWith } from './check-columns.ts'
import { StatisticsErrors } from './errors.ts'
import type { StatisticsTables } from './migrations.ts'
import type {
  RoleRights,
  RunInput,
  RunRecord,
  RunRights,
  RunState,
  StatisticsRuns,
  Summarize,
  WriteOwn,
} from './statistics-runs.ts'
import { toStatistics } from './to-statistics.ts'

export interface StatisticsOptions {
  readonly database: Database
  readonly metastore: Metastore
  readonly summarize: Summarize
  /** Writes what a table's own format keeps of its columns' values; does nothing for a table of another. */
  readonly writeOwn: WriteOwn
  readonly roleRights: RoleRights
  readonly clock: Clock
  readonly log: Logger
  readonly background: Background
}

type Row = StatisticsTables['statistics_runs']

const tickMs = 5_000
const columnsMax = 100
const messageMax = 2_000
const unfinished: readonly RunState[] = ['STARTING', 'RUNNING']

/** One run works at a time; what is unfinished in the database and nobody works on is begun again. */
export function createStatisticsRuns(options: StatisticsOptions): StatisticsRuns {
  const { database, metastore, clock, log, background } = options
  const tables = () => database.tables<StatisticsTables>()
  const active = new Map<string, AbortController>()

  const set = (id: string, change: Partial<Row>) =>
    database.transaction(async (tx) => {
      await tx
        .tables<StatisticsTables>()
        .updateTable('statistics_runs')
        .set({ ...change, update_time_ms: clock.now() })
        .where('id', '=', id)
        .where('state', 'in', unfinished)
        .execute()
    })

  const work = async (row: Row, signal: AbortSignal): Promise<void> => {
    const ref = refOf(row)
    const input = JSON.parse(row.body) as Omit<RunInput, 'table'>
    const rights = await rightsOf(ref, input.role, options.roleRights)
    const require: RequireOn = async (action, resource) => {
      if (await rights.permits(action, resource)) return
      throw StatisticsErrors.StatisticsRefused(
        `The role ${rights.caller} is not authorized to perform: ${action} on resource: ${resource}`,
      )
    }
    const catalog = guardedMetastore(metastore, require)
    const table = await catalog.getTable(ref)
    const all = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
    const wanted = input.columns?.map((name) => name.toLowerCase())
    const columns = all.filter((column) => wanted?.includes(column.name.toLowerCase()) ?? true)
    for (let at = 0; at < columns.length; at += columnsMax) {
      const part = columns.slice(at, at + columnsMax)
      const found = await options.summarize(ref, part, signal, rights)
      const nowMs = clock.now()
      await catalog.putColumnStatistics(
        ref,
        found.map((summary) => toStatistics(summary, nowMs)),
      )
    }
    const names = columns.map(({ name }) => name)
    await options.writeOwn({ ref, record: table }, names, signal, require)
  }

  const run = async (row: Row, server: AbortSignal): Promise<void> => {
    const controller = new AbortController()
    active.set(row.id, controller)
    try {
      await set(row.id, { state: 'RUNNING' })
      await work(row, AbortSignal.any([controller.signal, server]))
      await set(row.id, { state: 'SUCCEEDED', end_time_ms: clock.now() })
    } catch (error) {
      // Stopped by its caller, it says so already; a server that stops leaves it to the next.
      if (server.aborted || controller.signal.aborted) return
      const message = error instanceof Error ? error.message : String(error)
      log.warn({ err: error, run: row.id }, 'column statistics could not be computed')
      await set(row.id, {
        state: 'FAILED',
        end_time_ms: clock.now(),
        message: message.slice(0, messageMax),
      })
    } finally {
      active.delete(row.id)
    }
  }

  const next = () =>
    tables()
      .selectFrom('statistics_runs')
      .selectAll()
      .where('state', 'in', unfinished)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()

  let turning = false
  const turn = async (signal: AbortSignal): Promise<void> => {
    if (turning) return
    turning = true
    try {
      for (let row = await next(); row && !signal.aborted; row = await next()) {
        await run(row, signal)
      }
    } finally {
      turning = false
    }
  }
  background.every('column statistics', tickMs, turn)

  const unfinishedOf = (ref: TableRef) =>
    placed(tables(), ref)
      .where('database_name', '=', ref.database.toLowerCase())
      .where('table_name', '=', ref.table.toLowerCase())
      .where('state', 'in', unfinished)
      .executeTakeFirst()

  return {
    start: async ({ table: ref, ...input }) => {
      const table = await tableWith(metastore, ref, input.columns)
      if (await unfinishedOf(ref)) {
        throw StatisticsErrors.StatisticsRunning('Another run has been started for this table.')
      }
      const nowMs = clock.now()
      const id = uuidV7(nowMs)
      await database.transaction(async (tx) => {
        await tx
          .tables<StatisticsTables>()
          .insertInto('statistics_runs')
          .values({
            id,
            account_id: ref.accountId,
            region: ref.region,
            database_name: table.database,
            table_name: table.name,
            state: 'STARTING',
            body: JSON.stringify(input),
            create_time_ms: nowMs,
            update_time_ms: nowMs,
            end_time_ms: null,
            message: null,
          })
          .execute()
      })
      void background.spawn('column statistics', turn)
      return id
    },
    get: async (ref, id) => {
      const row = await placed(tables(), ref).where('id', '=', id).executeTakeFirst()
      if (row) return toRecord(row)
      throw StatisticsErrors.StatisticsRunNotFound(`Run ${id} was not found.`, { id })
    },
    list: async (ref, page) => {
      let query = placed(tables(), ref)
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
      if (ref.database !== undefined) {
        query = query.where('database_name', '=', ref.database.toLowerCase())
      }
      if (ref.table !== undefined) query = query.where('table_name', '=', ref.table.toLowerCase())
      if (page.nextToken) query = query.where('id', '<', page.nextToken)
      const rows = await query.execute()
      const kept = rows.slice(0, page.limit)
      const nextToken = rows.length > page.limit ? kept.at(-1)!.id : undefined
      return { items: kept.map(toRecord), nextToken }
    },
    stop: async (ref) => {
      const row = await unfinishedOf(ref)
      if (!row) throw StatisticsErrors.StatisticsNotRunning('There is no run of this table.')
      await set(row.id, { state: 'STOPPED', end_time_ms: clock.now() })
      active.get(row.id)?.abort()
    },
  }
}

/** The run's role, as it may act now. Error: `StatisticsRefused`. */
async function rightsOf(
  { accountId, region }: CatalogRef,
  role: string,
  roleRights: RoleRights,
): Promise<RunRights> {
  const caller = role.startsWith('arn:') ? role : `arn:aws:iam::${accountId}:role/${role}`
  const open = async () => {
    const rights = await roleRights({ accountId, region, roleArn: caller })
    if (rights) return rights
    throw StatisticsErrors.StatisticsRefused(`Service is unable to assume provided role ${caller}`)
  }
  await open()
  return { caller, permits: async (...asked) => (await open()).permits(...asked) }
}

function placed(db: Kysely<StatisticsTables>, ref: CatalogRef) {
  return db
    .selectFrom('statistics_runs')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
}

function refOf(row: Row): TableRef {
  return {
    accountId: row.account_id,
    region: row.region,
    database: row.database_name,
    table: row.table_name,
  }
}

function toRecord(row: Row): RunRecord {
  return {
    ...(JSON.parse(row.body) as Omit<RunInput, 'table'>),
    id: row.id,
    database: row.database_name,
    tableName: row.table_name,
    state: row.state as RunState,
    createTimeMs: row.create_time_ms,
    updateTimeMs: row.update_time_ms,
    endTimeMs: row.end_time_ms ?? undefined,
    message: row.message ?? undefined,
  }
}
