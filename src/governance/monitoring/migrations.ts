import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [{ name: 'logs-1-tables', up: createTables }]

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('logs_sequences')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('next', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('logs_groups')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('class', 'text', (column) => column.notNull())
    .addColumn('kms_key_id', 'text')
    .addColumn('retention_days', 'integer')
    .addColumn('deletion_protection', 'integer', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('stored_bytes', 'bigint', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addUniqueConstraint('logs_groups_name', ['account_id', 'region', 'name'])
    .execute()
  await db.schema
    .createTable('logs_streams')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('group_id', 'bigint', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('first_event_ms', 'bigint')
    .addColumn('last_event_ms', 'bigint')
    .addColumn('last_ingestion_ms', 'bigint')
    .addUniqueConstraint('logs_streams_name', ['group_id', 'name'])
    .execute()
  await db.schema
    .createTable('logs_events')
    .addColumn('stream_id', 'bigint', (column) => column.notNull())
    .addColumn('group_id', 'bigint', (column) => column.notNull())
    .addColumn('timestamp_ms', 'bigint', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('ingested_ms', 'bigint', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('logs_events_key', ['stream_id', 'timestamp_ms', 'sequence'])
    .execute()
  await db.schema
    .createIndex('logs_events_by_group')
    .on('logs_events')
    .columns(['group_id', 'timestamp_ms', 'sequence'])
    .execute()
  await db.schema
    .createTable('logs_garbage')
    .addColumn('stream_id', 'bigint', (column) => column.primaryKey())
    .execute()
}
