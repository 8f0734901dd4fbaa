import { elapsedMs, isLakeError, sleep, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import { eventRow, newsKey, sendNews, type DestinationParts } from '../destinations.ts'
import { FunctionErrors } from '../errors.ts'
import { checkPayload, eventBytesMax, type Invoke, type Invoked } from '../invoke.ts'
import type { FunctionMeter } from '../measure.ts'
import { latest, type FunctionEntry, type FunctionRef } from '../records.ts'
import { findEventConfig, type EventConfigSettings } from '../registry/event-configs.ts'
import { loadEntry, mustHave, resolveVersion } from '../registry/lookups.ts'
import { tablesOf, toEntry, type EventRow } from '../tables.ts'
import { shiftEvents } from './shift-events.ts'

export interface EventQueueOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly invoke: Invoke
  readonly meter: Pick<FunctionMeter, 'destinationFailed'>
  readonly destinations: DestinationParts
  /** Events under way at once. */
  readonly concurrencyMax: number
  /** How many may wait. Default 100,000. */
  readonly eventsMax?: number
}

export interface NewEvent {
  readonly ref: FunctionRef
  readonly qualifier?: string | undefined
  readonly payload: Uint8Array
  readonly requestId: string
}

/** What is known of an event that waits; its payload stays in the database. */
type Waiting = Omit<EventRow, 'payload'>

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const defaults = { ageSecondsMax: 21_600, retriesMax: 2 }
const retryMs = 60_000
const backoffMsMin = 1000
const backoffMsMax = 300_000
const eventsMaxDefault = 100_000
const pageMax = 100
const pollMs = 1000

/**
 * Events that functions are given later, by whoever asked not to wait: kept in the database until they have been, in whatever order, at least
 * once. A function that fails is tried again after one and after two minutes; one that has no room, as long as the event may be old.
 */
export class EventQueue {
  readonly #options: EventQueueOptions
  readonly #running = new Map<string, Promise<void>>()
  readonly #byFunction = new Map<string, number>()
  #count: number | undefined
  /** What the clock said last, and when that was by the time that never falls. */
  #seen: { readonly nowMs: number; readonly elapsedMs: number }
  #wake = () => {}

  constructor(options: EventQueueOptions) {
    this.#options = options
    this.#seen = { nowMs: options.clock.now(), elapsedMs: elapsedMs() }
  }

  /** Durable when it resolves. Errors: `FunctionNotFound`, `InvalidPayload`, `PayloadTooLarge`, `FunctionThrottled` when too many wait. */
  async put({ ref, qualifier, payload, requestId }: NewEvent): Promise<void> {
    checkPayload(payload, eventBytesMax, 'Event')
    const { database, clock } = this.#options
    await this.#room()
    await database.transaction(async (tx) => {
      const db = tablesOf(tx)
      const entry = await loadEntry(db, ref)
      await mustHave(db, entry, qualifier)
      const row = eventRow({ ...ref, qualifier }, entry.id, payload, requestId, clock.now())
      await db.insertInto('functions_events').values(row).execute()
    })
    if (this.#count !== undefined) this.#count += 1
    this.#wake()
  }

  /** Works until the signal is aborted; then waits for what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve))
      const started = await this.#startDue().catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'events could not be looked for')
        return 0
      })
      if (started === 0) await Promise.race([woken, sleep(pollMs, signal).catch(() => undefined)])
    }
    await Promise.all(this.#running.values())
  }

  /** Nobody waits for longer because the clock was set back. */
  async #followClock(): Promise<void> {
    const { clock, database } = this.#options
    const before = this.#seen
    const seen = { nowMs: clock.now(), elapsedMs: elapsedMs() }
    this.#seen = seen
    if (seen.nowMs >= before.nowMs) return
    const passedMs = Math.round(seen.elapsedMs - before.elapsedMs)
    try {
      await shiftEvents(database, { nowMs: seen.nowMs, byMs: before.nowMs + passedMs - seen.nowMs })
    } catch (error) {
      // It is made good at the next look.
      this.#seen = before
      throw error
    }
  }

