import { createReadStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  type Analysis,
  type RowChange,
  type Scan,
  type TableColumn,
  type Type,
  canAssign,
  castSql,
  engineType,
  raiseSql,
  typeText,
} from '#consumption/sql'
import {
  type TaskFile,
  type WrittenFile,
  bucketMacros,
  copyData,
  finishFiles,
  writtenFiles,
} from '#processing/iceberg'
import type { Filter, PlannedFile } from '#catalog/tables'
import { failed } from '../../planning/failure.ts'
import { copyTask, planScans } from '../../run-select.ts'
import type { WriteParts } from '../../writes/run-write.ts'
import { icebergFilters } from '../filters.ts'
import { sqlForms } from '../scan.ts'
import { type IcebergSource, type TableSource, isIcebergScan } from '../source.ts'
import { raise } from '../writes/rows.ts'

/** What a statement does to a table, found by running its query: rows to delete by position, and new rows. */
export interface FoundChanges {
  readonly source: IcebergSource
  /** The files that the query looked at, in the order that numbers in `affected` count. */
  readonly files: readonly PlannedFile[]
  /** How many rows go, by the file's number. */
  readonly affected: ReadonlyMap<number, number>
  readonly rowCount: number
  /** Rows of `file` and `pos`, in order, as a file of Parquet, and as lines. */
  readonly deletedParquet: string
  readonly deletedCsv: string
  /** New rows as files of Parquet that only this statement reads: `c0`, …, and `row_id` of format 3. Undefined when they are data files already. */
  readonly rowsParquet: string | undefined
  readonly newFiles: readonly WrittenFile[]
  /** Of what the query asked of the table, for conflicts with others; undefined for all rows. */
  readonly filter: Filter | undefined
  readonly planningMs: number
}

/** Of rows that are deleted, updated or inserted at once by one statement; they are held by the engine meanwhile. */
export async function findChanges(input: {
  readonly statement: RowChange
  readonly analysis: Analysis
  readonly columns: readonly TableColumn[]
  readonly hidden: number
  /** True when new rows become data files at once; else they wait for those that stay. */
  readonly writeRows: boolean
  readonly taskFiles: TaskFile[]
  readonly folder: string
  readonly held: AsyncDisposableStack
  readonly parts: WriteParts
}): Promise<FoundChanges> {
  const { statement, analysis, hidden, taskFiles, folder, parts } = input
  const target = targetScan(analysis)
  const planned = new Map<string, readonly PlannedFile[]>()
  // Asked for of every table: what others commit outside of it is no conflict.
  const limits = await icebergFilters(analysis, parts, 0)
  const views = await planScans(analysis, taskFiles, input.held, { ...parts, planned, limits })
  const { source } = target
  const hasRows = statement.kind !== 'delete'
  const places = {
    deletedParquet: join(folder, 'deleted.parquet'),
    deletedCsv: join(folder, 'deleted.csv'),
    rowsParquet: join(folder, 'rows.parquet'),
    data: join(folder, 'data'),
  }
  await mkdir(places.data)
  const counts = join(folder, 'counts.csv')
  const rows = newRowsSql(input.columns.length, hidden)
  const request = {
    sql: rows,
    metadata: source.metadata,
    forms: sqlForms,
    raise,
    folder: places.data,
    lineage: hidden > 2,
  }
  const last = !hasRows
    ? 'SELECT 1'
    : input.writeRows
      ? copyData(request)
      : `COPY (${rows}) TO '${places.rowsParquet}' (FORMAT parquet)`
  const task = copyTask(views, taskFiles, folder, changesSql(input))
  const gone = 'SELECT f AS file, p AS pos FROM lake.changes WHERE f IS NOT NULL'
  const run = await parts.engine.run(
    {
      ...task,
      mapsAsJson: true,
      statements: [
        ...bucketMacros,
        ...task.statements,
        ...(statement.kind === 'merge' ? [uniqueSql] : []),
        { sql: `COPY (${gone} ORDER BY 1, 2) TO '${places.deletedParquet}' (FORMAT parquet)` },
        ...(hidden > 2
          ? [
              {
                sql: `COPY (${gone} ORDER BY 1, 2) TO '${places.deletedCsv}' (FORMAT csv, HEADER false)`,
              },
            ]
          : []),
        {
          sql: `COPY (SELECT coalesce(f, -1), count(*) FROM lake.changes GROUP BY 1) TO '${counts}' (FORMAT csv, HEADER false)`,
        },
        { sql: last },
      ],
    },
    parts.signal,
  )
  const { affected, rowCount } = await readCounts(counts)
  return {
    source,
    files: planned.get(target.id) ?? [],
    affected,
    rowCount,
    ...places,
    rowsParquet: hasRows && !input.writeRows ? places.rowsParquet : undefined,
    newFiles:
      hasRows && input.writeRows
        ? await finishFiles(parts.engine, writtenFiles(run, request), request, folder, parts.signal)
        : [],
    filter: limits.get(target.id),
    planningMs: 0,
  }
}

