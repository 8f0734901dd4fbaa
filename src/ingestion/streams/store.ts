import type { Kysely } from 'kysely'
import { shardName } from './sequence-number.ts'
import {
  streamArn,
  type Consumer,
  type RecordDistribution,
  type Shard,
  type Stream,
  type StreamMode,
  type StreamScope,
  type StreamStatus,
} from './stream.ts'
import type { ConsumerRow, ShardRow, StreamRow, StreamTables } from './tables.ts'

type Tables = Kysely<StreamTables>
export type StreamKey = StreamScope & { readonly name: string }

export async function findStream(db: Tables, key: StreamKey): Promise<Stream | undefined> {
  const row = await db
    .selectFrom('streams_streams')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .executeTakeFirst()
  if (!row) return undefined
  const shards = await db
    .selectFrom('streams_shards')
    .selectAll()
    .where('log_id', '=', row.log_id)
    .orderBy('number')
    .execute()
  return asStream(row, shards.map(asShard))
}

/** The streams of a scope in the order of their names, without their shards. */
export async function pageOfStreams(
  db: Tables,
  scope: StreamScope,
  afterName: string,
  limit: number,
): Promise<readonly Stream[]> {
  const rows = await db
    .selectFrom('streams_streams')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
    .where('name', '>', afterName)
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map((row) => asStream(row, []))
}

/** Every stream of every scope in these states. */
export async function streamsByStatus(
  db: Tables,
  statuses: readonly StreamStatus[],
): Promise<readonly StreamKey[]> {
  const rows = await db
    .selectFrom('streams_streams')
    .select(['account_id', 'region', 'name'])
    .where('status', 'in', statuses)
    .execute()
  return rows.map((row) => ({ accountId: row.account_id, region: row.region, name: row.name }))
}

/** Every active on-demand stream of every scope. */
export async function onDemandStreams(db: Tables): Promise<readonly StreamKey[]> {
  const rows = await db
    .selectFrom('streams_streams')
    .select(['account_id', 'region', 'name'])
    .where('status', '=', 'ACTIVE')
    .where('mode', '=', 'ON_DEMAND')
    .execute()
  return rows.map((row) => ({ accountId: row.account_id, region: row.region, name: row.name }))
}

export async function insertStream(db: Tables, stream: Stream): Promise<void> {
  await db
    .insertInto('streams_streams')
    .values({
      account_id: stream.accountId,
      region: stream.region,
      name: stream.name,
      log_id: stream.logId,
      status: stream.status,
      mode: stream.mode,
      created_at_ms: stream.createdAtMs,
      retention_hours: stream.retentionHours,
      record_size_kib_max: stream.recordSizeKibMax,
      warm_throughput_mibps: stream.warmThroughputMibps ?? null,
      record_distribution: stream.recordDistribution,
      kms_key_id: stream.kmsKeyId ?? null,
      shard_level_metrics: JSON.stringify(stream.shardLevelMetrics),
      tags: JSON.stringify(stream.tags),
    })
    .execute()
  await insertShards(db, stream.logId, stream.shards)
}

export async function insertShards(
  db: Tables,
  logId: string,
  shards: readonly Shard[],
): Promise<void> {
  const rows = shards.map((shard) => asShardRow(logId, shard))
  for (let at = 0; at < rows.length; at += 100) {
    await db
      .insertInto('streams_shards')
      .values(rows.slice(at, at + 100))
      .execute()
  }
}

export async function closeShard(
  db: Tables,
  logId: string,
  shard: Shard,
  closed: { readonly atMs: number; readonly lastSequence: bigint },
): Promise<void> {
  await db
    .updateTable('streams_shards')
    .set({ closed_at_ms: closed.atMs, last_sequence: String(closed.lastSequence) })
    .where('log_id', '=', logId)
    .where('number', '=', shard.number)
    .execute()
}

export async function removeShard(db: Tables, logId: string, shard: Shard): Promise<void> {
  await db
    .deleteFrom('streams_shards')
    .where('log_id', '=', logId)
    .where('number', '=', shard.number)
    .execute()
}

export async function updateStream(
  db: Tables,
  logId: string,
  change: Partial<StreamTables['streams_streams']>,
): Promise<void> {
  await db.updateTable('streams_streams').set(change).where('log_id', '=', logId).execute()
}

export async function removeStream(db: Tables, logId: string): Promise<void> {
  await db.deleteFrom('streams_streams').where('log_id', '=', logId).execute()
  await db.deleteFrom('streams_shards').where('log_id', '=', logId).execute()
  await db.deleteFrom('streams_consumers').where('log_id', '=', logId).execute()
  await db.deleteFrom('streams_policies').where('log_id', '=', logId).execute()
  await db.deleteFrom('streams_peaks').where('log_id', '=', logId).execute()
}