  async #room(): Promise<void> {
    if (this.#count === undefined) {
      const { count } = await tablesOf(this.#options.database)
        .selectFrom('functions_events')
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      this.#count = Number(count)
    }
    const { eventsMax = eventsMaxDefault } = this.#options
    if (this.#count < eventsMax) return
    throw FunctionErrors.FunctionThrottled(`${eventsMax} events are waiting already`)
  }

  async #startDue(): Promise<number> {
    const { database, clock, concurrencyMax, log } = this.#options
    await this.#followClock()
    const room = concurrencyMax - this.#running.size
    if (room <= 0) return 0
    const share = Math.max(1, Math.floor(concurrencyMax / 2))
    const full = [...this.#byFunction].filter(([, count]) => count >= share).map(([id]) => id)
    const running = [...this.#running.keys()]
    const due = await tablesOf(database)
      .selectFrom('functions_events')
      .select([
        'id',
        'account_id',
        'region',
        'function_id',
        'qualifier',
        'invoked_arn',
        'attempts',
        'due_ms',
        'received_ms',
      ])
      // What is due later than any event waits was put off before the clock was set back, and the server stopped.
      .where((where) =>
        where.or([
          where('due_ms', '<=', clock.now()),
          where('due_ms', '>', clock.now() + backoffMsMax),
        ]),
      )
      .$if(full.length > 0, (query) => query.where('function_id', 'not in', full))
      .$if(running.length > 0, (query) => query.where('id', 'not in', running))
      .orderBy('due_ms')
      .orderBy('id')
      .limit(Math.min(room, pageMax))
      .execute()
    // Mappings put events there too: now and then they are counted anew.
    if (due.length === 0 && running.length === 0) this.#count = undefined
    let started = 0
    for (const event of due) {
      const count = this.#byFunction.get(event.function_id) ?? 0
      if (count >= share) continue
      this.#byFunction.set(event.function_id, count + 1)
      started += 1
      const work = this.#handle(event)
        .catch(async (error: unknown) => {
          log.error({ err: error, event: event.id }, 'an event could not be handled')
          await this.#postpone(event, event.attempts, this.#backoffMs(event)).catch(() => undefined)
        })
        .finally(() => {
          this.#running.delete(event.id)
          const left = this.#byFunction.get(event.function_id)! - 1
          if (left === 0) this.#byFunction.delete(event.function_id)
          else this.#byFunction.set(event.function_id, left)
          this.#wake()
        })
      this.#running.set(event.id, work)
    }
    return started
  }

  async #handle(event: Waiting): Promise<void> {
    const { database, clock } = this.#options
    const db = tablesOf(database)
    const row = await db
      .selectFrom('functions_functions')
      .selectAll()
      .where('id', '=', event.function_id)
      .executeTakeFirst()
    // With the function its events are gone.
    if (!row) return this.#remove(event)
    const entry = toEntry(row)
    const config = await findEventConfig(db, entry, event.qualifier || latest)
    const settings: EventConfigSettings = config?.settings ?? {}
    const ageMsMax = (settings.ageSecondsMax ?? defaults.ageSecondsMax) * 1000
    const retriesMax = settings.retriesMax ?? defaults.retriesMax
    if (entry.reservedConcurrency === 0) {
      return this.#finish(event, entry, settings, 'ZeroReservedConcurrency', undefined)
    }
    if (event.attempts > retriesMax) {
      return this.#finish(event, entry, settings, 'RetriesExhausted', undefined)
    }
    if (clock.now() - event.received_ms > ageMsMax) {
      return this.#finish(event, entry, settings, 'EventAgeExceeded', undefined)
    }
    const done = await this.#invoke(event, entry)
    if (done === 'later') return this.#postpone(event, event.attempts, this.#backoffMs(event))
    if (done.functionError === undefined) {
      return this.#finish(event, entry, settings, 'Success', done)
    }
    const attempts = event.attempts + 1
    if (attempts > retriesMax) {
      return this.#finish({ ...event, attempts }, entry, settings, 'RetriesExhausted', done)
    }
    return this.#postpone(event, attempts, retryMs * attempts)
  }

  /** `later` when it is not the function that failed. */
  async #invoke(event: Waiting, entry: FunctionEntry): Promise<Invoked | 'later'> {
    const { accountId, region, name } = entry
    const qualifier = event.qualifier === '' ? undefined : event.qualifier
    const payload = await this.#payload(event)
    if (!payload) return 'later'
    try {
      const ref = { accountId, region, name }
      return await this.#options.invoke({ ref, qualifier, payload, requestId: event.id })
    } catch (error) {
      if (!isLakeError(error)) throw error
      if (!isLakeError(error, 'FunctionThrottled')) {
        this.#options.log.warn({ err: error, function: name }, 'an event must wait')
      }
      return 'later'
    }
  }

