import type { Database, Transaction } from '#platform/database'

/** The tables of the log groups. Times are epoch milliseconds. */
export interface LogTables {
  readonly logs_sequences: { readonly name: string; readonly next: number }
  readonly logs_groups: GroupRow
  readonly logs_streams: StreamRow
  readonly logs_events: EventRow
  /** Streams that are gone and whose events still have to be removed. */
  readonly logs_garbage: { readonly stream_id: number }
}

export interface GroupRow {
  readonly id: number
  readonly account_id: string
  readonly region: string
  readonly name: string
  readonly class: string
  readonly kms_key_id: string | null
  readonly retention_days: number | null
  readonly deletion_protection: number
  readonly created_ms: number
  readonly stored_bytes: number
  /** JSON object. */
  readonly tags: string
}

export interface StreamRow {
  readonly id: number
  readonly group_id: number
  readonly name: string
  readonly created_ms: number
  readonly first_event_ms: number | null
  readonly last_event_ms: number | null
  readonly last_ingestion_ms: number | null
}

export interface EventRow {
  readonly stream_id: number
  readonly group_id: number
  readonly timestamp_ms: number
  /** Unique for ever in this folder; orders events of one timestamp. */
  readonly sequence: number
  readonly ingested_ms: number
  readonly message: string
}

export type LogDb = ReturnType<typeof tablesOf>

export function tablesOf(source: Database | Transaction) {
  return source.tables<LogTables>()
}

/** The first of `count` numbers of a sequence that are never given again. */
export async function take(db: LogDb, name: string, count: number): Promise<number> {
  const row = await db
    .selectFrom('logs_sequences')
    .select('next')
    .where('name', '=', name)
    .executeTakeFirst()
  const next = row?.next ?? 1
  await db
    .insertInto('logs_sequences')
    .values({ name, next: next + count })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ next: next + count }))
    .execute()
  return next
}
