import type { Kysely } from 'kysely'
import { uuid } from '#kit'
import type { Transaction } from '#platform/database'
import { StreamErrors } from './errors.ts'
import { evenRanges } from './hash-ring.ts'
import { streamKey, streamNotFound, type StreamParts } from './registry.ts'
import { onDemandShardsMin } from './on-demand.ts'
import { shardName } from './sequence-number.ts'
import { retentionHorizonMs } from './shard-reader.ts'
import {
  countConsumers,
  countScope,
  findStream,
  insertStream,
  pageOfStreams,
  removeShard,
  removeStream,
  streamsByStatus,
  updateStream,
  type StreamKey,
} from './store.ts'
import {
  isOpen,
  streamArn,
  type RecordDistribution,
  type Stream,
  type StreamMode,
  type StreamReference,
  type StreamScope,
} from './stream.ts'
import {
  mustBeWhole,
  mustFitMode,
  mustHaveRoomForOnDemand,
  mustHaveRoomForShards,
  onDemandStreamsAllowed,
  retentionHoursMin,
  shardsMax,
  withTags,
} from './stream-rules.ts'
import type { StreamTables } from './tables.ts'
import type { WriteGates } from './write-gates.ts'

export interface NewStream {
  readonly name: string
  readonly mode: StreamMode
  /** Of a provisioned stream; an on-demand one begins with four, or as its warm throughput needs. */
  readonly shardCount?: number
  readonly tags?: Readonly<Record<string, string>>
  readonly recordSizeKibMax?: number
  readonly warmThroughputMibps?: number
  readonly recordDistribution?: RecordDistribution
}

type StreamChange = Partial<StreamTables['streams_streams']>

