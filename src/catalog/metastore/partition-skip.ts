import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { KeyRange, Skip } from './partition-filter/ranges.ts'
import { afterTerminator, terminator } from './partition-key.ts'
import type { CatalogDb } from './schema.ts'

/** Combinations of leading values that are looked up one by one; with more, the runs are read through. */
const prefixesMax = 2_000
/** Runs at most: combinations times values of the fixed key. */
const runsMax = 10_000

interface Table {
  readonly db: CatalogDb
  readonly tableId: number
}

/**
 * The runs of keys that have one of the fixed values behind each combination of leading values that there is: a look-up in the index
 * for each, instead of a reading of all. Undefined when there are too many.
 */
export async function skipRanges(
  table: Table,
  ranges: readonly (KeyRange & { readonly after?: string })[],
  { depth, points }: Skip,
): Promise<readonly KeyRange[] | undefined> {
  if (points.length === 0) return []
  const found: KeyRange[] = []
  for (const range of ranges) {
    const left = prefixesMax - found.length / points.length
    const prefixes = await prefixesIn(table, range, depth, left)
    if (!prefixes || found.length + prefixes.length * points.length > runsMax) return undefined
    for (const prefix of prefixes) {
      found.push(...points.map(({ low, high }) => ({ low: prefix + low, high: prefix + high! })))
    }
  }
  return found
}

/** The combinations of the first `depth` values in a run, in order; undefined when there are more than `max`. */
async function prefixesIn(
  { db, tableId }: Table,
  { low, high, after }: KeyRange & { readonly after?: string },
  depth: number,
  max: number,
): Promise<readonly string[] | undefined> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  const below = high === undefined ? sql`1 = 1` : sql`key < ${high}`
  const first = (from: RawBuilder<unknown>) =>
    sql`(select key from catalog_partitions where table_id = ${tableId} and key >= ${from} and ${below} order by key limit 1)`
  // Where the prefix of the key in hand ends, less its terminator: all keys that share it sort before what replaces that.
  const end = endOf(sql.ref('leading.key'), depth, isPostgres ? 'strpos' : 'instr')
  const next = sql`substr(leading.key, 1, ${end} - 1) || ${sql.lit(afterTerminator)}`
  const { rows } = await sql<{ key: string }>`
    with recursive leading(key) as (
      select ${first(sql`${after ?? low}`)}
      union all
      select ${first(next)} from leading where leading.key is not null
    )
    select key from leading where key is not null limit ${max + 1}`.execute(db)
  if (rows.length > max) return undefined
  return rows.map(({ key }) => key.split(terminator, depth).join(terminator) + terminator)
}

/** The place of the terminator that ends the first `depth` values of a key, counted from 1. */
function endOf(key: RawBuilder<unknown>, depth: number, find: string): RawBuilder<unknown> {
  const mark = sql.lit(terminator)
  if (depth === 1) return sql`${sql.raw(find)}(${key}, ${mark})`
  const before = endOf(key, depth - 1, find)
  return sql`(${before} + ${sql.raw(find)}(substr(${key}, ${before} + 1), ${mark}))`
}
