import { sleep, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import { Delivery } from './delivery.ts'
import type { EventTables } from './tables.ts'

/** An event on its way to its subscriber. */
export interface DeliveredEvent {
  readonly topic: string
  readonly lane: string
  /** Grows with each event of the topic, in the order of the commits. */
  readonly sequence: number
  readonly payload: unknown
  readonly publishedMs: number
  /** Deliveries that failed before this one. */
  readonly attempts: number
}

/** Resolves when the event is taken, durably if that matters; what it throws is logged, and the event comes again. */
export type Subscriber = (event: DeliveredEvent, signal: AbortSignal) => Promise<void>

export interface SubscribeOptions {
  /** Lanes that are delivered at the same time. Default 16. */
  readonly concurrency?: number
  /** After this an event that nobody takes is dropped, with an error in the log. Default 6 hours, as Lambda keeps its own. */
  readonly ageMsMax?: number
  /** The first pause after a failed delivery; it doubles up to five minutes. Default 1 s. */
  readonly retryMs?: number
}

/**
 * Delivers what `publishEvent` put into the outbox: at least once, in order within a lane, also after a crash. What nobody
 * subscribes to waits.
 */
export interface EventBus extends AsyncDisposable {
  /** One subscriber a topic, for as long as the bus runs. */
  subscribe(topic: string, subscriber: Subscriber, options?: SubscribeOptions): void
  /** Delivers everything that is due now; for tests. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** How often the bus looks whether anything was published: a comparison of two numbers. */
const lookMs = 100
const outbox: readonly (keyof EventTables)[] = ['event_outbox']
/** How long events that wait for their time may wait on. */
const patienceMs = 1_000

export function createEventBus(parts: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}): EventBus {
  const { database } = parts
  const controller = new AbortController()
  const { signal } = controller
  const deliveries = new Map<string, Delivery>()
  const loops: Promise<void>[] = []

  const loop = async (delivery: Delivery) => {
    let seen = Number.NaN
    let sinceMs = Number.POSITIVE_INFINITY
    while (!signal.aborted) {
      const generation = database.generation(outbox)
      if (generation !== seen || sinceMs >= patienceMs) {
        seen = generation
        sinceMs = 0
        await delivery.run(signal)
      }
      sinceMs += lookMs
      await sleep(lookMs, signal).catch(() => undefined)
    }
  }

  const close = async () => {
    controller.abort(new Error('the server is stopping'))
    await Promise.all(loops)
  }

  return {
    subscribe: (topic, subscriber, options = {}) => {
      if (deliveries.has(topic)) throw new Error(`${topic} has a subscriber`)
      const delivery = new Delivery(parts, topic, subscriber, options)
      deliveries.set(topic, delivery)
      loops.push(loop(delivery))
    },
    settle: async () => {
      for (const delivery of deliveries.values()) await delivery.run(signal)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
