import type { Database } from '#platform/database'
import { tablesOf } from '../tables.ts'

/**
 * The clock was set back by `byMs`: events that were put off, or came, at a time that lies ahead now are moved with it. What came long
 * enough before is left alone: it may wait for longer before it is too old.
 */
export async function shiftEvents(
  database: Database,
  { nowMs, byMs }: { readonly nowMs: number; readonly byMs: number },
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const column of ['due_ms', 'received_ms'] as const) {
      await tablesOf(tx)
        .updateTable('functions_events')
        .set((set) => ({ [column]: set(column, '-', byMs) }))
        .where(column, '>', nowMs)
        .execute()
    }
  })
}
