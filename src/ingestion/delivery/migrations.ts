import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'
import { packPlaces } from './places.ts'
import type { DeliveryTables } from './tables.ts'

export const migrations: readonly Migration[] = [
  { name: 'delivery-1-tables', up: createTables },
  { name: 'delivery-2-kinds-of-targets', up: nameKinds },
  { name: 'delivery-3-lanes', up: gatherCheckpoints },
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

/** The checkpoints of a lane, a row for each shard, become one row. */
async function gatherCheckpoints(untyped: Kysely<unknown>): Promise<void> {
  await untyped.schema
    .createTable('delivery_lanes')
    .addColumn('stream_id', 'text', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('places', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('delivery_lanes_key', ['stream_id', 'lane'])
    .execute()
  const db = untyped as Kysely<DeliveryTables & { readonly delivery_checkpoints: CheckpointRow }>
  const lanes = new Map<string, CheckpointRow[]>()
  for (const row of await db.selectFrom('delivery_checkpoints').selectAll().execute()) {
    const key = `${row.stream_id}/${row.lane}`
    const rows = lanes.get(key)
    if (rows) rows.push(row)
    else lanes.set(key, [row])
  }
  for (const rows of lanes.values()) {
    const { stream_id, lane } = rows[0]!
    const places = new Map<string, Map<number, number>>()
    for (const { log_id, shard_id, sequence } of rows) {
      const shards = places.get(log_id) ?? new Map<number, number>()
      places.set(log_id, shards.set(Number(shard_id.replace('shardId-', '')), sequence))
    }
    await db
      .insertInto('delivery_lanes')
      .values({ stream_id, lane, version: 1, places: packPlaces(places) })
      .execute()
  }
  await untyped.schema.dropTable('delivery_checkpoints').execute()
}

/** Everything up to `sequence` of a shard was delivered by the lane. */
interface CheckpointRow {
  readonly stream_id: string
  readonly lane: string
  readonly log_id: string
  readonly shard_id: string
  readonly sequence: number
}
