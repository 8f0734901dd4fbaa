import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [
  {
    name: 'maintenance-1-tables',
    up: async (db) => {
      await db.schema
        .createTable('maintenance_expired')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('database_name', 'text', (column) => column.notNull())
        .addColumn('table_name', 'text', (column) => column.notNull())
        .addColumn('table_uuid', 'text', (column) => column.notNull())
        .addColumn('snapshot_id', 'text', (column) => column.notNull())
        .addColumn('parent_id', 'text')
        .addColumn('manifest_list', 'text', (column) => column.notNull())
        .addColumn('statistics', 'text', (column) => column.notNull())
        .addColumn('not_before_ms', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('maintenance_expired_key', ['table_uuid', 'snapshot_id'])
        .execute()
      await db.schema
        .createIndex('maintenance_expired_due')
        .on('maintenance_expired')
        .column('not_before_ms')
        .execute()
      await db.schema
        .createTable('maintenance_optimizers')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('database_name', 'text', (column) => column.notNull())
        .addColumn('table_name', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('configuration', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('maintenance_optimizers_key', [
          'account_id',
          'region',
          'database_name',
          'table_name',
          'type',
        ])
        .execute()
      await db.schema
        .createTable('maintenance_runs')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('database_name', 'text', (column) => column.notNull())
        .addColumn('table_name', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('started_ms', 'integer', (column) => column.notNull())
        .addColumn('ended_ms', 'integer')
        .addColumn('metrics', 'text', (column) => column.notNull())
        .addColumn('error', 'text')
        .execute()
      await db.schema
        .createIndex('maintenance_runs_by_table')
        .on('maintenance_runs')
        .columns(['account_id', 'region', 'database_name', 'table_name', 'type', 'id'])
        .execute()
    },
  },
]
