import type { Migration } from '#platform/database'

export const migrations: readonly Migration[] = [
  {
    name: 'tables-1-purges',
    up: async (db) => {
      await db.schema
        .createTable('tables_purges')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('metadata_location', 'text', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('not_before_ms', 'integer', (column) => column.notNull())
        .execute()
    },
  },
  {
    name: 'tables-2-answered-requests',
    up: async (db) => {
      await db.schema
        .createTable('tables_answered_requests')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('caller', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('answer', 'text', (column) => column.notNull())
        .addColumn('expires_ms', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('tables_answered_requests_key', ['account_id', 'caller', 'key'])
        .execute()
      await db.schema
        .createIndex('tables_answered_requests_expiry')
        .on('tables_answered_requests')
        .column('expires_ms')
        .execute()
    },
  },
  {
    name: 'tables-3-reports',
    up: async (db) => {
      await db.schema
        .createTable('tables_reports')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('table_uuid', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('at_ms', 'integer', (column) => column.notNull())
        .addColumn('caller', 'text', (column) => column.notNull())
        .addColumn('report', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('tables_reports_table')
        .on('tables_reports')
        .columns(['account_id', 'table_uuid', 'kind', 'at_ms'])
        .execute()
      await db.schema
        .createIndex('tables_reports_age')
        .on('tables_reports')
        .column('at_ms')
        .execute()
    },
  },
]
