import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

/** Keys, their material, and their aliases. */
export const migrations: readonly Migration[] = [{ name: 'keys-1-tables', up: createTables }]

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('keys_keys')
    .addColumn('key_id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('manager', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('delete_at_ms', 'bigint')
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('rotation_days', 'integer')
    .addColumn('tags', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('keys_keys_by_place')
    .on('keys_keys')
    .columns(['account_id', 'region', 'key_id'])
    .execute()
  await db.schema
    .createTable('keys_materials')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'blob', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('keys_materials_key', ['key_id', 'version'])
    .execute()
  await db.schema
    .createTable('keys_aliases')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('keys_aliases_key', ['account_id', 'region', 'name'])
    .execute()
  await db.schema.createIndex('keys_aliases_by_key').on('keys_aliases').column('key_id').execute()
}
