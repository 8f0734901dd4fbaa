import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

/** Times are epoch milliseconds. */
export interface MetricTables {
  readonly metrics_series: {
    readonly id: number
    readonly account_id: string
    readonly region: string
    readonly namespace: string
    readonly name: string
    /** JSON: pairs in the order of their names. */
    readonly dimensions: string
    readonly last_ms: number
  }
  readonly metrics_points: {
    readonly series_id: number
    /** Of the minute, of five minutes or of the hour: finer ones are summed up as they age. */
    readonly start_ms: number
    readonly unit: string
    readonly sample_count: number
    readonly sum: number
    readonly minimum: number
    readonly maximum: number
  }
}

export const metricMigrations: readonly Migration[] = [
  { name: 'metrics-1-tables', up: createTables },
]

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('metrics_series')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('namespace', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('dimensions', 'text', (column) => column.notNull())
    .addColumn('last_ms', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('metrics_series_key', [
      'account_id',
      'region',
      'namespace',
      'name',
      'dimensions',
    ])
    .execute()
  await db.schema
    .createTable('metrics_points')
    .addColumn('series_id', 'integer', (column) => column.notNull())
    .addColumn('start_ms', 'bigint', (column) => column.notNull())
    .addColumn('unit', 'text', (column) => column.notNull())
    .addColumn('sample_count', 'double precision', (column) => column.notNull())
    .addColumn('sum', 'double precision', (column) => column.notNull())
    .addColumn('minimum', 'double precision', (column) => column.notNull())
    .addColumn('maximum', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('metrics_points_key', ['series_id', 'start_ms', 'unit'])
    .execute()
}
