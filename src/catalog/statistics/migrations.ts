import type { Migration } from '#platform/database'

export interface StatisticsTables {
  statistics_runs: {
    /** Sorts by time. */
    id: string
    account_id: string
    region: string
    database_name: string
    table_name: string
    state: string
    body: string
    create_time_ms: number
    update_time_ms: number
    end_time_ms: number | null
    message: string | null
  }
  statistics_settings: {
    account_id: string
    region: string
    database_name: string
    table_name: string
    body: string
    /** When the schedule is due next; NULL when it is off, or there is none. */
    next_run_ms: number | null
    last_attempt: string | null
  }
}

export const migrations: readonly Migration[] = [
  {
    name: 'statistics-1-runs',
    up: async (db) => {
      await db.schema
        .createTable('statistics_runs')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('database_name', 'text', (column) => column.notNull())
        .addColumn('table_name', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
        .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
        .addColumn('end_time_ms', 'bigint')
        .addColumn('message', 'text')
        .execute()
      await db.schema
        .createIndex('statistics_runs_place')
        .on('statistics_runs')
        .columns(['account_id', 'region', 'database_name', 'table_name', 'id'])
        .execute()
    },
  },
  {
    name: 'statistics-2-settings',
    up: async (db) => {
      await db.schema
        .createTable('statistics_settings')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('database_name', 'text', (column) => column.notNull())
        .addColumn('table_name', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('next_run_ms', 'bigint')
        .addColumn('last_attempt', 'text')
        .addPrimaryKeyConstraint('statistics_settings_key', [
          'account_id',
          'region',
          'database_name',
          'table_name',
        ])
        .execute()
      await db.schema
        .createIndex('statistics_settings_due')
        .on('statistics_settings')
        .column('next_run_ms')
        .execute()
    },
  },
]
