import { elapsedMs, type LakeError } from '#kit'
import type { consumerRegister } from './consumers.ts'
import { StreamErrors } from './errors.ts'
import type { StreamMeter } from './meters.ts'
import type { LiveShard, LiveStream, StreamParts } from './registry.ts'
import {
  findShard,
  shardNotFound,
  type IteratorPosition,
  type ShardPage,
  type ShardReader,
  type StreamRecord,
} from './shard-reader.ts'
import type { Consumer, Shard, Stream, StreamScope } from './stream.ts'
import { SubscriptionSlots, type Slot } from './subscription-slots.ts'

export const subscriptionLifeMs = 300_000

export interface SubscriptionInput {
  readonly consumerArn: string
  readonly shardId: string
  readonly position: IteratorPosition
}

export interface SubscriptionEvent {
  readonly stream: Stream
  readonly records: readonly StreamRecord[]
  /** Where to go on after this event; undefined when the shard is closed and all of it was sent. */
  readonly continuationSequenceNumber?: string
  readonly millisBehindLatest: number
  /** Only with the last event of a closed shard. */
  readonly childShards?: readonly Shard[]
}

/** What one event carries at most; a larger record has an event of its own. */
const eventLimits = { records: 10_000, bytes: 1024 * 1024 }
/** To each consumer of a shard, where AWS's limits are enforced. */
const pushedBytesPerSecond = 2 * 1024 * 1024
/** A shard without records sends an empty event so often: clients give up on a silent one after half a minute. */
const heartbeatMs = 5_000

