import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [{ name: 'delivery-1-tables', up: createTables }]

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('delivery_streams')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('encryption', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_ms', 'bigint')
    .addUniqueConstraint('delivery_streams_name', ['account_id', 'region', 'name'])
    .execute()
  await db.schema
    .createTable('delivery_checkpoints')
    .addColumn('stream_id', 'text', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('shard_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('delivery_checkpoints_key', [
      'stream_id',
      'lane',
      'log_id',
      'shard_id',
    ])
    .execute()
  await db.schema
    .createTable('delivery_garbage')
    .addColumn('log_id', 'text', (column) => column.primaryKey())
    .execute()
}
