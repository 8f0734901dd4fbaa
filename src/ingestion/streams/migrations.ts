import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [
  { name: 'streams-1-streams', up: createStreams },
  { name: 'streams-2-peaks', up: createPeaks },
  { name: 'streams-3-sealing', up: createSealing },
  { name: 'streams-4-commitments', up: createCommitments },
  { name: 'streams-5-daily-changes', up: createDailyChanges },
]

async function createStreams(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('streams_streams')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('log_id', 'text', (column) => column.notNull().unique())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('mode', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('retention_hours', 'integer', (column) => column.notNull())
    .addColumn('record_size_kib_max', 'integer', (column) => column.notNull())
    .addColumn('warm_throughput_mibps', 'integer')
    .addColumn('record_distribution', 'text', (column) => column.notNull())
    .addColumn('kms_key_id', 'text')
    .addColumn('shard_level_metrics', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('streams_streams_key', ['account_id', 'region', 'name'])
    .execute()
  await db.schema
    .createTable('streams_shards')
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('starting_hash_key', 'text', (column) => column.notNull())
    .addColumn('ending_hash_key', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('parent_number', 'integer')
    .addColumn('adjacent_parent_number', 'integer')
    .addColumn('closed_at_ms', 'bigint')
    .addColumn('last_sequence', 'text')
    .addPrimaryKeyConstraint('streams_shards_key', ['log_id', 'number'])
    .execute()
  await db.schema
    .createTable('streams_consumers')
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('streams_consumers_key', ['log_id', 'name'])
    .execute()
  await db.schema
    .createTable('streams_policies')
    .addColumn('arn', 'text', (column) => column.primaryKey())
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('streams_settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
}

async function createPeaks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('streams_peaks')
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('day', 'integer', (column) => column.notNull())
    .addColumn('records_per_second', 'bigint', (column) => column.notNull())
    .addColumn('bytes_per_second', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('streams_peaks_key', ['log_id', 'day'])
    .execute()
}

async function createSealing(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('streams_sealed_logs')
    .addColumn('log_id', 'text', (column) => column.primaryKey())
    .addColumn('kms_key_arn', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('streams_data_keys')
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('kms_key_arn', 'text', (column) => column.notNull())
    .addColumn('sealed_key', 'blob', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('streams_data_keys_key', ['log_id', 'number'])
    .execute()
}

async function createCommitments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('streams_commitments')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('started_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('ends_at_ms', 'bigint')
    .addPrimaryKeyConstraint('streams_commitments_key', ['account_id', 'region'])
    .execute()
}

async function createDailyChanges(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('streams_daily_changes')
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('change', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('streams_daily_changes_subject')
    .on('streams_daily_changes')
    .columns(['subject', 'change'])
    .execute()
}
