import type { Kysely } from 'kysely'
import { isLakeError, nextRunMs, parseCron, type Clock, type Logger } from '#kit'
import { CatalogErrors, type Metastore, type TableRef } from '#catalog/metastore'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import { tableWith } from './check-columns.ts'
import { StatisticsErrors } from './errors.ts'
import type { StatisticsTables } from './migrations.ts'
import type { StatisticsRuns } from './statistics-runs.ts'
import type {
  RunAttempt,
  SettingsInput,
  SettingsRecord,
  StatisticsSettings,
} from './statistics-settings.ts'

export interface SettingsOptions {
  readonly database: Database
  readonly metastore: Metastore
  readonly runs: Pick<StatisticsRuns, 'start'>
  readonly clock: Clock
  readonly log: Logger
  readonly background: Background
}

type Row = StatisticsTables['statistics_settings']
type Body = Omit<SettingsInput, 'table'>

const tickMs = 5_000
const dueMax = 100

/** Settings as rows; a tick starts the runs that are due, each once for all the times that were missed. */
export function createStatisticsSettings(options: SettingsOptions): StatisticsSettings {
  const { database, metastore, clock, log } = options

  const change = (ref: TableRef, changed: (row: Row, body: Body) => Partial<Row>) =>
    database.transaction(async (tx) => {
      const db = tx.tables<StatisticsTables>()
      const row = await load(db, ref)
      const values = changed(row, JSON.parse(row.body) as Body)
      await of(db.updateTable('statistics_settings').set(values), ref).execute()
    })

  const startDue = async (): Promise<void> => {
    const rows = await database
      .tables<StatisticsTables>()
      .selectFrom('statistics_settings')
      .selectAll()
      .where('next_run_ms', '<=', clock.now())
      .limit(dueMax)
      .execute()
    for (const row of rows) await startOne(row)
  }

  const startOne = async (row: Row): Promise<void> => {
    const table = refOf(row)
    const { schedule, ...input } = JSON.parse(row.body) as Body
    const timeMs = clock.now()
    let attempt: RunAttempt
    try {
      attempt = { timeMs, runId: await options.runs.start({ ...input, table }) }
    } catch (error) {
      if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) {
        return await remove(table)
      }
      log.warn({ err: error, ...table }, 'a due run of column statistics did not start')
      attempt = { timeMs, message: error instanceof Error ? error.message : String(error) }
    }
    await database.transaction(async (tx) => {
      const update = tx
        .tables<StatisticsTables>()
        .updateTable('statistics_settings')
        .set({ next_run_ms: dueMs(schedule, timeMs), last_attempt: JSON.stringify(attempt) })
      await of(update, table).where('next_run_ms', '=', row.next_run_ms).execute()
    })
  }

  const remove = (ref: TableRef) =>
    database.transaction(async (tx) => {
      await of(tx.tables<StatisticsTables>().deleteFrom('statistics_settings'), ref).execute()
    })

  options.background.every('column statistics schedules', tickMs, startDue)

  return {
    create: async ({ table: ref, ...body }) => {
      await tableWith(metastore, ref, body.columns)
      const nextMs = dueMs(body.schedule, clock.now())
      await database.transaction(async (tx) => {
        const db = tx.tables<StatisticsTables>()
        if (await find(db, ref)) {
          throw StatisticsErrors.SettingsExist('The table has column statistics settings already.')
        }
        await db
          .insertInto('statistics_settings')
          .values({
            account_id: ref.accountId,
            region: ref.region,
            database_name: ref.database.toLowerCase(),
            table_name: ref.table.toLowerCase(),
            body: JSON.stringify(body),
            next_run_ms: nextMs,
            last_attempt: null,
          })
          .execute()
      })
    },
    get: async (ref) => {
      await metastore.getTable(ref)
      return toRecord(await load(database.tables<StatisticsTables>(), ref))
    },
    update: async (ref, changes) => {
      await tableWith(metastore, ref, changes.columns)
      await change(ref, (row, before) => {
        const schedule = (changes.schedule ?? before.schedule) || undefined
        return {
          body: JSON.stringify({ ...before, ...changes, schedule }),
          next_run_ms:
            changes.schedule === undefined ? row.next_run_ms : dueMs(schedule, clock.now()),
        }
      })
    },
    delete: async (ref) => {
      await load(database.tables<StatisticsTables>(), ref)
      await remove(ref)
    },
    startSchedule: (ref) =>
      change(ref, (_, { schedule }) => {
        if (!schedule) throw CatalogErrors.InvalidInput('The settings have no schedule.')
        return { next_run_ms: dueMs(schedule, clock.now()) }
      }),
    stopSchedule: (ref) => change(ref, () => ({ next_run_ms: null })),
  }
}

function dueMs(schedule: string | undefined, nowMs: number): number | null {
  if (!schedule) return null
  const cron = parseCron(schedule)
  if (!cron) throw CatalogErrors.InvalidInput(`Schedule expression '${schedule}' is not valid.`)
  return nextRunMs(cron, nowMs) ?? null
}

async function load(db: Kysely<StatisticsTables>, ref: TableRef): Promise<Row> {
  const row = await find(db, ref)
  if (row) return row
  throw StatisticsErrors.SettingsNotFound('The table has no column statistics settings.')
}

function find(db: Kysely<StatisticsTables>, ref: TableRef): Promise<Row | undefined> {
  return of(db.selectFrom('statistics_settings').selectAll(), ref).executeTakeFirst()
}

interface Conditional<Q> {
  where(column: keyof Row, operator: '=', value: string): Q
}

function of<Q extends Conditional<Q>>(query: Q, ref: TableRef): Q {
  return query
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('database_name', '=', ref.database.toLowerCase())
    .where('table_name', '=', ref.table.toLowerCase())
}

function refOf(row: Row): TableRef {
  return {
    accountId: row.account_id,
    region: row.region,
    database: row.database_name,
    table: row.table_name,
  }
}

function toRecord(row: Row): SettingsRecord {
  return {
    ...(JSON.parse(row.body) as Body),
    database: row.database_name,
    tableName: row.table_name,
    scheduleState: row.next_run_ms === null ? 'NOT_SCHEDULED' : 'SCHEDULED',
    ...(row.last_attempt ? { lastAttempt: JSON.parse(row.last_attempt) as RunAttempt } : {}),
  }
}
