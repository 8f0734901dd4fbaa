import type { TableRef } from '#catalog/metastore'
import { LakeError } from '#kit'
import type { OptimizerType } from './optimizers.ts'
import { sameTable, type MaintenanceParts } from './parts.ts'
import type { MaintenanceDbTables } from './schema.ts'

/** Something that was done to a table. */
export interface MaintenanceRun {
  readonly startedMs: number
  readonly endedMs: number
  /** Counts, by what was done: `filesRewritten`, `bytesRewritten`, `snapshots`, `orphans`, … */
  readonly metrics: Readonly<Record<string, number>>
  readonly error: string | undefined
}

/** Runs that are kept of a table and type. */
const runsMax = 100

export async function runsOf(
  database: MaintenanceParts['database'],
  ref: TableRef,
  type: OptimizerType,
  page: { readonly limit: number; readonly nextToken?: string },
): Promise<{ readonly items: readonly MaintenanceRun[]; readonly nextToken: string | undefined }> {
  let query = database
    .tables<MaintenanceDbTables>()
    .selectFrom('maintenance_runs')
    .selectAll()
    .where((where) => where.and({ ...sameTable(ref), type }))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (page.nextToken !== undefined) query = query.where('id', '<', Number(page.nextToken) || 0)
  const rows = await query.execute()
  const items = rows.slice(0, page.limit)
  return {
    items: items.map((row) => ({
      startedMs: row.started_ms,
      endedMs: row.ended_ms ?? row.started_ms,
      metrics: JSON.parse(row.metrics) as MaintenanceRun['metrics'],
      error: row.error ?? undefined,
    })),
    nextToken: rows.length > page.limit ? String(items.at(-1)!.id) : undefined,
  }
}

/**
 * Does something to a table, and keeps what came of it: unless nothing did, and nobody asked. An error is kept and logged, not thrown, unless
 * the server stops.
 */
export async function recorded(
  parts: Pick<MaintenanceParts, 'database' | 'clock' | 'log'>,
  ref: TableRef,
  type: OptimizerType,
  signal: AbortSignal,
  work: () => Promise<MaintenanceRun['metrics']>,
): Promise<void> {
  const { database, clock, log } = parts
  const startedMs = clock.now()
  let metrics: MaintenanceRun['metrics'] = {}
  let error: string | undefined
  try {
    metrics = await work()
    if (Object.values(metrics).every((count) => count === 0)) return
    log.info({ ...sameTable(ref), type, ...metrics }, 'a table was looked after')
  } catch (failure) {
    signal.throwIfAborted()
    // What was not expected is told in the log alone.
    error =
      failure instanceof LakeError && failure.kind !== 'internal'
        ? failure.message
        : 'An internal error'
    log.warn({ err: failure, ...sameTable(ref), type }, 'a table could not be looked after')
  }
  await database.transaction(async (tx) => {
    const db = tx.tables<MaintenanceDbTables>()
    await db
      .insertInto('maintenance_runs')
      .values({
        ...sameTable(ref),
        type,
        started_ms: startedMs,
        ended_ms: clock.now(),
        metrics: JSON.stringify(metrics),
        error: error ?? null,
      } as MaintenanceDbTables['maintenance_runs'])
      .execute()
    const oldest = await db
      .selectFrom('maintenance_runs')
      .select('id')
      .where((where) => where.and({ ...sameTable(ref), type }))
      .orderBy('id', 'desc')
      .offset(runsMax)
      .limit(1)
      .executeTakeFirst()
    if (!oldest) return
    await db
      .deleteFrom('maintenance_runs')
      .where((where) => where.and({ ...sameTable(ref), type }))
      .where('id', '<=', oldest.id)
      .execute()
  })
}
