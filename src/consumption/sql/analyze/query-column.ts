import type { Type } from '../types/type.ts'
import type { ScopeColumn } from './typed.ts'

/** A column of an analysed query. */
export interface QueryColumn {
  /** The name to show; undefined for an expression without one. */
  readonly label: string | undefined
  readonly type: Type
  /** See ScopeColumn. */
  readonly origin?: ScopeColumn['origin']
}

export interface AnalyzedQuery {
  readonly sql: string
  readonly columns: readonly QueryColumn[]
}

/** A query's columns as a scope sees them under an alias. */
export function outputColumns(columns: readonly QueryColumn[], alias: string): ScopeColumn[] {
  return columns.map(({ label, type, origin }, index) => ({
    name: label?.toLowerCase(),
    type,
    sql: `${alias}.c${index}`,
    hidden: false,
    origin,
  }))
}
