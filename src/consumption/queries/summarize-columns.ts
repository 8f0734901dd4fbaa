import { type Type, parseQuery, printedSql, quoteName, typeOfHive } from '#consumption/sql'
import { type LakeError, isLakeError } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import { engineFailure } from './engine-failure.ts'
import { type SelectParts, analyze, queryTask, planScans } from './run-select.ts'

/** What a column holds, over all rows. Texts are Athena's; a member that says nothing of the type is undefined. */
export interface ColumnSummary {
  readonly name: string
  /** As the catalog has it. */
  readonly type: string
  readonly nulls: number
  readonly distinct: number
  readonly min?: string
  readonly max?: string
  readonly trues?: number
  readonly falses?: number
  readonly lengthMax?: number
  readonly lengthAverage?: number
}

type Kind = 'ordered' | 'boolean' | 'text' | 'bytes'

/** Reads a table once and summarises these columns of it; those of other types are passed over. */
export async function summarizeColumns(
  table: { readonly database: string; readonly table: string },
  columns: readonly { readonly name: string; readonly type?: string }[],
  parts: SelectParts,
): Promise<readonly ColumnSummary[]> {
  const kept = columns.flatMap((column) => {
    const kind = kindOf(typeOfHive(column.type ?? 'string'))
    return kind ? [{ name: column.name, type: column.type ?? 'string', kind }] : []
  })
  if (kept.length === 0) return []
  const items = kept.flatMap(({ name, kind }) => expressions(quoteName(name), kind))
  const from = `${quoteName(table.database)}.${quoteName(table.table)}`
  const row = await readRow(`SELECT count(*), ${items.join(', ')} FROM ${from}`, parts)
  const rows = Number(row[0])
  let at = 1
  return kept.map(({ name, type, kind }) => {
    const [present, distinct, ...rest] = row.slice(at, (at += 4))
    const common = { name, type, nulls: rows - Number(present), distinct: Number(distinct) }
    const [first, second] = rest.map((value) => value ?? undefined)
    switch (kind) {
      case 'ordered':
        return { ...common, min: first, max: second }
      case 'boolean':
        return { ...common, trues: Number(first ?? 0), falses: Number(second ?? 0) }
      default:
        return { ...common, lengthMax: Number(first ?? 0), lengthAverage: Number(second ?? 0) }
    }
  })
}

function kindOf(type: Type | undefined): Kind | undefined {
  switch (type?.kind) {
    case 'boolean':
      return 'boolean'
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'decimal':
    case 'date':
      return 'ordered'
    case 'varchar':
    case 'char':
      return 'text'
    case 'varbinary':
      return 'bytes'
    default:
      return undefined
  }
}

/** Four for each column. */
function expressions(column: string, kind: Kind): readonly string[] {
  const counts = [`count(${column})`, `count(DISTINCT ${column})`]
  switch (kind) {
    case 'ordered':
      return [...counts, `min(${column})`, `max(${column})`]
    case 'boolean':
      return [...counts, `count_if(${column})`, `count_if(NOT ${column})`]
    default:
      return [...counts, `max(length(${column}))`, `avg(length(${column}))`]
  }
}

async function readRow(sql: string, parts: SelectParts): Promise<readonly (string | null)[]> {
  await using held = new AsyncDisposableStack()
  const files: TaskFile[] = []
  try {
    const analysis = await analyze(parseQuery(sql).query, [], parts)
    const planned = await planScans(analysis, files, held, parts)
    const values = analysis.columns.map(({ type }, index) => printedSql(`q.c${index}`, type))
    const rows = `SELECT ${values.join(', ')} FROM (${analysis.sql}) AS q`
    const task = queryTask(planned, files, { sql: rows })
    const result = await parts.engine.run(task, parts.signal)
    return result.rows[0]!.map((value) => (value === null ? null : String(value)))
  } catch (error) {
    throw isLakeError(error) ? engineFailure(error as LakeError, files) : error
  }
}
