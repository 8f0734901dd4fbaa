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
]
