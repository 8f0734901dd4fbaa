import type { Position } from '../errors.ts'
import { type Type, engineType } from '../types/type.ts'
import type { Scan } from './scan.ts'

/** An expression after analysis: the engine's SQL for it, and its type. */
export interface Typed {
  readonly sql: string
  readonly type: Type
  /**
   * The same number as a decimal of the engine's own choice, of `type`'s scale: quicker where nothing else hangs on its type
   * (see `decimals.ts`).
   */
  readonly looseSql?: string
  /** A condition as it is where rows must meet it, when that is another one: a join by equality in the place of IN. */
  readonly joinedSql?: string
  /** The value of a literal. */
  readonly constant?: string | number | boolean | null
  /** Set when the expression is nothing but this column. */
  readonly column?: ScopeColumn
}

/** A column that can be referred to. */
export interface ScopeColumn {
  /** Undefined for an expression without a name. */
  readonly name: string | undefined
  readonly type: Type
  readonly sql: string
  /** See Typed. */
  readonly joinedSql?: string
  /** Reachable by name but no part of `*`, such as `$path`. */
  readonly hidden: boolean
  /** Of a hidden column: the scan that must give it, wherever the column is used. */
  readonly hiddenOf?: Scan
  /** The base table's column behind it, when a filter on this column may be applied at the scan. */
  readonly origin?: { readonly scan: Scan; readonly column: string }
}

/** What TRY makes NULL of. https://trino.io/docs/current/functions/conditional.html#try */
const caught =
  /^'(DIVISION_BY_ZERO|INVALID_CAST_ARGUMENT|INVALID_FUNCTION_ARGUMENT|NUMERIC_VALUE_OUT_OF_RANGE):/

/**
 * An expression of this type that fails when it is evaluated, with Athena's name and text: no volatile function, since TRY takes
 * none. TRY of the engine catches a cast that fails, and does not catch that a time zone is unknown.
 */
export function raiseSql(type: Type, messageSql: string): string {
  const text = `concat('${raiseMark}', ${messageSql})`
  const raised = caught.test(messageSql)
    ? `CAST(${text} AS INTEGER)`
    : `CAST(timezone(${text}, TIMESTAMP '1970-01-01') AS VARCHAR)`
  return `CAST(${raised} AS ${engineType(type)})`
}

/** Stands before messages that our own SQL raises, so that they are told from the engine's. */
export const raiseMark = '@athena@'

export interface Located {
  readonly at: Position
}

/** NULL without a type becomes one of the engine's type for it. */
export function withType(value: Typed): string {
  return value.type.kind === 'unknown'
    ? `CAST(${value.sql} AS ${engineType(value.type)})`
    : value.sql
}

/** Trino fails on a division by zero where the engine gives NULL. */
export function nonZero(sql: string, type: Type, divisor: Typed): string {
  if (typeof divisor.constant === 'number' && divisor.constant !== 0) return sql
  return `(CASE WHEN ${sql} = 0 THEN ${raiseSql(type, "'DIVISION_BY_ZERO: Division by zero'")} ELSE ${sql} END)`
}
