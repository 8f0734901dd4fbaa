import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [
  { name: 'query-1-tables', up: createTables },
  { name: 'query-2-results', up: createResults },
  { name: 'query-3-capacity', up: createCapacity },
  { name: 'query-4-catalogs', up: createCatalogs },
]

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('query_executions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('work_group', 'text', (column) => column.notNull())
    .addColumn('submitted_ms', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('completed_ms', 'bigint')
    .addColumn('client_token', 'text')
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addUniqueConstraint('query_executions_token', ['account_id', 'region', 'client_token'])
    .execute()
  await db.schema
    .createIndex('query_executions_by_time')
    .on('query_executions')
    .columns(['account_id', 'region', 'work_group', 'submitted_ms', 'id'])
    .execute()
  await db.schema
    .createIndex('query_executions_by_state')
    .on('query_executions')
    .columns(['state', 'submitted_ms'])
    .execute()
  await db.schema
    .createTable('query_workgroups')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('query_workgroups_key', ['account_id', 'region', 'name'])
    .execute()
  await db.schema
    .createTable('query_named')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('work_group', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('client_token', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .addUniqueConstraint('query_named_token', ['account_id', 'region', 'client_token'])
    .execute()
  await db.schema
    .createIndex('query_named_by_group')
    .on('query_named')
    .columns(['account_id', 'region', 'work_group', 'id'])
    .execute()
  await db.schema
    .createTable('query_prepared')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('work_group', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('query_prepared_key', ['account_id', 'region', 'work_group', 'name'])
    .execute()
  await db.schema
    .createTable('query_tags')
    .addColumn('arn', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('query_tags_key', ['arn', 'key'])
    .execute()
}

async function createResults(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('query_results')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('work_group', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('execution_id', 'text', (column) => column.notNull())
    .addColumn('completed_ms', 'bigint', (column) => column.notNull())
    .addColumn('etag', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('query_results_key', [
      'account_id',
      'region',
      'work_group',
      'fingerprint',
    ])
    .execute()
  await db.schema
    .createIndex('query_results_by_time')
    .on('query_results')
    .column('completed_ms')
    .execute()
}

async function createCapacity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('query_capacity')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('query_capacity_key', ['account_id', 'region', 'name'])
    .execute()
}

async function createCatalogs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('query_catalogs')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('query_catalogs_key', ['account_id', 'region', 'name'])
    .execute()
}
