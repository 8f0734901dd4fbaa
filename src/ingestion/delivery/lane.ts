import { isLakeError, randomHex, type Clock, type Logger } from '#kit'
import type { StreamLog } from '#ingestion/streams'
import { batchRecordsMax, type Batch } from './batch.ts'
import { loadCheckpoints, type CheckpointMove, type Checkpoints } from './checkpoints.ts'
import { tellTrouble, troubleOf } from './error-log.ts'
import { flush, type FlushParts } from './flush.ts'
import { DeliveryErrors } from './errors.ts'
import { Gathered } from './gathered.ts'
import { hasAll, lookOn, more } from './look.ts'
import { Pause } from './pause.ts'
import type { DeliveryStream, LaneName, LaneState, Target } from './records.ts'
import type { Source } from './source.ts'
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
  readonly onDelivered: (batch: Batch, failed: number) => Promise<void>
}

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
  readonly #pause = new Pause()
  /** As they are in the database, as long as nobody else moves them; undefined when that is not known. */
  #checkpoints: Checkpoints | undefined
  /** The newest. */
  #gathered: Gathered | undefined
  /** No batch may hold more: the transforms made too much of one that did. */
  #bytesMax = Infinity
  #state: LaneState = { deliveredRecords: 0, deliveredBytes: 0, failedRecords: 0 }

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
    this.#pause.end()
    return done
  }

  /** The settings changed: looks at them before it waits on. */
  nudge(): void {
    this.#pause.end()
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
      let collected: Collected | undefined
      try {
        collected = await this.#collect(signal)
        if (!collected) continue
        const { batch, move } = collected
        const failed = await flush(this.#options, batch, {
          move,
          signal,
          commits: this.#options.commits,
          latest: this.#options.stream,
        })
        this.#checkpoints = { version: move.version + 1, places: move.to }
        this.#bytesMax *= 2
        this.#state = {
          deliveredRecords: this.#state.deliveredRecords + batch.records,
          deliveredBytes: this.#state.deliveredBytes + batch.bytes,
          failedRecords: this.#state.failedRecords + failed,
        }
        this.#logger.debug(
          { delivery: stream.name, lane: batch.lane, records: batch.records, failed },
          'delivered',
        )
        await this.#options.onDelivered(batch, failed)
        await this.#options.onStep?.('freed', batch)
      } catch (error) {
        // Whether they were moved is not known, or they were by somebody else.
        this.#checkpoints = undefined
        if (signal.aborted || isLakeError(error, 'DeliverySuperseded')) continue
        if (collected && isLakeError(error, 'DeliveryTooLarge')) {
          // The last record of a batch may lie beyond its bounds: the same batch must not come again.
          this.#bytesMax = Math.ceil(Math.min(this.#bytesMax, collected.batch.bytes) / 2)
        }
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
    await this.#pause.take(backoffMs * jitter(), signal)
  }

  /** Waits until there is a batch to deliver; undefined when it has to begin anew. */
  async #collect(signal: AbortSignal): Promise<Collected | undefined> {
    const { name } = this.#options
    let gathered: Gathered | undefined
    while (!signal.aborted) {
      const stream = this.#options.stream()
      const target = stream && targetOf(stream, name)
      if (!stream || !target) return undefined
      const bufferBytes = Math.min(target.bufferBytes, this.#bytesMax)
      const checkpoints = await this.#known(stream)
      if (!checkpoints) {
        // It was removed: the commit can be seen before who made it knows, and stops this. To read from the start would be to no purpose.
        await this.#pause.take(recheckMs, signal)
        return undefined
      }
      const source = this.#options.source(stream)
      const shards = await source.shards()
      gathered ??= this.#gathered = new Gathered(checkpoints, shards, this.#gathered)
      // New settings may leave less room than is taken.
      if (!gathered.follow(shards) || gathered.bytes > bufferBytes) return undefined
      this.#urgent.reached(checkpoints.places)
      const letGo = this.#urgent.mark()
      const progressed = await lookOn(this.#log, gathered, bufferBytes)
      const { records, bytes, oldestMs } = gathered
      // What is gone from the source is waited for in vain.
      if (records === 0 && !progressed) letGo()
      const bufferMs = this.#urgent.isWanted ? 0 : target.bufferMs
      const dueMs = gathered.dueMs(bufferMs, this.#clock.now())
      const isFull = bytes >= bufferBytes || records >= batchRecordsMax
      if (isFull || (dueMs <= 0 && (!progressed || (await hasAll(this.#log, gathered))))) {
        const ranges = gathered.ranges()
        const batch = { stream, lane: name, target, ranges, records, bytes, oldestMs }
        return { batch, move: gathered.move() }
      }
      if (progressed) continue
      const recheck = records > 0 || source.mayReshard ? recheckMs : Infinity
      const waitMs = Math.min(dueMs, recheck)
      const waited = gathered
      await this.#pause.take(waitMs === Infinity ? undefined : waitMs, signal, (stop) =>
        more(this.#log, waited, stop),
      )
    }
    return undefined
  }

  /** Where its checkpoints stand; undefined when it has none. */
  async #known(stream: DeliveryStream): Promise<Checkpoints | undefined> {
    const { name, database } = this.#options
    if (this.#checkpoints) return this.#checkpoints
    const key = { streamId: stream.id, lane: name }
    this.#checkpoints = await loadCheckpoints(tablesOf(database), key)
    return this.#checkpoints
  }
}

interface Collected {
  readonly batch: Batch
  /** The checkpoints behind it. */
  readonly move: CheckpointMove
}

/** Between a half and one, so that lanes that failed together do not try again together. */
function jitter(): number {
  return 0.5 + parseInt(randomHex(2), 16) / 131_072
}

export const laneNames: readonly LaneName[] = ['target', 'backup']

export function targetOf(stream: DeliveryStream, lane: LaneName): Target | undefined {
  return lane === 'target' ? stream.settings.target : stream.settings.backup
}
