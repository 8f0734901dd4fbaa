import type { CreateTableBuilder, Kysely } from 'kysely'
import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [
  { name: 'functions-1-tables', up: createTables },
  { name: 'functions-2-mappings', up: createMappings },
  { name: 'functions-3-urls', up: createUrls },
  { name: 'functions-4-windows', up: addWindows },
  { name: 'functions-5-logs', up: addLogs },
]

function placed(
  db: Kysely<unknown>,
  name: string,
): CreateTableBuilder<string, 'account_id' | 'region'> {
  return db.schema
    .createTable(name)
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await placed(db, 'functions_functions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('next_version', 'integer', (column) => column.notNull())
    .addColumn('reserved_concurrency', 'integer')
    .addColumn('tags', 'text', (column) => column.notNull())
    .addUniqueConstraint('functions_functions_name', ['account_id', 'region', 'name'])
    .execute()
  await placed(db, 'functions_versions')
    .addColumn('function_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('config', 'text', (column) => column.notNull())
    .addColumn('modified_ms', 'bigint', (column) => column.notNull())
    .addColumn('revision_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('functions_versions_key', ['function_id', 'number'])
    .execute()
  await placed(db, 'functions_aliases')
    .addColumn('function_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('weights', 'text', (column) => column.notNull())
    .addColumn('revision_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('functions_aliases_key', ['function_id', 'name'])
    .execute()
  await placed(db, 'functions_policies')
    .addColumn('function_id', 'text', (column) => column.notNull())
    .addColumn('qualifier', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('revision_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('functions_policies_key', ['function_id', 'qualifier'])
    .execute()
  await placed(db, 'functions_event_configs')
    .addColumn('function_id', 'text', (column) => column.notNull())
    .addColumn('qualifier', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('modified_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('functions_event_configs_key', ['function_id', 'qualifier'])
    .execute()
  await placed(db, 'functions_layers')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('config', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('functions_layers_key', ['account_id', 'region', 'name', 'version'])
    .execute()
  await placed(db, 'functions_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('function_id', 'text', (column) => column.notNull())
    .addColumn('qualifier', 'text', (column) => column.notNull())
    .addColumn('invoked_arn', 'text', (column) => column.notNull())
    .addColumn('payload', 'blob', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('due_ms', 'bigint', (column) => column.notNull())
    .addColumn('received_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('functions_events_due')
    .on('functions_events')
    .columns(['due_ms', 'id'])
    .execute()
}

async function createMappings(db: Kysely<unknown>): Promise<void> {
  await placed(db, 'functions_mappings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('source_arn', 'text', (column) => column.notNull())
    .addColumn('starting', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('modified_ms', 'bigint', (column) => column.notNull())
    .execute()
  await placed(db, 'functions_checkpoints')
    .addColumn('mapping_id', 'text', (column) => column.notNull())
    .addColumn('shard_id', 'text', (column) => column.notNull())
    .addColumn('lane', 'integer', (column) => column.notNull())
    .addColumn('sequence', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('functions_checkpoints_key', ['mapping_id', 'shard_id', 'lane'])
    .execute()
}

async function createUrls(db: Kysely<unknown>): Promise<void> {
  await placed(db, 'functions_urls')
    .addColumn('url_id', 'text', (column) => column.primaryKey())
    .addColumn('function_id', 'text', (column) => column.notNull())
    .addColumn('qualifier', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('modified_ms', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('functions_urls_function', ['function_id', 'qualifier'])
    .execute()
}

async function addWindows(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('functions_checkpoints').addColumn('open_window', 'text').execute()
}

async function addLogs(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('functions_checkpoints').addColumn('log_id', 'text').execute()
}
