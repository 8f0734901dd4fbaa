import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'
import type { DeliveryTables } from './tables.ts'

export const migrations: readonly Migration[] = [
  { name: 'delivery-1-tables', up: createTables },
  { name: 'delivery-2-kinds-of-targets', up: nameKinds },
]

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

/** Settings that name no kind of target are of S3. */
async function nameKinds(untyped: Kysely<unknown>): Promise<void> {
  const db = untyped as Kysely<DeliveryTables>
  for (const { id, settings } of await db.selectFrom('delivery_streams').selectAll().execute()) {
    const { target, backup, ...rest } = JSON.parse(settings) as Record<string, object | undefined>
    const named = {
      ...rest,
      target: { kind: 's3', ...target },
      ...(backup ? { backup: { kind: 's3', ...backup } } : {}),
    }
    await db
      .updateTable('delivery_streams')
      .set({ settings: JSON.stringify(named) })
      .where('id', '=', id)
      .execute()
  }
}
