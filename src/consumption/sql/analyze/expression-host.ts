import type { Position } from '../errors.ts'
import type { Expression, Query } from '../parse/ast.ts'
import type { Type } from '../types/type.ts'
import type { Scope } from './scope.ts'
import type { ScopeColumn } from './typed.ts'

/** What expressions need of the query around them. */
export interface ExpressionHost {
  readonly startMs: number
  /** Values for `?`, in order. */
  readonly parameters: readonly Expression[]
  /** The database of names without one. */
  readonly schema: string
  /** A number that no other call of this analysis has got. */
  unique(): number
  /** Counts work. Error: `NotSupported` where it is more than any statement should take. */
  spend(units: number, at: Position): void
  /** Analyses a query within an expression, with this scope around it. */
  subquery(query: Query, scope: Scope): { readonly sql: string; readonly types: readonly Type[] }
}

/** What is found out about an expression on the way. */
export interface Findings {
  aggregate: boolean
  window: boolean
  subquery: boolean
  /** A subquery, or a function that gives another answer each time. */
  impure: boolean
  outer: boolean
  readonly columns: Set<ScopeColumn>
}

/** A query within an expression. */
export interface AnalyzedSubquery {
  readonly sql: string
  readonly types: readonly Type[]
  /** True when it uses what the queries around it have. */
  readonly correlated: boolean
}

export function noFindings(): Findings {
  return {
    aggregate: false,
    window: false,
    subquery: false,
    impure: false,
    outer: false,
    columns: new Set(),
  }
}
