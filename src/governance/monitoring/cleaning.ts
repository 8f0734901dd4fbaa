import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { tablesOf, type LogDb } from './tables.ts'
import { dayMs, eventOverheadBytes } from './writing.ts'

const rowsPerStep = 1000

/**
 * One step of the background work: removes some events that are past their group's retention, or whose stream is gone.
 * True when there may be more.
 */
export async function cleanStep(parts: {
  readonly database: Database
  readonly clock: Clock
}): Promise<boolean> {
  const { database, clock } = parts
  const reader = tablesOf(database)
  const gone = await reader.selectFrom('logs_garbage').selectAll().limit(1).executeTakeFirst()
  if (gone) {
    await database.transaction((tx) => removeGone(tablesOf(tx), gone.stream_id))
    return true
  }
  const groups = await reader
    .selectFrom('logs_groups')
    .select(['id', 'retention_days'])
    .where('retention_days', 'is not', null)
    .execute()
  for (const { id, retention_days: days } of groups) {
    const beforeMs = clock.now() - days! * dayMs
    const expired = await reader
      .selectFrom('logs_events')
      .select('sequence')
      .where('group_id', '=', id)
      .where('timestamp_ms', '<', beforeMs)
      .limit(1)
      .executeTakeFirst()
    if (expired) {
      await database.transaction((tx) => removeExpired(tablesOf(tx), id, beforeMs))
      return true
    }
  }
  return false
}

async function removeGone(db: LogDb, streamId: number): Promise<void> {
  const rows = await db
    .selectFrom('logs_events')
    .select(['timestamp_ms', 'sequence', 'group_id', 'message'])
    .where('stream_id', '=', streamId)
    .orderBy('timestamp_ms')
    .orderBy('sequence')
    .limit(rowsPerStep)
    .execute()
  const last = rows.at(-1)
  if (!last) {
    await db.deleteFrom('logs_garbage').where('stream_id', '=', streamId).execute()
    return
  }
  await deleteThrough(db, 'stream_id', streamId, last)
  await giveBack(db, last.group_id, rows)
}

async function removeExpired(db: LogDb, groupId: number, beforeMs: number): Promise<void> {
  const rows = await db
    .selectFrom('logs_events')
    .select(['timestamp_ms', 'sequence', 'message'])
    .where('group_id', '=', groupId)
    .where('timestamp_ms', '<', beforeMs)
    .orderBy('timestamp_ms')
    .orderBy('sequence')
    .limit(rowsPerStep)
    .execute()
  const last = rows.at(-1)
  if (!last) return
  await deleteThrough(db, 'group_id', groupId, last)
  await giveBack(db, groupId, rows)
}

/** Those of a stream or a group, as far as the last of some that were read in their order. */
async function deleteThrough(
  db: LogDb,
  column: 'stream_id' | 'group_id',
  id: number,
  last: { readonly timestamp_ms: number; readonly sequence: number },
): Promise<void> {
  await db
    .deleteFrom('logs_events')
    .where(column, '=', id)
    .where((where) =>
      where.or([
        where('timestamp_ms', '<', last.timestamp_ms),
        where.and([
          where('timestamp_ms', '=', last.timestamp_ms),
          where('sequence', '<=', last.sequence),
        ]),
      ]),
    )
    .execute()
}

async function giveBack(
  db: LogDb,
  groupId: number,
  rows: readonly { readonly message: string }[],
): Promise<void> {
  const bytes = rows.reduce(
    (sum, row) => sum + Buffer.byteLength(row.message) + eventOverheadBytes,
    0,
  )
  await db
    .updateTable('logs_groups')
    .set((set) => ({ stored_bytes: set('stored_bytes', '-', bytes) }))
    .where('id', '=', groupId)
    .execute()
}
