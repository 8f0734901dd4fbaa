import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

/** The crawlers' tables, once per data folder. */
export const migrations: readonly Migration[] = [
  { name: 'crawler-1-tables', up: createTables },
  { name: 'crawler-2-files', up: createFiles },
]

async function createFiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('crawler_files')
    .addColumn('crawler_id', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('reading', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('crawler_files_key', ['crawler_id', 'path'])
    .execute()
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('crawler_crawlers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('schedule_state', 'text', (column) => column.notNull())
    .addColumn('next_run_ms', 'bigint')
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('crawler_crawlers_name', ['account_id', 'region', 'name'])
    .execute()
  await db.schema
    .createIndex('crawler_crawlers_due')
    .on('crawler_crawlers')
    .column('next_run_ms')
    .execute()
  await db.schema
    .createTable('crawler_crawls')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('crawler_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('start_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('end_time_ms', 'bigint')
    .addColumn('summary', 'text', (column) => column.notNull())
    .addColumn('message', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('crawler_crawls_history')
    .on('crawler_crawls')
    .columns(['crawler_id', 'id'])
    .execute()
  await db.schema
    .createIndex('crawler_crawls_state')
    .on('crawler_crawls')
    .columns(['state', 'id'])
    .execute()
  await db.schema
    .createTable('crawler_classifiers')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('crawler_classifiers_key', ['account_id', 'region', 'name'])
    .execute()
}
