import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLakeError, randomHex, sleep, type Clock, type Logger } from '#kit'
import type { ShardPlaces, StreamLog } from '#ingestion/streams'
import { pageRecords, type Batch } from './batch.ts'
import { loadCheckpoints } from './checkpoints.ts'
import { tellTrouble, troubleOf } from './error-log.ts'
import { flush, type FlushParts } from './flush.ts'
import { DeliveryErrors } from './errors.ts'
import { Gathered } from './gathered.ts'
import type { DeliveryStream, LaneName, LaneState, Target } from './records.ts'
import type { Source, SourceShard } from './source.ts'
import { tablesOf } from './tables.ts'
import type { Turns } from './turns.ts'
import { Urgent, type Tips } from './urgent.ts'

export interface LaneOptions extends FlushParts {
  readonly name: LaneName
  /** The delivery stream as it is now; undefined when it is gone. */
  readonly stream: () => DeliveryStream | undefined
  readonly source: (stream: DeliveryStream) => Source
  /** A commit takes a turn here: a query may hold it up for a moment. */
  readonly commits: Turns
  /** After a batch was delivered. */
  readonly onDelivered: (stream: DeliveryStream, batch: Batch, failed: number) => Promise<void>
}

/** A batch has no more records than this, however small they are. */
const batchRecordsMax = 1_000_000
const scanBytes = 4 * 1024 * 1024
const shareBytesMin = 64 * 1024
/** How long it may take to notice that the clock was moved, or that shards were split. */
const recheckMs = 1000
const retryFirstMs = 500
const retryLastMs = 60_000

/**
 * Delivers from one place in the source to one target, batch after batch. What waits to be delivered lies in the log: here
 * there are only numbers.
 */
export class Lane {
  readonly #options: LaneOptions
  readonly #clock: Clock
  readonly #log: StreamLog
  readonly #logger: Logger
  readonly #urgent = new Urgent()
  #state: LaneState = { deliveredRecords: 0, deliveredBytes: 0, failedRecords: 0 }
  #wake = () => {}

  constructor(options: LaneOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#log = options.log
    this.#logger = options.logger
  }

  get state(): LaneState {
    return this.#state
  }

  /**
   * Delivers what lies before these places without waiting for the buffer. Resolves when it is delivered; fails with the first trouble, of
   * which the lane goes on to try by itself.
   */
  hurry(tips: Tips): Promise<void> {
    const done = this.#urgent.until(tips)
    this.#wake()
    return done
  }

  /** The settings changed: looks at them before it waits on. */
  nudge(): void {
    this.#wake()
  }

  /** Runs until the signal is aborted or the delivery stream is gone. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#run(signal)
    } finally {
      this.#urgent.fail(DeliveryErrors.DeliverySuperseded('the delivery has ended'))
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const stream = this.#options.stream()
      const target = stream && targetOf(stream, this.#options.name)
      if (!stream || !target) return
      try {
        const batch = await this.#collect(signal)
        if (!batch) continue
        const failed = await flush(this.#options, batch, {
          signal,
          commits: this.#options.commits,
          latest: this.#options.stream,
        })
        this.#state = {
          deliveredRecords: this.#state.deliveredRecords + batch.records,
          deliveredBytes: this.#state.deliveredBytes + batch.bytes,
          failedRecords: this.#state.failedRecords + failed,
        }
        this.#logger.debug(
          { delivery: stream.name, lane: batch.lane, records: batch.records, failed },
          'delivered',
        )
        await this.#options.onDelivered(stream, batch, failed)
        await this.#options.onStep?.('freed')
      } catch (error) {
        if (signal.aborted || isLakeError(error, 'DeliverySuperseded')) continue
        await this.#trouble(stream, target, error, signal)
      }
    }
  }

  async #trouble(
    stream: DeliveryStream,
    target: Target,
    error: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const attempts = (this.#state.trouble?.attempts ?? 0) + 1
    const { code, message } = troubleOf(error)
    this.#state = {
      ...this.#state,
      trouble: {
        sinceMs: this.#state.trouble?.sinceMs ?? this.#clock.now(),
        attempts,
        message: `${code}: ${message}`,
      },
    }
    this.#logger.warn(
      { err: error, delivery: stream.name, lane: this.#options.name, attempts },
      'a delivery failed and will be tried again',
    )
    await tellTrouble(this.#options, stream, target, [{ code, message }])
    this.#urgent.fail(error)
    const backoffMs = Math.min(retryLastMs, retryFirstMs * 2 ** Math.min(attempts - 1, 10))
    await this.#pause(backoffMs * jitter(), signal, [])
  }

  /** Waits until there is a batch to deliver; undefined when it has to begin anew. */
  async #collect(signal: AbortSignal): Promise<Batch | undefined> {
    const { name, database } = this.#options
    let gathered: Gathered | undefined
    while (!signal.aborted) {
      const stream = this.#options.stream()
      const target = stream && targetOf(stream, name)
      if (!stream || !target) return undefined
      if (!gathered) {
        const checkpoints = await loadCheckpoints(tablesOf(database), stream.id, name)
        if (checkpoints.size === 0) {
          // It was removed: the commit can be seen before who made it knows, and stops this. To read from the start would be to no purpose.
          await this.#pause(recheckMs, signal, [])
          return undefined
        }
        this.#urgent.reached(checkpoints)
        gathered = new Gathered(checkpoints)
      }
      // New settings may leave less room than is taken.
      if (gathered.bytes > target.bufferBytes) return undefined
      const source = this.#options.source(stream)
      const shards = await source.shards()
      const letGo = this.#urgent.mark()
      const progressed = await this.#scan(shards, gathered, target)
      const { records, bytes, oldestMs } = gathered
      // What is gone from the source is waited for in vain.
      if (records === 0 && !progressed) letGo()
      const bufferMs = this.#urgent.isWanted ? 0 : target.bufferMs
      const dueMs = gathered.dueMs(bufferMs, this.#clock.now())
      const isFull = bytes >= target.bufferBytes || records >= batchRecordsMax
      if (isFull || (dueMs <= 0 && (!progressed || (await this.#hasAll(shards, gathered))))) {
        return { stream, lane: name, target, ranges: gathered.ranges(), records, bytes, oldestMs }
      }
      if (progressed) continue
      const recheck = records > 0 || source.mayReshard ? recheckMs : Infinity
      const waitMs = Math.min(dueMs, recheck)
      const open = gathered.open(shards)
      await this.#pause(waitMs === Infinity ? undefined : waitMs, signal, open, gathered)
    }
    return undefined
  }

  /** Looks on in each shard, as far as the batch has room. True when there was something. */
  async #scan(
    shards: readonly SourceShard[],
    gathered: Gathered,
    target: Target,
  ): Promise<boolean> {
    const open = gathered.open(shards)
    const [first] = open
    const limitBytes = target.bufferBytes - gathered.bytes
    const limitRecords = batchRecordsMax - gathered.records
    if (!first || limitBytes <= 0 || limitRecords <= 0) return false
    const places = placesOf(open, gathered)
    const extents = await this.#log.extents(first.ref.logId, places, {
      limitRecords,
      limitBytes,
      shardRecords: pageRecords,
      // A busy shard must not take all the room again and again.
      shardBytes: Math.min(
        scanBytes,
        Math.max(shareBytesMin, Math.ceil(target.bufferBytes / open.length)),
      ),
    })
    let progressed = false
    for (const [place, shard] of open.entries()) {
      const last = extents.lasts[place]!
      if (extents.records[place]! > 0) {
        gathered.add(shard, extents, place)
        progressed = true
      } else if (!extents.isComplete) continue
      else if (shard.lastSequence !== undefined) gathered.exhausted.add(shard.ref.shardId)
      else if (last > 0) await this.#pass(shard, gathered, BigInt(last))
    }
    return progressed
  }

