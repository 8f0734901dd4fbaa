import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { LogErrors } from './errors.ts'
import { loadGroup } from './groups.ts'
import type { LogStreamRef, NewLogEvent, RejectedEvents } from './records.ts'
import { findStream } from './streams.ts'
import { tablesOf, take, type LogDb } from './tables.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const batchBytesMax = 1_048_576
export const eventOverheadBytes = 26
const hourMs = 3_600_000
export const dayMs = 24 * hourMs
const tooNewMs = 2 * hourMs
const tooOldMs = 14 * dayMs
const rowsPerInsert = 500

/**
 * Appends events to a stream; durable when it resolves. Events that are too old, too new or expired
 * are left out and reported. Errors: `LogResourceNotFound`, `InvalidLogParameter`.
 */
export async function putEvents(
  parts: { readonly database: Database; readonly clock: Clock },
  ref: LogStreamRef,
  events: readonly NewLogEvent[],
): Promise<RejectedEvents> {
  checkBatch(events)
  const nowMs = parts.clock.now()
  return parts.database.transaction(async (tx) => {
    const db = tablesOf(tx)
    const group = await loadGroup(db, ref)
    const stream = await findStream(db, group.id, ref.stream)
    if (!stream) throw LogErrors.LogResourceNotFound('The specified log stream does not exist.')
    const { rejected, taken } = sift(events, nowMs, group.retention_days)
    const first = taken[0]
    const last = taken.at(-1)
    if (!first || !last) return rejected
    await insert(db, { streamId: stream.id, groupId: group.id, nowMs }, taken)
    await db
      .updateTable('logs_streams')
      .set({
        first_event_ms: Math.min(stream.first_event_ms ?? first.timestampMs, first.timestampMs),
        last_event_ms: Math.max(stream.last_event_ms ?? last.timestampMs, last.timestampMs),
        last_ingestion_ms: nowMs,
      })
      .where('id', '=', stream.id)
      .execute()
    await db
      .updateTable('logs_groups')
      .set({ stored_bytes: group.stored_bytes + sizeOf(taken) })
      .where('id', '=', group.id)
      .execute()
    return rejected
  })
}

function sizeOf(events: readonly NewLogEvent[]): number {
  return events.reduce(
    (sum, event) => sum + Buffer.byteLength(event.message) + eventOverheadBytes,
    0,
  )
}

function checkBatch(events: readonly NewLogEvent[]): void {
  const bytes = sizeOf(events)
  if (bytes > batchBytesMax) {
    throw LogErrors.InvalidLogParameter(
      `Upload too large: ${bytes} bytes exceeds limit of ${batchBytesMax}`,
    )
  }
  for (let index = 1; index < events.length; index += 1) {
    if (events[index]!.timestampMs < events[index - 1]!.timestampMs) {
      throw LogErrors.InvalidLogParameter(
        'Log events in a single PutLogEvents request must be in chronological order.',
      )
    }
  }
  const first = events[0]
  const last = events.at(-1)
  if (first && last && last.timestampMs - first.timestampMs > dayMs) {
    throw LogErrors.InvalidLogParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    )
  }
}

/** Events are in order: what is too old or expired stands first, what is too new last. */
function sift(
  events: readonly NewLogEvent[],
  nowMs: number,
  retentionDays: number | null,
): { readonly rejected: RejectedEvents; readonly taken: readonly NewLogEvent[] } {
  const countBefore = (timeMs: number) => {
    const index = events.findIndex((event) => event.timestampMs >= timeMs)
    return index === -1 ? events.length : index
  }
  const tooOldEnd = countBefore(nowMs - tooOldMs)
  const expiredEnd = retentionDays === null ? 0 : countBefore(nowMs - retentionDays * dayMs)
  const tooNewStart = countBefore(nowMs + tooNewMs + 1)
  return {
    rejected: {
      ...(tooOldEnd > 0 ? { tooOldEnd } : {}),
      ...(expiredEnd > 0 ? { expiredEnd } : {}),
      ...(tooNewStart < events.length ? { tooNewStart } : {}),
    },
    taken: events.slice(Math.max(tooOldEnd, expiredEnd), tooNewStart),
  }
}

async function insert(
  db: LogDb,
  to: { readonly streamId: number; readonly groupId: number; readonly nowMs: number },
  events: readonly NewLogEvent[],
): Promise<void> {
  const sequence = await take(db, 'events', events.length)
  for (let start = 0; start < events.length; start += rowsPerInsert) {
    await db
      .insertInto('logs_events')
      .values(
        events.slice(start, start + rowsPerInsert).map((event, index) => ({
          stream_id: to.streamId,
          group_id: to.groupId,
          timestamp_ms: event.timestampMs,
          sequence: sequence + start + index,
          ingested_ms: to.nowMs,
          message: event.message,
        })),
      )
      .execute()
  }
}
