import { type Position, sqlError } from '../errors.ts'
import type { BinaryOperator } from '../parse/ast.ts'
import { commonType } from '../types/coercion.ts'
import {
  DATE,
  DOUBLE,
  INTERVAL_DAY,
  type Type,
  isNumeric,
  precisionOf,
  typeText,
} from '../types/type.ts'
import { atMomentSql, identitySql, momentSql, onWallSql } from '../types/zones.ts'
import { coerce } from './cast.ts'
import { type Typed, raiseSql } from './typed.ts'

const instants = ['date', 'timestamp', 'timestamptz']
const intervals = ['intervalDay', 'intervalYear']

/** Arithmetic of dates, times and intervals. Undefined when neither side is one. */
export function temporal(
  operator: BinaryOperator,
  left: Typed,
  right: Typed,
  at: Position,
): Typed | undefined {
  const a = left.type.kind
  const b = right.type.kind
  const timed = [...instants, ...intervals, 'time']
  if (!timed.includes(a) && !timed.includes(b)) return undefined
  if (operator === '+' && intervals.includes(a) && !intervals.includes(b)) {
    return temporal('+', right, left, at)
  }
  if (operator === '*' && intervals.includes(b) && !intervals.includes(a)) {
    return temporal('*', right, left, at)
  }
  if (intervals.includes(b) && (operator === '+' || operator === '-')) {
    if (instants.includes(a)) return shifted(operator, left, right)
    if (a === b) return { sql: `(${left.sql} ${operator} ${right.sql})`, type: left.type }
    if (a === 'time' && b === 'intervalDay') {
      return { sql: `(${left.sql} ${operator} ${right.sql})`, type: withMillis(left.type) }
    }
  }
  if (operator === '-' && a === 'time' && b === 'time') {
    const micros = `date_diff('microsecond', ${right.sql}, ${left.sql})`
    const sql = `to_milliseconds(CAST(floor((${micros} + 500) / 1000.0) AS BIGINT))`
    return { sql, type: INTERVAL_DAY }
  }
  if (operator === '-' && instants.includes(a) && instants.includes(b)) {
    return difference(left, right, at)
  }
  if (intervals.includes(a) && isNumeric(right.type) && (operator === '*' || operator === '/')) {
    return scaled(operator, left, right)
  }
  throw sqlError(
    'TypeMismatch',
    at,
    `Cannot apply operator: ${typeText(left.type)} ${operator} ${typeText(right.type)}`,
  )
}

/** Months are counted on the wall's calendar, everything shorter in real time. */
function shifted(operator: '+' | '-', moment: Typed, interval: Typed): Typed {
  const { type } = moment
  if (type.kind === 'date') {
    return { sql: `CAST(${moment.sql} ${operator} ${wholeDays(interval)} AS DATE)`, type: DATE }
  }
  if (type.kind === 'timestamptz') {
    if (interval.type.kind === 'intervalYear') {
      const change = (local: string) => `${local} ${operator} ${interval.sql}`
      return { sql: onWallSql(moment.sql, type, change), type }
    }
    const change = (instant: string) =>
      `((((${instant}) AT TIME ZONE 'UTC') ${operator} ${interval.sql}) AT TIME ZONE 'UTC')`
    return { sql: atMomentSql(moment.sql, type, change), type: withMillis(type) }
  }
  const kept = interval.type.kind === 'intervalDay' ? withMillis(type) : type
  return { sql: `(${moment.sql} ${operator} ${interval.sql})`, type: kept }
}

/** An interval of days has milliseconds, and so has a time that it is added to. */
function withMillis(type: Type): Type {
  return { ...type, precision: Math.max(3, precisionOf(type)) } as Type
}

/** Trino adds only whole days to a date. */
function wholeDays(interval: Typed): string {
  if (interval.type.kind === 'intervalYear') return interval.sql
  const whole = typeof interval.constant === 'number' && interval.constant % 86_400_000 === 0
  if (whole) return interval.sql
  const raise = raiseSql(
    interval.type,
    "'INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date'",
  ).replace(/AS INTERVAL\)$/, 'AS VARCHAR)')
  return `(CASE WHEN ${millisecondsSql(interval.sql)} % 86400000 <> 0 THEN CAST(${raise} AS INTERVAL) ELSE ${interval.sql} END)`
}

function difference(left: Typed, right: Typed, at: Position): Typed {
  if (left.type.kind === 'timestamptz' && right.type.kind === 'timestamptz') {
    const [a, b] = [momentSql(left.sql, left.type), momentSql(right.sql, right.type)]
    return { sql: `(${a} - ${b})`, type: INTERVAL_DAY }
  }
  const common = commonType(left.type, right.type)
  if (!common) {
    throw sqlError(
      'TypeMismatch',
      at,
      `Cannot apply operator: ${typeText(left.type)} - ${typeText(right.type)}`,
    )
  }
  const from = identitySql(coerce(left, common, at).sql, common)
  const to = identitySql(coerce(right, common, at).sql, common)
  const sql =
    common.kind === 'date' ? `to_days(CAST(${from} - ${to} AS INTEGER))` : `(${from} - ${to})`
  return { sql, type: INTERVAL_DAY }
}

/** The product's fraction is cut off, at a millisecond or a month. */
function scaled(operator: '*' | '/', interval: Typed, factor: Typed): Typed {
  const months = interval.type.kind === 'intervalYear'
  const size = months ? monthsSql(interval.sql) : millisecondsSql(interval.sql)
  const given = `CAST(${factor.sql} AS DOUBLE)`
  const number = sureFactor(operator, factor, given)
  const result = `CAST(trunc(${size} ${operator} ${number}) AS ${months ? 'INTEGER' : 'BIGINT'})`
  const sql = months ? `to_months(${result})` : `to_milliseconds(${result})`
  return { sql, type: interval.type }
}

/** What an interval cannot be multiplied or divided by fails with Trino's words. */
function sureFactor(operator: '*' | '/', factor: Typed, sql: string): string {
  const { constant } = factor
  if (typeof constant === 'number' && Number.isFinite(constant) && constant !== 0) return sql
  const raise = (text: string) => raiseSql(DOUBLE, `'INVALID_FUNCTION_ARGUMENT: Cannot ${text}`)
  const verb = operator === '*' ? 'multiply' : 'divide'
  const zero = operator === '/' ? ` WHEN ${sql} = 0 THEN ${raise("divide by double 0.0'")}` : ''
  return `(CASE WHEN isnan(${sql}) THEN ${raise(`${verb} by double NaN'`)}${zero} ELSE ${sql} END)`
}

export function millisecondsSql(interval: string): string {
  return `CAST(round(extract(epoch FROM ${interval}) * 1000) AS BIGINT)`
}

export function monthsSql(interval: string): string {
  return `CAST(extract(year FROM ${interval}) * 12 + extract(month FROM ${interval}) AS BIGINT)`
}

/** `-interval`. */
export function negatedInterval(value: Typed): Typed {
  const constant = typeof value.constant === 'number' ? -value.constant : undefined
  return { sql: `(-${value.sql})`, type: value.type as Type, constant }
}
