import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { encodeToken, textPosition } from './paging.ts'
import { toCondition } from './partition-filter/condition.ts'
import { parseFilter } from './partition-filter/parse.ts'
import { keyRanges, skipOf, type KeyRange } from './partition-filter/ranges.ts'
import { resolveFilter, type Resolved } from './partition-filter/resolve.ts'
import type { Column, PageInput } from './records.ts'
import { skipRanges } from './partition-skip.ts'
import type { CatalogDb, PartitionRow } from './schema.ts'

export interface ScanInput extends PageInput {
  readonly expression?: string
  readonly segment?: { readonly number: number; readonly total: number }
}

interface Scan {
  readonly db: CatalogDb
  readonly tableId: number
  readonly condition: Resolved | undefined
  readonly segment: ScanInput['segment']
}

/** Rows looked at in one step, so that a filter on a later key never holds up the server's thread. */
const step = 4_000
/** Rows looked at for one page; a page may then be short and have a token. */
const examinedMax = 400_000

/** One page of a table's partitions in the order of their keys: ranges of the index, then the filter in SQL. */
export async function scanPartitions(
  db: CatalogDb,
  tableId: number,
  keys: readonly Column[],
  page: ScanInput,
): Promise<{ readonly rows: readonly PartitionRow[]; readonly nextToken: string | undefined }> {
  const condition = page.expression?.trim() ? resolve(page.expression, keys) : undefined
  const ranges = condition ? keyRanges(condition, keys.length) : [{ low: '', high: undefined }]
  const scan: Scan = { db, tableId, condition, segment: page.segment }
  let after = textPosition(page.nextToken)
  const skip = condition && skipOf(condition, keys.length)
  const skipped = skip && (await skipRanges({ db, tableId }, leftOf(ranges, after), skip))
  if (skipped) return readSkipped(scan, leftOf(skipped, after), page.limit)
  let examined = 0
  const rows: PartitionRow[] = []
  for (const range of ranges) {
    let rest: Rest | undefined = after === undefined ? range : pastKey(range, after)
    while (rest) {
      const end = needsSteps(scan) ? await stepEnd(scan, rest) : undefined
      const found = await read(scan, rest, end, page.limit + 1 - rows.length)
      rows.push(...found)
      if (rows.length > page.limit) {
        const kept = rows.slice(0, page.limit)
        return { rows: kept, nextToken: encodeToken(kept.at(-1)!.key) }
      }
      if (end === undefined) break
      examined += step
      if (examined >= examinedMax) return { rows, nextToken: encodeToken(end) }
      after = end
      rest = pastKey(range, end)
      await setImmediate()
    }
  }
  return { rows, nextToken: undefined }
}

/** A page from many short runs, each looked up by the index. */
async function readSkipped(scan: Scan, ranges: readonly Rest[], limit: number) {
  const rows: PartitionRow[] = []
  for (let at = 0; at < ranges.length; at += rangesAtOnce) {
    const some = ranges.slice(at, at + rangesAtOnce)
    rows.push(...(await readRanges(scan, some, limit + 1 - rows.length)))
    if (rows.length > limit) {
      const kept = rows.slice(0, limit)
      return { rows: kept, nextToken: encodeToken(kept.at(-1)!.key) }
    }
    await setImmediate()
  }
  return { rows, nextToken: undefined }
}

/** What is left of runs past a key. */
function leftOf(ranges: readonly KeyRange[], after: string | undefined): readonly Rest[] {
  if (after === undefined) return ranges
  return ranges.flatMap((range) => pastKey(range, after) ?? [])
}

function resolve(expression: string, keys: readonly Column[]): Resolved {
  const names = new Set(keys.map((key) => key.name.toLowerCase()))
  return resolveFilter(
    parseFilter(expression, (name) => names.has(name.toLowerCase())),
    keys,
  )
}

/** A run of keys of which those up to `after` are done. */
interface Rest extends KeyRange {
  readonly after?: string
}

/** What is left of a run past a key; undefined when nothing is. */
function pastKey(range: KeyRange, after: string): Rest | undefined {
  if (compareKeys(after, range.low) < 0) return range
  const isPast = range.high !== undefined && compareKeys(after, range.high) >= 0
  return isPast ? undefined : { ...range, after }
}

function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function needsSteps(scan: Scan): boolean {
  return scan.condition !== undefined || scan.segment !== undefined
}

/** The last key of the next step; undefined when the run has fewer rows. */
async function stepEnd(scan: Scan, range: Rest): Promise<string | undefined> {
  const row = await within(scan, range)
    .select('key')
    .orderBy('key')
    .offset(step - 1)
    .limit(1)
    .executeTakeFirst()
  return row?.key
}

async function read(
  scan: Scan,
  range: Rest,
  end: string | undefined,
  limit: number,
): Promise<readonly PartitionRow[]> {
  let query = within(scan, range).select(rowColumns).orderBy('key').limit(limit)
  if (end !== undefined) query = query.where('key', '<=', end)
  if (scan.condition) query = query.where(toCondition(scan.condition, scan.db as never))
  if (scan.segment) {
    const { number, total } = scan.segment
    query = query.where(sql<boolean>`segment % ${total} = ${number}`)
  }
  return query.execute()
}

const rowColumns = [
  'table_id',
  'key',
  'segment',
  'value_list',
  'location',
  'shape_id',
  'body',
  'create_time_ms',
] as const

/** Runs that one statement reads: bounded by the parameters a statement may have. */
const rangesAtOnce = 256

async function readRanges(
  scan: Scan,
  ranges: readonly Rest[],
  limit: number,
): Promise<readonly PartitionRow[]> {
  const runs = ranges.map(({ low, high, after }) => sql`(${after ?? low}, ${high})`)
  const columns = sql.join(rowColumns.map((name) => sql.ref(`catalog_partitions.${name}`)))
  // A key that is where a run begins belongs to it, unless it was the last one of the page before.
  const passed = ranges[0]?.after
  const beyond = passed === undefined ? sql`1 = 1` : sql`catalog_partitions.key <> ${passed}`
  const filter = scan.condition ? toCondition(scan.condition, scan.db as never) : sql`1 = 1`
  const { segment } = scan
  const mine = segment ? sql`segment % ${segment.total} = ${segment.number}` : sql`1 = 1`
  const found = await sql<PartitionRow>`
    with runs(low_key, high_key) as (values ${sql.join(runs)})
    select ${columns} from runs cross join catalog_partitions
    where catalog_partitions.table_id = ${scan.tableId} and catalog_partitions.key >= runs.low_key
      and catalog_partitions.key < runs.high_key and ${beyond} and ${filter} and ${mine}
    order by catalog_partitions.key limit ${limit}`.execute(scan.db)
  return found.rows
}

function within(scan: Scan, range: Rest) {
  const query = scan.db
    .selectFrom('catalog_partitions')
    .where('table_id', '=', scan.tableId)
    .where('key', range.after === undefined ? '>=' : '>', range.after ?? range.low)
  return range.high === undefined ? query : query.where('key', '<', range.high)
}
