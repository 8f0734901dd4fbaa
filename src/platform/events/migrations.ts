import type { Migration } from '#platform/database'

export const migrations: Migration[] = [
  {
    name: 'events-1-outbox',
    up: async (db) => {
      await db.schema
        .createTable('event_topics')
        .addColumn('topic', 'text', (column) => column.primaryKey())
        .addColumn('sequence', 'bigint', (column) => column.notNull())
        .addColumn('pending', 'bigint', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('event_outbox')
        .addColumn('topic', 'text', (column) => column.notNull())
        .addColumn('sequence', 'bigint', (column) => column.notNull())
        .addColumn('lane', 'text', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.notNull())
        .addColumn('published_ms', 'bigint', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('due_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('event_outbox_key', ['topic', 'sequence'])
        .execute()
      // What the delivery asks: what is due, and what is first in a lane?
      await db.schema
        .createIndex('event_outbox_due')
        .on('event_outbox')
        .columns(['topic', 'due_ms', 'sequence'])
        .execute()
      await db.schema
        .createIndex('event_outbox_lane')
        .on('event_outbox')
        .columns(['topic', 'lane', 'sequence'])
        .execute()
    },
  },
]
