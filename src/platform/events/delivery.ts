import { sql } from 'kysely'
import type { Clock, Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Subscriber, SubscribeOptions } from './event-bus.ts'
import type { EventDb, EventTables, OutboxRow } from './tables.ts'

const pageRows = 500
/** Events of one lane that are delivered before the lanes are looked at anew. */
const laneRows = 100
const retryMsMax = 5 * 60_000

/** The delivery of one topic: one page of what is due after the other. */
export class Delivery {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Logger
  readonly #topic: string
  readonly #subscriber: Subscriber
  readonly #options: Required<SubscribeOptions>
  #running: Promise<void> | undefined

  constructor(
    parts: { readonly database: Database; readonly clock: Clock; readonly log: Logger },
    topic: string,
    subscriber: Subscriber,
    options: SubscribeOptions,
  ) {
    this.#database = parts.database
    this.#clock = parts.clock
    this.#log = parts.log.child({ topic })
    this.#topic = topic
    this.#subscriber = subscriber
    this.#options = { concurrency: 16, ageMsMax: 6 * 3_600_000, retryMs: 1_000, ...options }
  }

  /** Delivers what is due until nothing is. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (this.#running) await this.#running
    this.#running = this.#run(signal).finally(() => (this.#running = undefined))
    return this.#running
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && (await this.#page(signal)));
    } catch (error) {
      if (!signal.aborted) this.#log.error({ err: error }, 'the outbox could not be read')
    }
  }

  /** False when nothing was due. */
  async #page(signal: AbortSignal): Promise<boolean> {
    const rows = await this.#db()
      .selectFrom('event_outbox')
      .select('lane')
      .where('topic', '=', this.#topic)
      .where('due_ms', '<=', this.#clock.now())
      .orderBy('due_ms')
      .orderBy('sequence')
      .limit(pageRows)
      .execute()
    const lanes = [...new Set(rows.map((row) => row.lane))]
    const work = async () => {
      for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
        if (signal.aborted) return
        await this.#lane(lane, signal)
      }
    }
    await Promise.all(Array.from({ length: this.#options.concurrency }, work))
    return rows.length > 0
  }

  /** Delivers the first events of a lane; one that fails holds the others back. */
  async #lane(lane: string, signal: AbortSignal): Promise<void> {
    const rows = await this.#db()
      .selectFrom('event_outbox')
      .selectAll()
      .where('topic', '=', this.#topic)
      .where('lane', '=', lane)
      .orderBy('sequence')
      .limit(laneRows)
      .execute()
    const first = rows[0]
    if (first && first.due_ms > this.#clock.now()) return this.#postpone(first, first.due_ms)
    const taken: OutboxRow[] = []
    let failed: OutboxRow | undefined
    for (const row of rows) {
      if (signal.aborted) break
      if (!(await this.#deliver(row, signal))) {
        failed = row
        break
      }
      taken.push(row)
    }
    if (taken.length > 0) await this.#forget(taken)
    if (failed && !signal.aborted) await this.#fail(failed)
  }

  async #deliver(row: OutboxRow, signal: AbortSignal): Promise<boolean> {
    const { topic, lane, sequence, attempts } = row
    const payload: unknown = JSON.parse(row.payload)
    try {
      const event = { topic, lane, sequence, payload, publishedMs: row.published_ms, attempts }
      await this.#subscriber(event, signal)
      return true
    } catch (error) {
      if (signal.aborted) return false
      this.#log.warn({ err: error, sequence, attempts }, 'an event was not taken')
      if (this.#clock.now() - row.published_ms < this.#options.ageMsMax) return false
      this.#log.error({ sequence, payload }, 'an event that nobody took is dropped')
      return true
    }
  }

  async #forget(rows: readonly OutboxRow[]): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const db = tx.tables<EventTables>()
      await db
        .deleteFrom('event_outbox')
        .where('topic', '=', this.#topic)
        .where(
          'sequence',
          'in',
          rows.map((row) => row.sequence),
        )
        .execute()
      await db
        .updateTable('event_topics')
        .set({ pending: sql`pending - ${rows.length}` })
        .where('topic', '=', this.#topic)
        .execute()
    })
  }

  async #fail(row: OutboxRow): Promise<void> {
    const pauseMs = Math.min(this.#options.retryMs * 2 ** Math.min(row.attempts, 20), retryMsMax)
    await this.#database.transaction(async (tx) => {
      await tx
        .tables<EventTables>()
        .updateTable('event_outbox')
        .set({ attempts: row.attempts + 1 })
        .where('topic', '=', this.#topic)
        .where('sequence', '=', row.sequence)
        .execute()
    })
    await this.#postpone(row, this.#clock.now() + pauseMs)
  }

  /** The whole lane waits with its first event. */
  async #postpone({ lane }: OutboxRow, dueMs: number): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx
        .tables<EventTables>()
        .updateTable('event_outbox')
        .set({ due_ms: dueMs })
        .where('topic', '=', this.#topic)
        .where('lane', '=', lane)
        .where('due_ms', '<', dueMs)
        .execute()
    })
  }

  #db(): EventDb {
    return this.#database.tables<EventTables>()
  }
}