/** The scan that was asked where its rows stand. */
function targetScan(analysis: Analysis): Scan<IcebergSource> {
  const scans = analysis.scans as readonly Scan<TableSource>[]
  const found = scans.find((scan) => scan.usesHidden)
  if (found && isIcebergScan(found)) return found
  throw failed('NOT_SUPPORTED', 'the table of the statement is not read by it')
}

/** Columns: `f`, `p` and, in format 3, `r`; `w`, true for a new row; `c0`, … in SQL's types for the table. */
function changesSql({
  statement,
  analysis,
  columns,
  hidden,
}: {
  readonly statement: RowChange
  readonly analysis: Analysis
  readonly columns: readonly TableColumn[]
  readonly hidden: number
}): string {
  const given = analysis.columns.slice(hidden + 1)
  checkTypes(
    statement,
    columns.map(({ type }) => type),
    given.map(({ type }) => type),
  )
  const items = ['f', 'p', 'r'].slice(0, hidden).map((name, at) => `q.c${at} AS ${name}`)
  items.push(`q.c${hidden} AS w`)
  for (const [at, { type }] of given.entries()) {
    const wanted = columns[at]!.type
    const value = castSql(`q.c${hidden + 1 + at}`, type, wanted, statement)
    items.push(`CAST(${value} AS ${engineType(wanted)}) AS c${at}`)
  }
  return `CREATE TABLE lake.changes AS SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`
}

function checkTypes(statement: RowChange, wanted: readonly Type[], given: readonly Type[]): void {
  if (statement.kind === 'delete') return
  if (given.every((type, at) => canAssign(type, wanted[at]!))) return
  const list = (types: readonly Type[]) => types.map(typeText).join(', ')
  const what = statement.kind.toUpperCase()
  throw failed(
    'TYPE_MISMATCH',
    `line ${statement.line}:${statement.column}: ${what} table column types don't match expressions: Table: [${list(wanted)}], Expressions: [${list(given)}]`,
  )
}

function newRowsSql(columns: number, hidden: number): string {
  const items = Array.from({ length: columns }, (_, at) => `c${at}`)
  if (hidden > 2) items.push('r AS row_id', 'CAST(NULL AS BIGINT) AS row_sequence')
  return `SELECT ${items.join(', ')} FROM lake.changes WHERE w`
}

/** https://trino.io/docs/current/sql/merge.html: no row of the target may be matched twice. */
const uniqueSql = `SELECT CASE WHEN count(*) > 0 THEN ${raiseSql(
  { kind: 'integer' },
  "'MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row'",
)} END FROM (SELECT 1 FROM lake.changes WHERE f IS NOT NULL GROUP BY f, p HAVING count(*) > 1)`

async function readCounts(
  path: string,
): Promise<{ readonly affected: ReadonlyMap<number, number>; readonly rowCount: number }> {
  const affected = new Map<number, number>()
  let rowCount = 0
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    if (line === '') continue
    const [file, count] = line.split(',').map(Number) as [number, number]
    rowCount += count
    if (file >= 0) affected.set(file, count)
  }
  return { affected, rowCount }
}

/** Positions by the file's number, from lines of both. */
export async function readPositions(path: string): Promise<Map<number, number[]>> {
  const positions = new Map<number, number[]>()
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const comma = line.indexOf(',')
    const file = Number(line.slice(0, comma))
    const list = positions.get(file)
    if (list) list.push(Number(line.slice(comma + 1)))
    else positions.set(file, [Number(line.slice(comma + 1))])
  }
  return positions
}
