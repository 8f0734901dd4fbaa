import type { Kysely } from 'kysely'

/** The rows of the outbox. Times are epoch milliseconds. */
export interface EventTables {
  readonly event_topics: TopicRow
  readonly event_outbox: OutboxRow
}

export interface TopicRow {
  readonly topic: string
  /** The sequence of the last event that was published. */
  readonly sequence: number
  /** Events that are published and not yet delivered. */
  readonly pending: number
}

export interface OutboxRow {
  readonly topic: string
  /** Grows by one with each event of the topic, in the order of the commits. */
  readonly sequence: number
  /** Events of a lane are delivered one after the other. */
  readonly lane: string
  /** JSON. */
  readonly payload: string
  readonly published_ms: number
  /** Deliveries that failed. */
  readonly attempts: number
  /** Not to be tried before. */
  readonly due_ms: number
}

export type EventDb = Kysely<EventTables>
