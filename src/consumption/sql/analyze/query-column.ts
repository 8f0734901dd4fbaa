import type { Type } from '../types/type.ts'
import type { ScopeColumn } from './typed.ts'

/** A column of an analysed query. */
export interface QueryColumn {
  /** The name to show; undefined for an expression without one. */
  readonly label: string | undefined
  readonly type: Type
  /** See ScopeColumn. */
  readonly origin?: ScopeColumn['origin']
  /** See Typed. */
  readonly joinedSql?: string | undefined
}

export interface AnalyzedQuery {
  readonly sql: string
  readonly columns: readonly QueryColumn[]
  /** The same with `joinedSql` of its columns as further columns `j0` and so on, for whoever puts conditions on them. */
  readonly withJoined?: string | undefined
}

/** A query's columns as a scope sees them under an alias. */
export function outputColumns(
  columns: readonly QueryColumn[],
  alias: string,
  withJoined = false,
): ScopeColumn[] {
  return columns.map(({ label, type, origin, joinedSql }, index) => ({
    ...(withJoined && joinedSql !== undefined && { joinedSql: `${alias}.j${index}` }),
    name: label?.toLowerCase(),
    type,
    sql: `${alias}.c${index}`,
    hidden: false,
    origin,
  }))
}

/** The column where rows are made anew, so that no filter on it reaches the scan. */
export function withoutOrigin({ label, type }: QueryColumn): QueryColumn {
  return { label, type }
}
