import type { Expression, Query } from '../parse/ast.ts'
import { functionMacros } from '../functions/index.ts'
import { textMacros } from '../types/text.ts'
import { zoneMacros } from '../types/zones.ts'
import { sqlError } from '../errors.ts'
import { type Type, isSketch, typeText } from '../types/type.ts'
import { QueryAnalyzer } from './query.ts'
import type { Scan, TableLookup } from './scan.ts'

export interface OutputColumn {
  /** As written; `_col1` for an expression without a name. */
  readonly name: string
  readonly type: Type
}

export interface Analysis {
  /** A query in the engine's SQL, with the columns `c0`, `c1`, …, over the views `lake.<scan id>`. */
  readonly sql: string
  readonly columns: readonly OutputColumn[]
  readonly scans: readonly Scan[]
}

export interface AnalysisOptions {
  readonly lookup: TableLookup
  readonly startMs: number
  readonly parameters?: readonly Expression[]
}

/** True when values of this type are sketches, or hold some. */
function holdsSketch(type: Type): boolean {
  switch (type.kind) {
    case 'array':
      return holdsSketch(type.element)
    case 'map':
      return holdsSketch(type.key) || holdsSketch(type.value)
    case 'row':
      return type.fields.some((field) => holdsSketch(field.type))
    default:
      return isSketch(type)
  }
}

const macros: readonly { readonly name: string; readonly statement: string }[] = [
  ...functionMacros,
  ...textMacros,
  ...zoneMacros,
].map((statement) => ({ name: /MACRO (\w+)/.exec(statement)![1]!, statement }))

/** The statements that must run before some of our SQL: the macros that it uses, and those that they use. */
export function macrosFor(sql: string): readonly string[] {
  const needed: string[] = []
  let text = sql
  // Those that others call come first in the list, so it is walked from its end.
  for (const { name, statement } of macros.toReversed()) {
    if (!text.includes(`${name}(`)) continue
    needed.unshift(statement)
    text += statement
  }
  return needed
}

/**
 * Resolves the names and types of a query and writes it in the engine's SQL. Nothing of the user's
 * text but literals goes into it, and no function that is not known to answer as Athena's.
 */
export function analyzeQuery(query: Query, options: AnalysisOptions): Analysis {
  const analyzer = new QueryAnalyzer(options.startMs, options.parameters ?? [])
  const result = analyzer.query(query, { lookup: options.lookup, ctes: new Map() }, undefined)
  for (const column of result.columns) {
    if (!holdsSketch(column.type)) continue
    const text = `${typeText(column.type)} is supported within a query only, not as a column of its result`
    throw sqlError('NotSupported', query, text)
  }
  const columns = result.columns.map((column, index) => ({
    name: column.label ?? `_col${index}`,
    type: column.type,
  }))
  return { sql: result.sql, columns, scans: analyzer.scans }
}