export function management(parts: StreamParts, gates: WriteGates) {
  const { database, log, clock, registry } = parts
  const onDemandMax = onDemandStreamsAllowed(parts)

  /** Returns when the stream is ACTIVE. Until then others see it CREATING, and a crash in between is made good at the next start. */
  async function create(scope: StreamScope, input: NewStream): Promise<Stream> {
    const { accountId, region } = scope
    const { name } = input
    mustFitMode(input)
    mustBeWhole('WarmThroughputMiBps', input.warmThroughputMibps)
    mustBeWhole('MaxRecordSizeInKiB', input.recordSizeKibMax)
    const isOnDemand = input.mode === 'ON_DEMAND'
    const shardCount = isOnDemand
      ? Math.max(onDemandShardsMin, input.warmThroughputMibps ?? 0)
      : input.shardCount
    if (shardCount === undefined) {
      throw StreamErrors.InvalidArgument('ShardCount is required for a PROVISIONED stream.')
    }
    mustBeWhole('ShardCount', shardCount)
    // Before the ranges are laid out: a huge number must cost nothing.
    await mustHaveRoomForShards(database.tables<StreamTables>(), scope, shardCount)
    const createdAtMs = clock.now()
    const stream: Stream = {
      accountId,
      region,
      name,
      arn: streamArn({ ...scope, name }),
      logId: `stream-${uuid()}`,
      status: 'CREATING',
      mode: input.mode,
      createdAtMs,
      retentionHours: retentionHoursMin,
      recordSizeKibMax: input.recordSizeKibMax ?? 1024,
      warmThroughputMibps: input.warmThroughputMibps,
      recordDistribution: input.recordDistribution ?? 'USER_PARTITION_KEY',
      shardLevelMetrics: [],
      tags: withTags({ name, accountId }, {}, input.tags ?? {}),
      shards: evenRanges(shardCount).map(({ start, end }, number) => ({
        id: shardName(number),
        number,
        startingHashKey: start,
        endingHashKey: end,
        createdAtMs,
      })),
    }
    await database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      if (await findStream(db, stream)) {
        throw StreamErrors.StreamInUse(`Stream ${name} under account ${accountId} already exists.`)
      }
      await mustHaveRoomForShards(db, scope, shardCount)
      if (isOnDemand) await mustHaveRoomForOnDemand(db, scope, onDemandMax)
      await insertStream(db, stream)
    })
    registry.forget(stream)
    await createOrRemove(stream)
    return { ...stream, status: 'ACTIVE' }
  }

  /** What fails is gone. */
  async function createOrRemove(stream: Stream): Promise<void> {
    try {
      await finishCreation(stream)
    } catch (error) {
      await finishDeletion(stream).catch(() => undefined)
      throw error
    }
  }

  async function finishCreation(stream: Stream): Promise<void> {
    const { logId } = stream
    await Promise.all(stream.shards.map(({ id }) => log.createShard({ logId, shardId: id })))
    await database.transaction((tx) =>
      updateStream(tx.tables<StreamTables>(), logId, { status: 'ACTIVE' }),
    )
    registry.forget(stream)
  }

  /** Returns when the stream and its records are gone. */
  async function remove(
    scope: StreamScope,
    reference: StreamReference,
    options: {
      readonly withConsumers: boolean
      /** Run in the transaction from which on it is being deleted; throws what forbids it. */
      readonly check?: (tx: Transaction, stream: Stream) => Promise<void>
    },
  ): Promise<void> {
    const key = streamKey(scope, reference)
    const stream = await database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      const found = await findStream(db, key)
      if (!found) throw streamNotFound(key)
      if (found.status === 'CREATING' || found.status === 'DELETING') {
        throw StreamErrors.StreamInUse(
          `Stream ${found.name} under account ${found.accountId} is in state ${found.status}`,
        )
      }
      if (!options.withConsumers && (await countConsumers(db, found)) > 0) {
        throw StreamErrors.StreamInUse(
          `Stream ${found.name} under account ${found.accountId} has registered consumers. Deregister them first, or set EnforceConsumerDeletion.`,
        )
      }
      await options.check?.(tx, found)
      await updateStream(db, found.logId, { status: 'DELETING' })
      return found
    })
    registry.forget(key)
    await gates.alone(key, () => finishDeletion(stream))
  }

  async function finishDeletion(stream: Stream): Promise<void> {
    await log.deleteLog(stream.logId)
    await database.transaction((tx) => removeStream(tx.tables<StreamTables>(), stream.logId))
    registry.forget(stream)
    parts.meters.forget(stream.logId)
  }

  /** Changes columns of a stream, by what it is at that moment; returns the stream as it was before. */
  async function change(
    scope: StreamScope,
    reference: StreamReference,
    decide: (
      stream: Stream,
      db: Kysely<StreamTables>,
      tx: Transaction,
    ) => Promise<StreamChange> | StreamChange,
  ): Promise<Stream> {
    const key = streamKey(scope, reference)
    const stream = await database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      const found = await findStream(db, key)
      if (!found) throw streamNotFound(key)
      const columns = await decide(found, db, tx)
      if (Object.keys(columns).length > 0) await updateStream(db, found.logId, columns)
      return found
    })
    registry.forget(key)
    return stream
  }

  /** Finishes what a crash interrupted. What cannot be finished stays as it is until the next start: all others are to be had. */
  async function recover(): Promise<void> {
    const db = database.tables<StreamTables>()
    for (const key of await streamsByStatus(db, ['CREATING', 'DELETING'])) {
      const stream = await findStream(db, key)
      if (!stream) continue
      try {
        // Nobody was told that it is there: it may be taken back.
        if (stream.status === 'CREATING') await createOrRemove(stream)
        else await finishDeletion(stream)
      } catch (error) {
        parts.logger.warn({ err: error, stream: key.name }, 'a stream could not be finished')
      }
    }
  }

  /** Frees records, and closed shards, that are older than their stream keeps them. To be called now and then. */
  async function applyRetention(signal?: AbortSignal): Promise<void> {
    const db = database.tables<StreamTables>()
    for (const key of await streamsByStatus(db, ['ACTIVE'])) {
      if (signal?.aborted) return
      try {
        await trimStream(key)
      } catch (error) {
        parts.logger.warn({ err: error, stream: key.name }, 'a stream could not be trimmed')
      }
    }
  }

  async function trimStream(key: StreamKey): Promise<void> {
    const stream = await findStream(database.tables<StreamTables>(), key)
    if (!stream) return
    const { logId } = stream
    const timeMs = retentionHorizonMs(stream, clock.now())
    // Nothing can be that old yet: leave its log closed.
    if (stream.createdAtMs >= timeMs) return
    await log.trimBefore(logId, timeMs, spentOf(stream))
    const expired = stream.shards.filter((shard) => !isOpen(shard) && shard.closedAtMs! < timeMs)
    if (expired.length === 0) return
    await database.transaction(async (tx) => {
      for (const shard of expired) await removeShard(tx.tables<StreamTables>(), logId, shard)
    })
    registry.forget(key)
    const gone = new Set(expired.map((shard) => shard.id))
    parts.meters.of(stream).keepShards((shardId) => !gone.has(shardId))
  }

  return {
    create,
    remove,
    change,
    recover,
    applyRetention,
    find: async (scope: StreamScope, reference: StreamReference) =>
      (await registry.live(scope, reference)).stream,
    /** As a transaction sees it. */
    findWithin: async (tx: Transaction, scope: StreamScope, reference: StreamReference) => {
      const key = streamKey(scope, reference)
      const found = await findStream(tx.tables<StreamTables>(), key)
      if (!found) throw streamNotFound(key)
      return found
    },
    /** In the order of their names, without their shards. */
    list: (scope: StreamScope, afterName: string, limit: number) =>
      pageOfStreams(database.tables<StreamTables>(), scope, afterName, limit),
    limits: async (scope: StreamScope) => ({
      ...(await countScope(database.tables<StreamTables>(), scope)),
      shardsMax,
      onDemandStreamsMax: onDemandMax,
    }),
  }
}

/**
 * Which shards the stream has no more. Numbers are given once, and the greatest is always that of an open shard: what is greater is being
 * made.
 */
function spentOf({ shards }: Stream): (shardId: string) => boolean {
  const ids = new Set(shards.map(({ id }) => id))
  const newest = shardName(Math.max(...shards.map(({ number }) => number)))
  return (shardId) => shardId < newest && !ids.has(shardId)
}