  async #payload(event: Waiting): Promise<Uint8Array | undefined> {
    const row = await tablesOf(this.#options.database)
      .selectFrom('functions_events')
      .select('payload')
      .where('id', '=', event.id)
      .executeTakeFirst()
    return row?.payload
  }

  #backoffMs(event: Waiting): number {
    const ageMs = this.#options.clock.now() - event.received_ms
    return Math.min(backoffMsMax, Math.max(backoffMsMin, ageMs))
  }

  async #postpone(event: Waiting, attempts: number, waitMs: number): Promise<void> {
    await this.#followClock()
    const dueMs = this.#options.clock.now() + waitMs
    await this.#options.database.transaction(async (tx) => {
      await tablesOf(tx)
        .updateTable('functions_events')
        .set({ attempts, due_ms: dueMs })
        .where('id', '=', event.id)
        .execute()
    })
  }

  /** Sends the news to where they are wanted, and takes the event out of the queue. */
  async #finish(
    event: Waiting,
    entry: FunctionEntry,
    settings: EventConfigSettings,
    condition: string,
    done: Invoked | undefined,
  ): Promise<void> {
    const destination = condition === 'Success' ? settings.onSuccess : settings.onFailure
    if (destination === undefined) return this.#remove(event)
    const { database, clock, destinations, log } = this.#options
    const record = await this.#record(event, condition, done)
    const key = newsKey(`aws/lambda/async/${entry.name}`, clock.now(), event.id)
    try {
      const qualifier = event.qualifier === '' ? undefined : event.qualifier
      const version = await resolveVersion(tablesOf(database), entry, qualifier)
      const forwarded = await sendNews(destinations, version, destination, { record, key })
      await this.#remove(event, forwarded)
    } catch (error) {
      // As on AWS: what a destination does not take is gone.
      log.error({ err: error, function: entry.name, destination }, 'the news of an event were lost')
      const { accountId, region, name } = entry
      const qualifier = event.qualifier || undefined
      this.#options.meter.destinationFailed({ ref: { accountId, region, name }, qualifier })
      await this.#remove(event)
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  async #record(event: Waiting, condition: string, done: Invoked | undefined): Promise<unknown> {
    const payload = await this.#payload(event)
    const arn = event.qualifier === '' ? `${event.invoked_arn}:${latest}` : event.invoked_arn
    return {
      version: '1.0',
      timestamp: new Date(this.#options.clock.now()).toISOString(),
      requestContext: {
        requestId: event.id,
        functionArn: arn,
        condition,
        approximateInvokeCount: condition === 'Success' ? event.attempts + 1 : event.attempts,
      },
      requestPayload: payload ? parse(payload) : null,
      ...(done
        ? {
            responseContext: {
              statusCode: 200,
              executedVersion: done.executedVersion,
              ...(done.functionError === undefined ? {} : { functionError: done.functionError }),
            },
            responsePayload: parse(done.payload),
          }
        : {}),
    }
  }

  async #remove(event: Waiting, forwarded?: EventRow): Promise<void> {
    await this.#options.database.transaction(async (tx) => {
      const db = tablesOf(tx)
      await db.deleteFrom('functions_events').where('id', '=', event.id).execute()
      if (forwarded) await db.insertInto('functions_events').values(forwarded).execute()
    })
    if (!forwarded && this.#count !== undefined) this.#count -= 1
  }
}

function parse(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString()
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
