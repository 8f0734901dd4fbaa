import { type Position, sqlError } from '../errors.ts'
import type { Aliased, Name } from '../parse/ast.ts'
import { VARCHAR, engineType, quoteText } from '../types/type.ts'
import type { AnalyzedQuery } from './query-column.ts'
import { type ResolvedTable, type Scan, hiddenColumns } from './scan.ts'
import type { ScopeRelation } from './scope.ts'
import type { ScopeColumn } from './typed.ts'

/** The column of this name. */
export function only(relations: readonly ScopeRelation[], name: Name): ScopeColumn {
  const found = relations
    .flatMap((relation) => relation.columns)
    .filter((column) => column.name === name.text.toLowerCase())
  if (found.length === 1) return found[0]!
  throw found.length === 0
    ? sqlError('ColumnNotFound', name, `Column '${name.text}' is missing from one side of join`)
    : sqlError('AmbiguousName', name, `Column '${name.text}' is ambiguous`)
}

export function columnCount(relations: readonly ScopeRelation[]): number {
  return relations.reduce((sum, { columns }) => sum + columns.length, 0)
}

/** The relations without the scans behind: a filter on them must not reach those. */
export function detached(relations: readonly ScopeRelation[]): ScopeRelation[] {
  return relations.map(({ names, columns }) => ({
    names,
    columns: columns.map((column) => ({ ...column, origin: undefined })),
  }))
}

/** A table's columns, and behind them those that have to be asked for by name. */
export function scannedColumns(scan: Scan, alias: string): ScopeColumn[] {
  const columns: ScopeColumn[] = scan.columns.map(({ name, type }, index) => ({
    name,
    type,
    sql: `${alias}.c${index}`,
    hidden: false,
    origin: { scan, column: name },
  }))
  const hidden = [...hiddenColumns.map((name) => ({ name, type: VARCHAR })), ...scan.hidden]
  for (const { name, type } of hidden) {
    const sql = `${alias}.c${columns.length}`
    columns.push({ name, type, sql, hidden: true, hiddenOf: scan, origin: { scan, column: name } })
  }
  return columns
}

/** The names that a table goes by, the last one first. */
export function qualifiedNames(table: {
  readonly database: string
  readonly name: string
}): string[] {
  return [table.name, table.database, 'awsdatacatalog']
}

/** A relation under its alias, its columns renamed when the alias lists names. */
export function aliased(
  columns: readonly ScopeColumn[],
  { alias, columns: names }: Aliased,
  ownNames: readonly string[],
  at: Position,
): ScopeRelation {
  if (!alias) return { names: ownNames, columns }
  const shown = columns.filter((column) => !column.hidden)
  if (names.length > 0 && names.length !== shown.length) {
    throw sqlError(
      'AliasCount',
      at,
      `Column alias list has ${names.length} entries but '${alias.text}' has ${shown.length} columns available`,
    )
  }
  return {
    names: [alias.text.toLowerCase()],
    columns:
      names.length === 0
        ? columns
        : shown.map((column, index) => ({ ...column, name: names[index]!.text.toLowerCase() })),
  }
}

/** A query whose columns have the names listed. */
export function renamed(query: AnalyzedQuery, names: readonly Name[], at: Position): AnalyzedQuery {
  if (names.length === 0) return query
  if (names.length !== query.columns.length) {
    throw sqlError(
      'AliasCount',
      at,
      `Column alias list has ${names.length} entries but relation has ${query.columns.length} columns`,
    )
  }
  return {
    ...query,
    columns: query.columns.map((column, index) => ({ ...column, label: names[index]!.text })),
  }
}

/** Rows that are known, as a query. */
export function rowsQuery(
  table: Extract<ResolvedTable, { kind: 'rows' }>,
  unique: number,
): AnalyzedQuery {
  const names = table.columns.map((_, index) => `c${index}`)
  const columns = table.columns.map(({ name, type }) => ({ label: name, type }))
  if (table.rows.length === 0) {
    const empty = table.columns.map(
      ({ type }, index) => `CAST(NULL AS ${engineType(type)}) AS c${index}`,
    )
    return { sql: `SELECT ${empty.join(', ')} WHERE false`, columns }
  }
  const value = (item: string | number | null) =>
    item === null ? 'NULL' : typeof item === 'number' ? String(item) : quoteText(item)
  const lines = table.rows.map((row) => `(${row.map(value).join(', ')})`)
  const typed = table.columns.map(
    ({ type }, index) => `CAST(c${index} AS ${engineType(type)}) AS c${index}`,
  )
  const sql = `SELECT ${typed.join(', ')} FROM (VALUES ${lines.join(', ')}) AS v${unique}(${names.join(', ')})`
  return { sql, columns }
}
