import { columnsOf, type RecordColumns } from '#ingestion/streams'
import { isLakeError, uuid } from '#kit'
import { putCheckpoints } from './checkpoints.ts'
import { isChannel } from './channels/channel.ts'
import { checkSettings } from './check-settings.ts'
import type { Delivery, DeliveryOptions } from './delivery.ts'
import { DeliveryErrors } from './errors.ts'
import { Holds } from './holds.ts'
import { laneNames, targetOf } from './lane.ts'
import { measurePut } from './measure.ts'
import type { Places } from './places.ts'
import type { DeliveryRef, DeliveryStream } from './records.ts'
import { RunningStreams } from './running.ts'
import { directShard, sourceOf } from './source.ts'
import { collectGarbage, removeAbandoned } from './spent-logs.ts'
import { changeStream, insertStream, mustBeNew, notFound, removeStream } from './stream-rows.ts'
import { tablesOf, toStream, type DeliveryDb } from './tables.ts'
import { createTails } from './tail/create-tails.ts'
import type { Tails } from './tail/tails.ts'
import { numberRecords } from './transforms/number-records.ts'
import { Turns } from './turns.ts'

/** Starts what the database has, and goes on where it was. */
export async function createDelivery(options: DeliveryOptions): Promise<Delivery> {
  const holds = new Holds()
  const transforming = { functions: options.functions, numbersOf: numberRecords(options.streams) }
  const running = new RunningStreams(options, transforming, holds)
  const tails = createTails({
    ...options,
    transforming,
    holds,
    deliveryStreams: () => running.streams(),
    source: (stream) => sourceOf(stream, options.streams),
    hurry: async (stream, lane, tips) => running.find(stream)?.lanes.get(lane)?.lane.hurry(tips),
    // Of a delivery stream that is gone nothing is committed any more.
    commits: (stream, lane) => running.find(stream)?.commits[lane] ?? new Turns(),
  })
  options.background.every('unused hot tails', 15_000, async () => tails.forgetUnused())
  await collectGarbage(options)
  await removeAbandoned(options)
  const db = tablesOf(options.database)
  for (const row of await db.selectFrom('delivery_streams').selectAll().execute()) {
    running.start(toStream(row))
  }
  return new DurableDelivery(options, running, tails)
}

class DurableDelivery implements Delivery {
  readonly #options: DeliveryOptions
  readonly #running: RunningStreams
  readonly tails: Tails

  constructor(options: DeliveryOptions, running: RunningStreams, tails: Tails) {
    this.#options = options
    this.#running = running
    this.tails = tails
  }

  async create(
    ref: Parameters<Delivery['create']>[0],
    { sealUnder, check, id = uuid(), ...input }: Parameters<Delivery['create']>[1],
  ): Promise<DeliveryStream> {
    const { metastore, clock, log, logKeys, database } = this.#options
    await checkSettings(metastore, ref, input.settings)
    const { accountId, region, name } = ref
    const identity = { id, accountId, region, name }
    const stream: DeliveryStream = {
      ...input,
      ...identity,
      version: 1,
      createdMs: clock.now(),
      updatedMs: undefined,
    }
    const { logId } = directShard(stream.id)
    try {
      if (stream.source.kind === 'direct') {
        await log.createShard(directShard(stream.id))
        if (sealUnder) await logKeys.set(logId, sealUnder)
      }
      const places = await this.#tips(stream)
      await database.transaction(async (tx) => {
        const db = tablesOf(tx)
        await mustBeNew(db, ref)
        await check?.(tx)
        await insertStream(db, stream)
        for (const lane of laneNames) {
          if (targetOf(stream, lane)) {
            await putCheckpoints(db, { streamId: stream.id, lane }, places)
          }
        }
      })
    } catch (error) {
      // When the database itself failed the row may be on the disk: then the next start finds out.
      if (isLakeError(error) && error.kind !== 'internal') await log.deleteLog(logId)
      throw error
    }
    this.#running.start(stream)
    return stream
  }

  get(ref: DeliveryRef): DeliveryStream {
    return this.#running.get(ref).stream
  }

  byId(id: string): DeliveryStream | undefined {
    return this.#running.byId(id)?.stream
  }

