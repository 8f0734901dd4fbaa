import { sql } from 'kysely'
import type { Transaction } from '#platform/database'
import { EventErrors } from './errors.ts'
import type { EventTables } from './tables.ts'

/** Events of a topic that may wait; a transaction that would add another is refused. */
export const pendingMax = 1_000_000

export interface NewEvent {
  /** Who is to get it: one subscriber takes all events of a topic. */
  readonly topic: string
  /** Events of one lane are delivered in the order of their commits; lanes do not wait for each other. */
  readonly lane: string
  /** Anything that JSON holds. */
  readonly payload: unknown
  readonly nowMs: number
}

/**
 * Puts an event into the outbox, in the caller's transaction: it is delivered if and only if that commits. Returns its
 * sequence in the topic. Error: `TooManyEvents`.
 */
export async function publishEvent(tx: Transaction, event: NewEvent): Promise<number> {
  const db = tx.tables<EventTables>()
  const { topic, lane, nowMs } = event
  const { sequence, pending } = await db
    .insertInto('event_topics')
    .values({ topic, sequence: 1, pending: 1 })
    .onConflict((conflict) =>
      conflict.column('topic').doUpdateSet({
        sequence: sql`event_topics.sequence + 1`,
        pending: sql`event_topics.pending + 1`,
      }),
    )
    .returning(['sequence', 'pending'])
    .executeTakeFirstOrThrow()
  if (pending > pendingMax) {
    throw EventErrors.TooManyEvents(`${pendingMax} events of ${topic} wait for delivery`)
  }
  await db
    .insertInto('event_outbox')
    .values({
      topic,
      sequence,
      lane,
      payload: JSON.stringify(event.payload),
      published_ms: nowMs,
      attempts: 0,
      due_ms: nowMs,
    })
    .execute()
  return sequence
}
