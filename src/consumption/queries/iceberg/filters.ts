import type { Filter } from '#catalog/tables'
import { type Analysis, type Scan, engineType, macrosFor } from '#consumption/sql'
import type { QueryEngine } from '#processing/engine'
import { type StubColumn, filtersOf, planTask } from '#processing/iceberg'
import { BoundedCache, isLakeError } from '#kit'
import { jsonMacrosFor } from '../formats/json.ts'
import { type TableSource, isIcebergScan } from './source.ts'

/** A table of so few files is read without asking which of them are needed. */
const filesUnaskedDefault = 4

/**
 * What a query's conditions leave of its Iceberg scans, by their ids: the engine plans the query over empty tables, and its plan
 * says what it would ask of each. Nothing is known of a scan that is not among them.
 */
export async function icebergFilters(
  analysis: Analysis,
  parts: {
    readonly engine: QueryEngine
    readonly signal: AbortSignal
    /** Of queries that were asked before. */
    readonly knownFilters?: KnownFilters
  },
  /** Tables of no more data files than this are left out. */
  filesUnasked = filesUnaskedDefault,
): Promise<Filters> {
  const scans = analysis.scans as readonly Scan<TableSource>[]
  const asked = scans.filter((scan) => isIcebergScan(scan) && fileCount(scan) > filesUnasked)
  if (asked.length === 0) return new Map()
  const stubs = ['CREATE SCHEMA lake', ...scans.map(stubSql)]
  const columns = new Map(asked.map((scan) => [scan.id, stubColumns(scan)]))
  // All that the plan is made of, and what it is read with.
  const key = JSON.stringify([analysis.sql, stubs, [...columns]])
  const known = parts.knownFilters?.get(key)
  if (known) return known
  const macros = [...macrosFor(analysis.sql), ...jsonMacrosFor(analysis.sql)]
  let plan: string
  try {
    const result = await parts.engine.run(
      planTask([...macros, ...stubs], analysis.sql),
      parts.signal,
    )
    plan = String(result.rows[0]?.[0])
  } catch (error) {
    // What the engine cannot plan it will refuse in its own words when it is asked to run it.
    if (isLakeError(error, 'QueryFailed')) return new Map()
    throw error
  }
  const filters = filtersOf(plan, columns)
  parts.knownFilters?.set(key, filters, key.length)
  return filters
}

type Filters = ReadonlyMap<string, Filter>

/** What was found for queries, by all that it depends on. Dashboards ask the same again and again. */
export type KnownFilters = BoundedCache<string, Filters>

export function knownFilters(): KnownFilters {
  // Of keys: what they lead to is about as large.
  return new BoundedCache({ countMax: 256, lengthMax: 2 * 1024 * 1024, lengthEachMax: 64 * 1024 })
}

function fileCount(scan: Scan<TableSource>): number {
  if (!isIcebergScan(scan) || !scan.source.snapshot) return 0
  const count = Number(scan.source.snapshot.summary?.['total-data-files'])
  return Number.isNaN(count) ? Infinity : count
}

function stubSql(scan: Scan<TableSource>): string {
  const types = [
    ...scan.columns.map(({ type }) => engineType(type)),
    'VARCHAR',
    ...scan.hidden.map(({ type }) => engineType(type)),
  ]
  const columns = types.map((type, index) => `c${index} ${type}`)
  return `CREATE TABLE lake.${scan.id}(${columns.join(', ')})`
}

function stubColumns(scan: Scan<TableSource>): readonly (StubColumn | undefined)[] {
  if (!isIcebergScan(scan)) return []
  return scan.source.schema.fields.map(({ id, type }) => ({ fieldId: id, type }))
}