  /** Nothing was found up to the tip: retention took it, and the batch goes on behind it. */
  async #pass(shard: SourceShard, gathered: Gathered, tip: bigint): Promise<void> {
    const oldest = await this.#log.trimHorizon(shard.ref)
    if (oldest > 0n && oldest <= tip)
      throw new Error(`the log holds ${oldest} and does not give it`)
    gathered.pass(shard, tip)
  }

  /** Whether a batch that is due holds what was there when that was first asked: what waits goes together, what comes meanwhile is not waited for. */
  async #hasAll(shards: readonly SourceShard[], gathered: Gathered): Promise<boolean> {
    gathered.tips ??= await this.#tips(shards, gathered)
    const { tips } = gathered
    return gathered
      .open(shards)
      .every((shard) => gathered.after(shard) >= (tips.get(gathered.keyOf(shard.ref)) ?? 0))
  }

  async #tips(shards: readonly SourceShard[], gathered: Gathered) {
    const [first] = shards
    if (!first) return new Map<string, number>()
    const shardIds = shards.map(({ ref }) => ref.shardId)
    const tips = await this.#log.tips(first.ref.logId, shardIds)
    return new Map(shards.map(({ ref }, place) => [gathered.keyOf(ref), tips[place]!]))
  }

  /** Until a shard has more than was gathered. */
  async #more(
    shards: readonly SourceShard[],
    gathered: Gathered | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const [first] = shards
    if (first) await this.#log.waitAny(first.ref.logId, placesOf(shards, gathered), signal)
    else await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }

  /** Until a shard has more, the time is over, the settings change or the end comes. */
  async #pause(
    timeMs: number | undefined,
    signal: AbortSignal,
    shards: readonly SourceShard[],
    gathered?: Gathered,
  ): Promise<void> {
    const stop = new AbortController()
    const onAbort = () => stop.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) stop.abort()
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
      stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const over = timeMs === undefined ? [] : [sleep(timeMs, stop.signal).catch(() => undefined)]
    try {
      await Promise.race([woken, ...over, this.#more(shards, gathered, stop.signal)])
      // Whatever wakes it, all others have their turn before it looks again: what it asks is mostly in memory.
      await nextTurn()
    } finally {
      signal.removeEventListener('abort', onAbort)
      stop.abort()
      this.#wake = () => {}
    }
  }
}

/** Where to go on in each shard. All of a source's are of one log. */
function placesOf(shards: readonly SourceShard[], gathered: Gathered | undefined): ShardPlaces {
  return {
    shardIds: shards.map(({ ref }) => ref.shardId),
    afters: Float64Array.from(shards, (shard) => Number(gathered?.after(shard) ?? 0n)),
  }
}

/** Between a half and one, so that lanes that failed together do not try again together. */
function jitter(): number {
  return 0.5 + parseInt(randomHex(2), 16) / 131_072
}

export const laneNames: readonly LaneName[] = ['target', 'backup']

export function targetOf(stream: DeliveryStream, lane: LaneName): Target | undefined {
  return lane === 'target' ? stream.settings.target : stream.settings.backup
}
