import type { Metastore } from '#catalog/metastore'
import type { IcebergTables } from '#catalog/tables'
import type { LogKeys, StreamLog, Streams } from '#ingestion/streams'
import { isLakeError, uuid, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import type { Measure } from '#platform/telemetry'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import type { DeliveryRoles } from './access/roles.ts'
import { loadCheckpoints, putCheckpoints, shardKey } from './checkpoints.ts'
import { checkSettings } from './check-settings.ts'
import type { ErrorLogStore } from './error-log.ts'
import type { FlushStep } from './flush.ts'
import { DeliveryErrors } from './errors.ts'
import { Holds } from './holds.ts'
import { measureDelivery, measurePut } from './measure.ts'
import { Lane, targetOf } from './lane.ts'
import type {
  DeliveryRef,
  DeliveryScope,
  DeliverySettings,
  DeliverySource,
  DeliveryStream,
  LaneName,
  LaneState,
} from './records.ts'
import { directShard, sourceOf } from './source.ts'
import { findRow, tablesOf, toStream, type DeliveryDb } from './tables.ts'
import { createTails } from './tail/create-tails.ts'
import type { Tails } from './tail/tails.ts'
import type { FunctionCaller } from './transforms/function-caller.ts'
import { numberRecords } from './transforms/number-records.ts'
import { Turns } from './turns.ts'

export interface DeliveryOptions {
  readonly database: Database
  readonly log: StreamLog
  /** What a stream's own log is sealed with. */
  readonly logKeys: Pick<LogKeys, 'set'>
  readonly streams: Pick<Streams, 'find'>
  readonly objects: Objects
  readonly metastore: Metastore
  readonly tables: IcebergTables
  readonly engine: QueryEngine
  readonly logs: ErrorLogStore
  readonly clock: Clock
  /** Opens secrets of settings, which are kept sealed. */
  readonly unseal: (sealed: string) => string
  readonly background: Background
  readonly measure?: Measure
  /** Calls the functions of processors. */
  readonly functions: FunctionCaller
  /** Whose permissions deliveries need. */
  readonly roles: DeliveryRoles
  readonly logger: Logger
  /** Only for tests: called when a batch's files are staged and nothing is committed. */
  readonly onStaged?: () => Promise<void> | void
  /** Only for tests: called after each step of a delivery. */
  readonly onStep?: (step: FlushStep) => Promise<void> | void
}

export interface NewDelivery {
  readonly source: DeliverySource
  readonly settings: DeliverySettings
  readonly description: Readonly<Record<string, unknown>>
  readonly encryption: Readonly<Record<string, unknown>>
  /** The key (`LogKeys`) that records put into it are sealed under until they are delivered. */
  readonly sealUnder?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** Delivery streams: what PutRecord or a stream brings is written to objects, once each. Errors: `DeliveryErrors`. */
export interface Delivery {
  /** A stream is read from its newest record on. Errors: `DeliveryStreamExists`, `InvalidDelivery`, `DeliveryLimitExceeded`, `StreamNotFound`. */
  create(ref: DeliveryRef, input: NewDelivery): Promise<DeliveryStream>
  get(ref: DeliveryRef): DeliveryStream
  /** By name. */
  list(
    scope: DeliveryScope,
    page: {
      readonly limit: number
      readonly after?: string
      readonly source?: DeliverySource['kind']
    },
  ): readonly DeliveryStream[]
  /** What is under way keeps the settings it began with. Errors: `DeliveryVersionMismatch`, `InvalidDelivery`. */
  update(
    ref: DeliveryRef,
    change: Pick<NewDelivery, 'settings' | 'description'> & { readonly expectedVersion: number },
  ): Promise<DeliveryStream>
  setEncryption(
    ref: DeliveryRef,
    encryption: Readonly<Record<string, unknown>>,
    sealUnder: string | undefined,
  ): Promise<DeliveryStream>
  changeTags(
    ref: DeliveryRef,
    change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): Promise<DeliveryStream>
  /** What was not delivered yet is gone with it. */
  remove(ref: DeliveryRef): Promise<void>
  /** Durable when it resolves; an id for each record. Errors: `InvalidDelivery` for one that reads a stream. */
  put(ref: DeliveryRef, records: readonly Uint8Array[]): Promise<readonly string[]>
  /** How its lanes are doing since the server started. */
  state(ref: DeliveryRef): Readonly<Partial<Record<LaneName, LaneState>>>
  /** What was accepted and is not delivered yet. */
  readonly tails: Tails
}

/** https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const deliveryStreamsMax = 5000
const laneNames: readonly LaneName[] = ['target', 'backup']

interface Running {
  stream: DeliveryStream
  /** Where commits and those who hold them up take turns. */
  readonly commits: Readonly<Record<LaneName, Turns>>
  readonly lanes: Map<LaneName, { readonly lane: Lane; readonly ended: Promise<void> }>
  readonly controller: AbortController
}

/** Starts what the database has, and goes on where it was. */
export async function createDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { database, log, clock, measure = () => undefined } = options
  const running = new Map<string, Running>()
  const holds = new Holds()
  const transforming = { functions: options.functions, numbersOf: numberRecords(options.streams) }
  const tails = createTails({
    ...options,
    transforming,
    holds,
    *deliveryStreams() {
      for (const { stream } of running.values()) yield stream
    },
    source: (stream) => sourceOf(stream, options.streams),
    hurry: async (stream, lane, tips) =>
      running.get(keyOf(stream))?.lanes.get(lane)?.lane.hurry(tips),
    // Of a delivery stream that is gone nothing is committed any more.
    commits: (stream, lane) => running.get(keyOf(stream))?.commits[lane] ?? new Turns(),
  })
  options.background.every('unused hot tails', 15_000, async () => tails.forgetUnused())

  const find = (ref: DeliveryRef): Running => {
    const found = running.get(keyOf(ref))
    if (found) return found
    throw notFound(ref)
  }

  const start = (stream: DeliveryStream): Running => {
    const entry: Running = {
      stream,
      commits: { target: new Turns(), backup: new Turns() },
      lanes: new Map(),
      controller: new AbortController(),
    }
    running.set(keyOf(stream), entry)
    startLanes(entry)
    return entry
  }

  const startLanes = (entry: Running) => {
    for (const name of laneNames) {
      if (entry.lanes.has(name) || !targetOf(entry.stream, name)) continue
      const lane = new Lane({
        ...options,
        transforming,
        name,
        stream: () => (entry.controller.signal.aborted ? undefined : entry.stream),
        source: (stream) => sourceOf(stream, options.streams),
        commits: entry.commits[name],
        onDelivered: (stream, batch, failed) => {
          measureDelivery(measure, batch, failed, clock.now())
          return trim(options, holds, stream)
        },
      })
      const ended = options.background.spawn(`delivery ${entry.stream.name}`, (signal) =>
        lane.run(AbortSignal.any([signal, entry.controller.signal])),
      )
      entry.lanes.set(name, { lane, ended })
    }
  }

  const replace = (entry: Running, stream: DeliveryStream): DeliveryStream => {
    entry.stream = stream
    startLanes(entry)
    for (const { lane } of entry.lanes.values()) lane.nudge()
    return stream
  }

  const change = async (
    ref: DeliveryRef,
    work: (db: DeliveryDb, stream: DeliveryStream) => Promise<Partial<DeliveryStream>>,
  ): Promise<DeliveryStream> => {
    const entry = find(ref)
    const changed = await database.transaction(async (tx) => {
      const db = tablesOf(tx)
      const row = await findRow(db, ref)
      if (!row) throw notFound(ref)
      const stream = toStream(row)
      const next = { ...stream, ...(await work(db, stream)) }
      await db
        .updateTable('delivery_streams')
        .set({
          settings: JSON.stringify(next.settings),
          description: JSON.stringify(next.description),
          encryption: JSON.stringify(next.encryption),
          tags: JSON.stringify(next.tags),
          version: next.version,
          updated_ms: next.updatedMs ?? null,
        })
        .where('id', '=', stream.id)
        .execute()
      return next
    })
    return replace(entry, changed)
  }

  /** The newest record of each shard that is read now. */
  const tips = async (stream: DeliveryStream) => {
    const shards = await sourceOf(stream, options.streams).shards()
    return Promise.all(
      shards.map(async ({ ref }) => ({ ref, sequence: (await log.tip(ref)).sequence })),
    )
  }

  await collectGarbage(options)
  for (const row of await tablesOf(database).selectFrom('delivery_streams').selectAll().execute()) {
    start(toStream(row))
  }

  return {
    create: async (ref, { sealUnder, ...input }) => {
      await checkSettings(options.metastore, ref, input.settings)
      const stream: DeliveryStream = {
        ...input,
        id: uuid(),
        accountId: ref.accountId,
        region: ref.region,
        name: ref.name,
        version: 1,
        createdMs: clock.now(),
        updatedMs: undefined,
      }
      if (stream.source.kind === 'direct') {
        await log.createShard(directShard(stream.id))
        if (sealUnder) await options.logKeys.set(directShard(stream.id).logId, sealUnder)
      }
      try {
        const places = await tips(stream)
        await database.transaction(async (tx) => {
          const db = tablesOf(tx)
          await mustBeNew(db, ref)
          await insert(db, stream)
          for (const lane of laneNames) {
            if (targetOf(stream, lane)) await putCheckpoints(db, stream.id, lane, places)
          }
        })
      } catch (error) {
        if (isLakeError(error) && error.kind !== 'internal') {
          await log.deleteLog(directShard(stream.id).logId)
        }
        throw error
      }
      return start(stream).stream
    },

    get: (ref) => find(ref).stream,

    list: (scope, { limit, after, source }) =>
      [...running.values()]
        .map((entry) => entry.stream)
        .filter(
          (stream) =>
            stream.accountId === scope.accountId &&
            stream.region === scope.region &&
            (after === undefined || stream.name > after) &&
            (source === undefined || stream.source.kind === source),
        )
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, limit),

    update: async (ref, { expectedVersion, settings, description }) => {
      await checkSettings(options.metastore, ref, settings)
      const { stream: before } = find(ref)
      const addsBackup = settings.backup !== undefined && before.settings.backup === undefined
      const places = addsBackup ? await tips(before) : []
      return change(ref, async (db, stream) => {
        if (stream.version !== expectedVersion) {
          throw DeliveryErrors.DeliveryVersionMismatch(
            `Cannot update firehose: ${ref.name} since the current version id: ${stream.version} and specified version id: ${expectedVersion} do not match`,
          )
        }
        await putCheckpoints(db, stream.id, 'backup', places)
        return { settings, description, version: stream.version + 1, updatedMs: clock.now() }
      })
    },

    setEncryption: async (ref, encryption, sealUnder) => {
      await options.logKeys.set(directShard(find(ref).stream.id).logId, sealUnder)
      return change(ref, async () => ({ encryption }))
    },
    changeTags: (ref, work) => change(ref, async (_, { tags }) => ({ tags: work(tags) })),

    remove: async (ref) => {
      const entry = find(ref)
      const { id } = entry.stream
      const { logId } = directShard(id)
      await database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const removed = await db
          .deleteFrom('delivery_streams')
          .where('id', '=', id)
          .executeTakeFirst()
        if (removed.numDeletedRows === 0n) throw notFound(ref)
        await db.deleteFrom('delivery_checkpoints').where('stream_id', '=', id).execute()
        if (entry.stream.source.kind === 'direct') {
          await db.insertInto('delivery_garbage').values({ log_id: logId }).execute()
        }
      })
      // Another of this name may have begun since the commit.
      if (running.get(keyOf(ref)) === entry) running.delete(keyOf(ref))
      entry.controller.abort()
      await Promise.allSettled([...entry.lanes.values()].map(({ ended }) => ended))
      await collectGarbage(options)
    },

    put: async (ref, records) => {
      const { stream } = find(ref)
      if (stream.source.kind !== 'direct') {
        throw DeliveryErrors.InvalidDelivery(
          'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
        )
      }
      try {
        const sequences = await log.append(
          directShard(stream.id),
          records.map((data) => ({ partitionKey: '', data })),
        )
        measurePut(measure, stream, records)
        return sequences.map((sequence) => recordId(stream.id, sequence))
      } catch (error) {
        if (isLakeError(error, 'LogNotFound')) throw notFound(ref)
        throw error
      }
    },

    tails,

    state: (ref) =>
      Object.fromEntries([...find(ref).lanes].map(([name, { lane }]) => [name, lane.state])),
  }
}