/** Enhanced fan-out: records are pushed to a registered consumer as soon as they are durable. */
export function subscriptions(
  parts: StreamParts,
  reader: ShardReader,
  consumers: ReturnType<typeof consumerRegister>,
) {
  const { clock, log, quotas, registry } = parts
  const slots = new SubscriptionSlots(clock)

  /**
   * The events of a shard for five minutes, or to the end of a closed shard. Each is read when it is asked for.
   * The iterable ends when `signal` is aborted, and throws `StreamInUse` when another subscription took
   * over. Errors: `ConsumerNotFound`, `ShardNotFound`, `StreamInUse`, `InvalidArgument`.
   */
  async function subscribe(
    scope: StreamScope,
    input: SubscriptionInput,
    signal: AbortSignal,
  ): Promise<AsyncIterable<SubscriptionEvent>> {
    const { consumer, live, shard, after } = await locate(scope, input)
    const slot = place(live, shard, consumer)
    // A client that leaves before it asked for the first event never starts the iterable.
    if (signal.aborted) slots.release(slot)
    signal.addEventListener('abort', () => slots.release(slot), { once: true })
    return events(live, shard, after, { slot, consumerName: consumer.name }, signal)
  }

  async function locate(scope: StreamScope, input: SubscriptionInput) {
    const consumer = await consumers.find(scope, { arn: input.consumerArn })
    const live = await registry.live(scope, { arn: consumer.streamArn })
    const shard = findShard(live, input.shardId)
    const after = await reader.resolve(live, shard, input.position, 'SubscribeToShard')
    return { consumer, live, shard, after }
  }

  function place({ stream }: LiveStream, shard: LiveShard, { arn, name }: Consumer): Slot {
    const meter = parts.meters.of(stream)
    try {
      const slot = slots.take(arn, shard.shard.id, inUse(stream, shard, name))
      meter.addOfConsumer(name, 'SubscribeToShard.Success', 1)
      return slot
    } catch (error) {
      meter.addOfConsumer(name, 'SubscribeToShard.RateExceeded', 1)
      throw error
    }
  }

  async function* events(
    first: LiveStream,
    { shard: { number } }: LiveShard,
    from: bigint,
    { slot, consumerName }: { readonly slot: Slot; readonly consumerName: string },
    signal: AbortSignal,
  ): AsyncGenerator<SubscriptionEvent> {
    const { stream: key } = first
    const meter = parts.meters.of(key)
    // By the clock, or, when that is set back meanwhile, after so long.
    const startedMs = elapsedMs()
    const leftMs = () =>
      subscriptionLifeMs - Math.max(clock.now() - slot.startedAtMs, elapsedMs() - startedMs)
    let after = from
    let sentAtMs = -heartbeatMs
    let changes = 0
    let seen = -1
    const wake = new Wake()
    const unwatch = registry.watch(key, () => {
      changes += 1
      wake.now()
    })
    const ended = AbortSignal.any([signal, slot.signal])
    ended.addEventListener('abort', () => wake.now())
    try {
      let live = first
      while (leftMs() > 0) {
        slot.signal.throwIfAborted()
        if (signal.aborted) return
        if (seen !== changes) {
          seen = changes
          live = await registry.live(key, { arn: key.arn })
        }
        const shard = live.shards.get(number)
        if (!shard || live.stream.logId !== key.logId) {
          throw shardNotFound(key.accountId, key.name, first.shards.get(number)!.shard.id)
        }
        const page = await reader.page(live, shard, after, eventLimits)
        after = page.after
        const isDue = elapsedMs() - sentAtMs >= heartbeatMs
        if (page.records.length > 0 || page.childShards || isDue) {
          countEvent(meter, consumerName, page)
          meter.shard(shard.shard.id).add(live.stream, 'OutgoingRecords', page.records.length)
          meter.shard(shard.shard.id).add(live.stream, 'OutgoingBytes', page.sizeBytes)
          yield {
            stream: live.stream,
            records: page.records,
            continuationSequenceNumber: page.childShards ? undefined : shard.numbers.of(after),
            millisBehindLatest: page.millisBehindLatest,
            childShards: page.childShards,
          }
          sentAtMs = elapsedMs()
          if (page.childShards) return
          if (quotas) await wake.wait((page.sizeBytes / pushedBytesPerSecond) * 1000, untilAborted)
        }
        if (seen !== changes || ended.aborted) continue
        const waitMs = Math.min(sentAtMs + heartbeatMs - elapsedMs(), leftMs())
        await wake.wait(waitMs, (waiting) => log.wait(shard.ref, after, waiting))
      }
    } finally {
      unwatch()
      slots.release(slot)
    }
  }

  /** Ends the subscriptions of a consumer that is no more. */
  function endOf(consumerArn: string): void {
    slots.end(
      consumerArn,
      StreamErrors.ConsumerNotFound(`Consumer ${consumerArn} was deregistered.`),
    )
  }

  /** Fails as `subscribe` would, but for one that is under way, and begins nothing. */
  const checkSubscription = async (scope: StreamScope, input: SubscriptionInput): Promise<void> => {
    await locate(scope, input)
  }

  return { subscribe, checkSubscription, endOf }
}

function inUse(stream: Stream, { shard }: LiveShard, consumerName: string): LakeError {
  return StreamErrors.StreamInUse(
    `Another active subscription exists for this consumer: ${stream.accountId}:${stream.name}:${shard.id}:${consumerName}`,
  )
}

function countEvent(meter: StreamMeter, consumerName: string, page: ShardPage): void {
  const { records, sizeBytes, millisBehindLatest } = page
  meter.addOfConsumer(consumerName, 'SubscribeToShardEvent.Success', 1)
  meter.addOfConsumer(consumerName, 'SubscribeToShardEvent.Records', records.length)
  meter.addOfConsumer(consumerName, 'SubscribeToShardEvent.Bytes', sizeBytes)
  meter.addOfConsumer(consumerName, 'SubscribeToShardEvent.MillisBehindLatest', millisBehindLatest)
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

/** One waiting at a time, for data, for a time, or until it is told. */
class Wake {
  #waiting: AbortController | undefined

  now(): void {
    this.#waiting?.abort()
  }

  async wait(timeMs: number, forData: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (timeMs <= 0) return
    const waiting = new AbortController()
    this.#waiting = waiting
    const timer = setTimeout(() => waiting.abort(), timeMs)
    try {
      await forData(waiting.signal)
    } finally {
      clearTimeout(timer)
      this.#waiting = undefined
    }
  }
}
