import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { IcebergDbTables } from '../schema.ts'

export type ReportKind = 'scan' | 'commit'

export interface KeptReport {
  readonly atMs: number
  /** Who measured. */
  readonly caller: string
  /** `ReportMetricsRequest` as it came, in JSON. */
  readonly report: string
}

interface TableId {
  readonly accountId: string
  readonly uuid: string
}

/** Of each kind, for each table. */
export const reportsMax = 10
const retentionMs = 30 * 24 * 3_600_000

/** What clients measured while they read and wrote tables: the last reports of each, for a month. They go with a table's uuid, so through renames. */
export class TableReports {
  readonly #database: Database
  readonly #clock: Clock

  constructor(parts: { readonly database: Database; readonly clock: Clock }) {
    this.#database = parts.database
    this.#clock = parts.clock
  }

  async keep(
    tx: Transaction,
    { accountId, uuid }: TableId,
    report: { readonly kind: ReportKind; readonly caller: string; readonly report: string },
  ): Promise<void> {
    const rows = tx.tables<IcebergDbTables>()
    const now = this.#clock.now()
    await rows
      .deleteFrom('tables_reports')
      .where('at_ms', '<=', now - retentionMs)
      .execute()
    await rows
      .insertInto('tables_reports')
      .values({ account_id: accountId, table_uuid: uuid, at_ms: now, ...report })
      .execute()
    const oldest = await rows
      .selectFrom('tables_reports')
      .select('at_ms')
      .where('account_id', '=', accountId)
      .where('table_uuid', '=', uuid)
      .where('kind', '=', report.kind)
      .orderBy('at_ms', 'desc')
      .offset(reportsMax)
      .limit(1)
      .executeTakeFirst()
    if (!oldest) return
    await rows
      .deleteFrom('tables_reports')
      .where('account_id', '=', accountId)
      .where('table_uuid', '=', uuid)
      .where('kind', '=', report.kind)
      .where('at_ms', '<=', oldest.at_ms)
      .execute()
  }

  /** The newest first. */
  async last({ accountId, uuid }: TableId, kind: ReportKind): Promise<readonly KeptReport[]> {
    const rows = await this.#database
      .tables<IcebergDbTables>()
      .selectFrom('tables_reports')
      .select(['at_ms', 'caller', 'report'])
      .where('account_id', '=', accountId)
      .where('table_uuid', '=', uuid)
      .where('kind', '=', kind)
      .orderBy('at_ms', 'desc')
      .limit(reportsMax)
      .execute()
    return rows.map((row) => ({ atMs: row.at_ms, caller: row.caller, report: row.report }))
  }
}
