import type { Comparison } from '../parse/ast.ts'
import { BOOLEAN, type Type, isFloating } from '../types/type.ts'
import { ownZone } from '../types/zones.ts'
import { comparedSql } from './comparison.ts'
import { formSql } from './identity.ts'

/** A subquery's rows as one value each, in the type that they are compared in. */
export interface SubqueryRows {
  /** `SELECT … AS c0 FROM …` */
  readonly sql: string
  readonly type: Type
  readonly alias: string
  /** True when the subquery uses what the query around it has. */
  readonly correlated: boolean
  /** How many columns the subquery has. */
  readonly width: number
}

interface Truth {
  readonly sql: string
  readonly type: Type
}

/** True for types whose values the engine compares otherwise than Trino: NaN, NULL inside of values, zones. */
export function comparesOddly(type: Type): boolean {
  if (isFloating(type) || ownZone(type)) return true
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'row'
}

/**
 * `value IN (rows)`. Trino looks a value up among the rows' distinct ones, so that NaN finds NaN and a NULL within finds a NULL there;
 * only a condition that rows must meet, and what hangs on the row around it, becomes a join by equality, which NaN and NULL have not.
 */
export function inRowsSql(value: string, rows: SubqueryRows, joined: boolean): Truth {
  if (!comparesOddly(rows.type)) return { sql: `(${value} IN (${rows.sql}))`, type: BOOLEAN }
  const { alias, type } = rows
  const item = `${alias}.c0`
  const equal = comparedSql('=', value, item, type)
  if (joined) return { sql: existsSql(rows, equal), type: BOOLEAN }
  const same = rows.correlated
    ? equal
    : `(${formSql(value, type)} IS NOT DISTINCT FROM ${formSql(item, type)} AND ${item} IS NOT NULL)`
  const unknown = `CASE WHEN ${value} IS NULL THEN ${existsSql(rows, 'true')} ELSE ${existsSql(rows, `${item} IS NULL`)} END`
  const sql = `(CASE WHEN ${existsSql(rows, same)} THEN true WHEN ${unknown} THEN NULL ELSE false END)`
  return { sql, type: BOOLEAN }
}

function existsSql(rows: SubqueryRows, condition: string): string {
  return `EXISTS (SELECT 1 FROM (${rows.sql}) AS ${rows.alias} WHERE ${condition})`
}

/** `value operator ANY (rows)` and `ALL`, but for `= ANY`, which is IN. */
export function quantifiedSql(
  operator: Comparison,
  all: boolean,
  value: string,
  rows: SubqueryRows,
): Truth {
  if (!comparesOddly(rows.type)) {
    const sql = `(${value} ${operator} ${all ? 'ALL' : 'ANY'} (${rows.sql}))`
    return { sql, type: BOOLEAN }
  }
  if (operator === '<>' && all) {
    return { sql: `(NOT ${inRowsSql(value, rows, false).sql})`, type: BOOLEAN }
  }
  if (operator === '<>') {
    return { sql: `(NOT ${boundsSql('=', true, value, rows)})`, type: BOOLEAN }
  }
  return { sql: boundsSql(operator, all, value, rows), type: BOOLEAN }
}

/** As Trino does it: compared with the least and the greatest of the rows, which NaN is only where there is nothing else. */
function boundsSql(
  operator: Comparison,
  all: boolean,
  value: string,
  { sql, type, alias }: SubqueryRows,
): string {
  const item = `${alias}.c0`
  const number = isFloating(type) ? `CASE WHEN NOT isnan(${item}) THEN ${item} END` : item
  const low = `coalesce(min(${number}), min(${item}))`
  const high = `coalesce(max(${number}), max(${item}))`
  const counts = `'all': count(*), 'some': count(${item})`
  const bounds = `(SELECT {'low': ${low}, 'high': ${high}, ${counts}} FROM (${sql}) AS ${alias})`
  const [v, b] = ['zq.v', 'zq.b']
  const least = all === (operator === '<' || operator === '<=')
  const compared =
    operator === '='
      ? `(${comparedSql('=', `${b}.low`, `${b}.high`, type)} AND ${comparedSql('=', v, `${b}.high`, type)})`
      : comparedSql(operator, v, least ? `${b}.low` : `${b}.high`, type)
  const known = `(CASE WHEN ${b}."all" <> ${b}."some" THEN NULL ELSE ${all} END)`
  const answer = `CASE WHEN ${b}."all" = 0 THEN ${all} ELSE ${compared} ${all ? 'AND' : 'OR'} ${known} END`
  return `list_transform([{'v': ${value}, 'b': ${bounds}}], lambda zq: ${answer})[1]`
}