function keyOf({ accountId, region, name }: DeliveryRef): string {
  return `${accountId}/${region}/${name}`
}

function notFound({ name, accountId }: DeliveryRef): Error {
  return DeliveryErrors.DeliveryStreamNotFound(
    `Firehose ${name} under account ${accountId} not found.`,
  )
}

/** Opaque, and the same for the same record. */
function recordId(streamId: string, sequence: bigint): string {
  return `${streamId.replaceAll('-', '')}${String(sequence).padStart(20, '0')}`
}

async function mustBeNew(db: DeliveryDb, ref: DeliveryRef): Promise<void> {
  if (await findRow(db, ref)) {
    throw DeliveryErrors.DeliveryStreamExists(
      `Firehose ${ref.name} under accountId ${ref.accountId} already exists`,
    )
  }
  const { count } = await db
    .selectFrom('delivery_streams')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .executeTakeFirstOrThrow()
  if (Number(count) >= deliveryStreamsMax) {
    throw DeliveryErrors.DeliveryLimitExceeded(
      `An account may have ${deliveryStreamsMax} delivery streams in a region.`,
    )
  }
}

async function insert(db: DeliveryDb, stream: DeliveryStream): Promise<void> {
  await db
    .insertInto('delivery_streams')
    .values({
      id: stream.id,
      account_id: stream.accountId,
      region: stream.region,
      name: stream.name,
      source: JSON.stringify(stream.source),
      settings: JSON.stringify(stream.settings),
      description: JSON.stringify(stream.description),
      encryption: JSON.stringify(stream.encryption),
      tags: JSON.stringify(stream.tags),
      version: stream.version,
      created_ms: stream.createdMs,
      updated_ms: null,
    })
    .execute()
}

/** Frees what every lane of a delivery stream has delivered, and no query reads. */
async function trim(options: DeliveryOptions, holds: Holds, stream: DeliveryStream): Promise<void> {
  if (stream.source.kind !== 'direct') return
  const shard = directShard(stream.id)
  const places = await Promise.all(
    laneNames
      .filter((lane) => targetOf(stream, lane))
      .map(async (lane) => {
        const checkpoints = await loadCheckpoints(tablesOf(options.database), stream.id, lane)
        return checkpoints.get(shardKey(shard)) ?? 0n
      }),
  )
  const sequence = places.reduce((least, place) => (place < least ? place : least))
  await options.log.trim(shard, { sequence: holds.limit(shard.logId, sequence) })
}

/** Removes logs whose delivery stream is gone; a crash may have come between. */
async function collectGarbage(options: DeliveryOptions): Promise<void> {
  const rows = await tablesOf(options.database).selectFrom('delivery_garbage').selectAll().execute()
  for (const { log_id: logId } of rows) {
    await options.log.deleteLog(logId)
    await options.database.transaction(async (tx) => {
      await tablesOf(tx).deleteFrom('delivery_garbage').where('log_id', '=', logId).execute()
    })
  }
}