/** Of a scope: its open shards, and its streams by mode. */
export async function countScope(db: Tables, scope: StreamScope) {
  const { shards } = await db
    .selectFrom('streams_shards')
    .innerJoin('streams_streams', 'streams_streams.log_id', 'streams_shards.log_id')
    .select((select) => select.fn.countAll<number>().as('shards'))
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
    .where('closed_at_ms', 'is', null)
    .executeTakeFirstOrThrow()
  const { streams } = await db
    .selectFrom('streams_streams')
    .select((select) => select.fn.countAll<number>().as('streams'))
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
    .where('mode', '=', 'ON_DEMAND')
    .executeTakeFirstOrThrow()
  return { openShards: Number(shards), onDemandStreams: Number(streams) }
}

export async function pageOfConsumers(
  db: Tables,
  stream: Stream,
  afterName: string,
  limit: number,
): Promise<readonly Consumer[]> {
  const rows = await db
    .selectFrom('streams_consumers')
    .selectAll()
    .where('log_id', '=', stream.logId)
    .where('name', '>', afterName)
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map((row) => asConsumer(stream, row))
}

export async function findConsumer(
  db: Tables,
  stream: Stream,
  name: string,
): Promise<Consumer | undefined> {
  const row = await db
    .selectFrom('streams_consumers')
    .selectAll()
    .where('log_id', '=', stream.logId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && asConsumer(stream, row)
}

export async function countConsumers(db: Tables, stream: Stream): Promise<number> {
  const { consumers } = await db
    .selectFrom('streams_consumers')
    .select((select) => select.fn.countAll<number>().as('consumers'))
    .where('log_id', '=', stream.logId)
    .executeTakeFirstOrThrow()
  return Number(consumers)
}

/** Returns the value that is stored: the one given when there was none. */
export async function setting(db: Tables, name: string, initial: string): Promise<string> {
  await db
    .insertInto('streams_settings')
    .values({ name, value: initial })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const row = await db
    .selectFrom('streams_settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return row.value
}

function asStream(row: StreamRow, shards: readonly Shard[]): Stream {
  const key = { accountId: row.account_id, region: row.region, name: row.name }
  return {
    ...key,
    arn: streamArn(key),
    logId: row.log_id,
    status: row.status as StreamStatus,
    mode: row.mode as StreamMode,
    createdAtMs: Number(row.created_at_ms),
    retentionHours: row.retention_hours,
    recordSizeKibMax: row.record_size_kib_max,
    warmThroughputMibps: row.warm_throughput_mibps ?? undefined,
    recordDistribution: row.record_distribution as RecordDistribution,
    kmsKeyId: row.kms_key_id ?? undefined,
    shardLevelMetrics: JSON.parse(row.shard_level_metrics) as string[],
    tags: JSON.parse(row.tags) as Record<string, string>,
    shards,
  }
}

function asShard(row: ShardRow): Shard {
  const name = (number: number | null) => (number === null ? undefined : shardName(number))
  return {
    id: shardName(row.number),
    number: row.number,
    startingHashKey: BigInt(row.starting_hash_key),
    endingHashKey: BigInt(row.ending_hash_key),
    createdAtMs: Number(row.created_at_ms),
    parentId: name(row.parent_number),
    adjacentParentId: name(row.adjacent_parent_number),
    closedAtMs: row.closed_at_ms === null ? undefined : Number(row.closed_at_ms),
    lastSequence: row.last_sequence === null ? undefined : BigInt(row.last_sequence),
  }
}

function asShardRow(logId: string, shard: Shard): StreamTables['streams_shards'] {
  const number = (id: string | undefined) => (id === undefined ? null : Number(id.split('-')[1]))
  return {
    log_id: logId,
    number: shard.number,
    starting_hash_key: String(shard.startingHashKey),
    ending_hash_key: String(shard.endingHashKey),
    created_at_ms: shard.createdAtMs,
    parent_number: number(shard.parentId),
    adjacent_parent_number: number(shard.adjacentParentId),
    closed_at_ms: shard.closedAtMs ?? null,
    last_sequence: shard.lastSequence === undefined ? null : String(shard.lastSequence),
  }
}

export function consumerArn(stream: Stream, name: string, createdAtMs: number): string {
  return `${stream.arn}/consumer/${name}:${Math.floor(createdAtMs / 1000)}`
}

function asConsumer(stream: Stream, row: ConsumerRow): Consumer {
  const createdAtMs = Number(row.created_at_ms)
  return {
    name: row.name,
    arn: consumerArn(stream, row.name, createdAtMs),
    streamArn: stream.arn,
    createdAtMs,
    tags: JSON.parse(row.tags) as Record<string, string>,
  }
}
