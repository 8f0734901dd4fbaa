import type { Database } from '#platform/database'
import type { Stream } from './stream.ts'
import type { StreamTables } from './tables.ts'

/** What was written to a stream or a shard, per second. */
export interface WriteRate {
  readonly records: number
  readonly bytes: number
}

export interface PeakHistory {
  /** The greatest rates of the last thirty days. */
  readonly peak: WriteRate
  /** How many days ago the stream was first measured. */
  readonly days: number
}

const dayMs = 86_400_000
const historyDays = 30

/** The greatest write rate of each day, kept for thirty days. */
export class Peaks {
  readonly #database: Database
  /** What the database has for the newest day of a log, so that it is written only when it grows. */
  readonly #today = new Map<string, WriteRate & { readonly day: number }>()

  constructor(database: Database) {
    this.#database = database
  }

  async note({ logId }: Stream, rate: WriteRate, nowMs: number): Promise<PeakHistory> {
    const day = Math.floor(nowMs / dayMs)
    const known = this.#today.get(logId)
    const isKnown = known?.day === day
    if (!isKnown || rate.records > known.records || rate.bytes > known.bytes) {
      const stored = await this.#store(logId, day, rate)
      this.#today.set(logId, { day, ...stored })
    }
    const rows = await this.#database
      .tables<StreamTables>()
      .selectFrom('streams_peaks')
      .selectAll()
      .where('log_id', '=', logId)
      .where('day', '>', day - historyDays)
      .orderBy('day')
      .execute()
    return {
      peak: {
        records: Math.max(rate.records, ...rows.map((row) => row.records_per_second)),
        bytes: Math.max(rate.bytes, ...rows.map((row) => row.bytes_per_second)),
      },
      days: rows.length === 0 ? 0 : day - rows[0]!.day,
    }
  }

  /** Forgets what is remembered of all other logs. */
  keep(logIds: ReadonlySet<string>): void {
    for (const logId of this.#today.keys()) if (!logIds.has(logId)) this.#today.delete(logId)
  }

  #store(logId: string, day: number, rate: WriteRate): Promise<WriteRate> {
    return this.#database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      const row = await db
        .selectFrom('streams_peaks')
        .selectAll()
        .where('log_id', '=', logId)
        .where('day', '=', day)
        .executeTakeFirst()
      const peak = {
        records: Math.ceil(Math.max(rate.records, row?.records_per_second ?? 0)),
        bytes: Math.ceil(Math.max(rate.bytes, row?.bytes_per_second ?? 0)),
      }
      const columns = { records_per_second: peak.records, bytes_per_second: peak.bytes }
      await db
        .insertInto('streams_peaks')
        .values({ log_id: logId, day, ...columns })
        .onConflict((conflict) => conflict.columns(['log_id', 'day']).doUpdateSet(columns))
        .execute()
      await db
        .deleteFrom('streams_peaks')
        .where('log_id', '=', logId)
        .where('day', '<=', day - historyDays)
        .execute()
      return peak
    })
  }
}
