import { SqliteAdapter, sql, type Kysely } from 'kysely'
import type { Migration } from '#platform/database'
import { partitionKeysMax } from './schema.ts'

/** The catalog's tables, once per data folder. */
export const migrations: readonly Migration[] = [
  { name: 'catalog-1-tables', up: createTables },
  { name: 'catalog-2-partitions', up: createPartitions },
  { name: 'catalog-3-attachments', up: createAttachments },
  { name: 'catalog-4-documents', up: createDocuments },
]

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('catalog_sequences')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('next', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('catalog_databases')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('catalog_databases_name', ['account_id', 'region', 'name'])
    .execute()
  await db.schema
    .createTable('catalog_tables')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('database_id', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addUniqueConstraint('catalog_tables_name', ['database_id', 'name'])
    .execute()
  await db.schema
    .createTable('catalog_table_versions')
    .addColumn('table_id', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_table_versions_key', ['table_id', 'version'])
    .execute()
  await db.schema
    .createTable('catalog_functions')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('database_id', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('catalog_functions_name', ['database_id', 'name'])
    .execute()
}

async function createPartitions(db: Kysely<unknown>): Promise<void> {
  let table = db.schema
    .createTable('catalog_partitions')
    .addColumn('table_id', 'integer', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('segment', 'integer', (column) => column.notNull())
    .addColumn('value_list', 'text', (column) => column.notNull())
    .addColumn('location', 'text')
    .addColumn('shape_id', 'integer')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_partitions_key', ['table_id', 'key'])
  for (let index = 0; index < partitionKeysMax; index++)
    table = table.addColumn(`p${index}`, 'text')
  // Clustered by the key: a page of neighbours is one run of pages on disk.
  if (db.getExecutor().adapter instanceof SqliteAdapter) table = table.modifyEnd(sql`without rowid`)
  await table.execute()
  await db.schema
    .createTable('catalog_shapes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('table_id', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addUniqueConstraint('catalog_shapes_hash', ['table_id', 'hash'])
    .execute()
  await db.schema
    .createTable('catalog_purges')
    .addColumn('table_id', 'integer', (column) => column.primaryKey())
    .execute()
}

async function createAttachments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('catalog_column_statistics')
    .addColumn('table_id', 'integer', (column) => column.notNull())
    .addColumn('partition_key', 'text', (column) => column.notNull())
    .addColumn('column_name', 'text', (column) => column.notNull())
    .addColumn('column_type', 'text', (column) => column.notNull())
    .addColumn('analyzed_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_column_statistics_key', [
      'table_id',
      'partition_key',
      'column_name',
    ])
    .execute()
  await db.schema
    .createTable('catalog_partition_indexes')
    .addColumn('table_id', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('key_list', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_partition_indexes_key', ['table_id', 'name'])
    .execute()
  await db.schema
    .createTable('catalog_tags')
    .addColumn('arn', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_tags_key', ['arn', 'key'])
    .execute()
  await db.schema
    .createTable('catalog_resource_policies')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('resource', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_resource_policies_key', ['account_id', 'region', 'resource'])
    .execute()
}

async function createDocuments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('catalog_documents')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalog_documents_key', ['account_id', 'region', 'kind', 'name'])
    .execute()
}
