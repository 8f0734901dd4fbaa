import type { Comparison } from '../parse/ast.ts'
import { BOOLEAN, type Type, isFloating } from '../types/type.ts'
import { ownZone } from '../types/zones.ts'
import { comparedSql } from './comparison.ts'

/** A subquery's rows as one value each, in the type that they are compared in. */
export interface SubqueryRows {
  /** `SELECT … AS c0 FROM …` */
  readonly sql: string
  readonly type: Type
  readonly alias: string
}

/** True for types whose values the engine compares otherwise than Trino: NaN, NULL inside of values, zones. */
export function comparesOddly(type: Type): boolean {
  if (isFloating(type) || ownZone(type)) return true
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'row'
}

/** `value operator ANY (rows)` and `ALL`. */
export function quantifiedSql(
  operator: Comparison,
  all: boolean,
  value: string,
  rows: SubqueryRows,
): { readonly sql: string; readonly type: Type } {
  if (!comparesOddly(rows.type)) {
    const sql = `(${value} ${operator} ${all ? 'ALL' : 'ANY'} (${rows.sql}))`
    return { sql, type: BOOLEAN }
  }
  // Spelled out: true for some row, else unknown for some row, else false.
  const compared = comparedSql(operator, value, `${rows.alias}.c0`, rows.type)
  const found = (condition: string) =>
    `EXISTS (SELECT 1 FROM (${rows.sql}) AS ${rows.alias} WHERE ${condition})`
  const decisive = found(all ? `NOT ${compared}` : compared)
  const unknown = found(`(${compared}) IS NULL`)
  const sql = `(CASE WHEN ${decisive} THEN ${!all} WHEN ${unknown} THEN NULL ELSE ${all} END)`
  return { sql, type: BOOLEAN }
}