  list(
    scope: Parameters<Delivery['list']>[0],
    { limit, after, source }: Parameters<Delivery['list']>[1],
  ): readonly DeliveryStream[] {
    return [...this.#running.streams()]
      .filter(
        (stream) =>
          stream.accountId === scope.accountId &&
          stream.region === scope.region &&
          (after === undefined || stream.name > after) &&
          isFrom(stream, source),
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, limit)
  }

  async update(
    ref: DeliveryRef,
    { expectedVersion, settings, description }: Parameters<Delivery['update']>[1],
  ): Promise<DeliveryStream> {
    const { metastore, clock } = this.#options
    await checkSettings(metastore, ref, settings)
    const places = settings.backup ? await this.#tips(this.get(ref)) : undefined
    return this.#change(ref, async (db, stream) => {
      if (stream.version !== expectedVersion) {
        throw DeliveryErrors.DeliveryVersionMismatch(
          `Cannot update firehose: ${ref.name} since the current version id: ${stream.version} and specified version id: ${expectedVersion} do not match`,
        )
      }
      // A backup that is there already goes on where it is.
      if (places && !stream.settings.backup) {
        await putCheckpoints(db, { streamId: stream.id, lane: 'backup' }, places)
      }
      return { settings, description, version: stream.version + 1, updatedMs: clock.now() }
    })
  }

  async setEncryption(
    ref: DeliveryRef,
    encryption: DeliveryStream['encryption'],
    sealUnder: string | undefined,
  ): Promise<DeliveryStream> {
    await this.#options.logKeys.set(directShard(this.get(ref).id).logId, sealUnder)
    return this.#change(ref, async () => ({ encryption }))
  }

  changeTags(
    ref: DeliveryRef,
    change: (tags: DeliveryStream['tags']) => DeliveryStream['tags'],
  ): Promise<DeliveryStream> {
    return this.#change(ref, async (_, { tags }) => ({ tags: change(tags) }))
  }

  async remove(ref: DeliveryRef): Promise<void> {
    const running = this.#running.get(ref)
    const { stream } = running
    const garbage = stream.source.kind === 'direct' ? directShard(stream.id).logId : undefined
    await this.#options.database.transaction((tx) => removeStream(tablesOf(tx), stream, garbage))
    await this.#running.stop(running)
    await collectGarbage(this.#options)
  }

  put(ref: DeliveryRef, records: readonly Uint8Array[]): Promise<readonly string[]> {
    return this.putColumns(ref, columnsOf(records.map((data) => ({ data }))))
  }

  async putColumns(ref: DeliveryRef, columns: RecordColumns): Promise<readonly string[]> {
    const { log, measure = () => undefined } = this.#options
    const stream = this.get(ref)
    if (stream.source.kind !== 'direct') {
      throw DeliveryErrors.InvalidDelivery(
        'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
      )
    }
    try {
      const { logId, shardId } = directShard(stream.id)
      const shards = new Int32Array(columns.count)
      const { sequences, errors } = await log.appendBatch({
        logId,
        columns,
        shardIds: [shardId],
        shards,
      })
      const error = errors.get(0)
      if (error) throw error
      measurePut(measure, stream, columns)
      return Array.from(sequences, (sequence) => recordId(stream.id, sequence))
    } catch (error) {
      if (isLakeError(error, 'LogNotFound')) throw notFound(ref)
      throw error
    }
  }

  state(ref: DeliveryRef): ReturnType<Delivery['state']> {
    const { lanes } = this.#running.get(ref)
    return Object.fromEntries([...lanes].map(([name, { lane }]) => [name, lane.state]))
  }

  async #change(
    ref: DeliveryRef,
    work: (db: DeliveryDb, stream: DeliveryStream) => Promise<Partial<DeliveryStream>>,
  ): Promise<DeliveryStream> {
    const running = this.#running.get(ref)
    const changed = await this.#options.database.transaction((tx) => {
      const db = tablesOf(tx)
      return changeStream(db, ref, (stream) => work(db, stream))
    })
    this.#running.replace(running, changed)
    return changed
  }

  /** Behind the newest record of each shard that is read now. */
  async #tips(stream: DeliveryStream): Promise<Places> {
    const { log, streams } = this.#options
    const { logId, shardIds, numbers } = await sourceOf(stream, streams).shards()
    const tips = await log.tips(logId, shardIds)
    return new Map([[logId, new Map(numbers.map((number, place) => [number, tips[place]!]))]])
  }
}

function isFrom(
  stream: DeliveryStream,
  wanted: Parameters<Delivery['list']>[1]['source'],
): boolean {
  if (isChannel(stream)) return wanted === 'channel'
  return wanted === undefined || stream.source.kind === wanted
}

/** Opaque, and the same for the same record. */
function recordId(streamId: string, sequence: number): string {
  return `${streamId.replaceAll('-', '')}${String(sequence).padStart(20, '0')}`
}
