import { zoneOfName } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import type { Expression } from '../parse/ast.ts'
import { noZonedTimes, typeOfName } from '../types/from-name.ts'
import { intervalSize } from '../types/interval.ts'
import {
  BOOLEAN,
  DATE,
  INTERVAL_DAY,
  INTERVAL_YEAR,
  type Type,
  UNKNOWN,
  VARBINARY,
  VARCHAR,
  quoteText,
} from '../types/type.ts'
import { instantSql, isFixed, localSql } from '../types/zones.ts'
import { type CallContext, apply, scalarFunctions } from '../functions/index.ts'
import { cast } from './cast.ts'
import { numberLiteral } from './operators.ts'
import { type Typed, raiseSql } from './typed.ts'

type PlainLiteral = Extract<
  Expression,
  { kind: 'null' | 'boolean' | 'number' | 'string' | 'binary' }
>

/** A value without a type before it. */
export function plainLiteral(node: PlainLiteral): Typed {
  switch (node.kind) {
    case 'null':
      return { sql: 'NULL', type: UNKNOWN, constant: null }
    case 'boolean':
      return { sql: node.value ? 'true' : 'false', type: BOOLEAN, constant: node.value }
    case 'number':
      return numberLiteral(node.text, node)
    case 'string': {
      const type: Type = { kind: 'varchar', length: [...node.value].length }
      return { sql: quoteText(node.value), type, constant: node.value }
    }
    case 'binary':
      return { sql: `unhex('${node.hex}')`, type: VARBINARY }
  }
}

type TypedLiteral = Extract<Expression, { kind: 'typed' }>

/** `DATE '2024-01-31'` and the like. */
export function typedLiteral(node: TypedLiteral, context: CallContext): Typed {
  const text = quoteText(node.value)
  const invalid = (what: string) =>
    sqlError('InvalidLiteral', node, `'${node.value}' is not a valid ${what} literal`)
  switch (node.type.name) {
    case 'date':
      if (!/^\s*\d{1,4}-\d{1,2}-\d{1,2}\s*$/.test(node.value) || !isDay(node.value.trim())) {
        throw invalid('date')
      }
      return { sql: `CAST(${text} AS DATE)`, type: DATE, constant: node.value }
    case 'timestamp': {
      const pattern =
        /^(\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,12}))?)?)?)(?: ?([A-Za-z+-][\w:/+-]*))?$/
      const [, local, fraction, zone] = pattern.exec(node.value) ?? []
      if (!local || !isDay(local)) throw invalid('timestamp')
      const precision = fraction?.length ?? 0
      const moment = `CAST(${quoteText(local)} AS TIMESTAMP)`
      if (precision > 6) throw tooPrecise(node)
      if (!zone) return { sql: moment, type: { kind: 'timestamp', precision } }
      const name = zoneOfName(zone)
      if (!name) throw invalid('timestamp')
      const type = { kind: 'timestamptz', zone: name, precision } as const
      // Where clocks are set forward, some times are none.
      const text = `INVALID_LITERAL: line ${node.line}:${node.column}: '${node.value}' is not a valid TIMESTAMP literal`
      const instant = instantSql(moment, name)
      const isThere = `${localSql(instant, type)} = ${moment}`
      const sql = `(CASE WHEN ${isThere} THEN ${instant} ELSE ${raiseSql(type, quoteText(text))} END)`
      return { sql: isFixed(name) ? instant : sql, type }
    }
    case 'time': {
      const [, clock, fraction, zone] =
        /^(\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,12}))?)?)( ?[+-]\d{1,2}:\d{2})?$/.exec(
          node.value,
        ) ?? []
      if (!clock || !isDay(`2000-01-01 ${clock}`)) throw invalid('time')
      if (zone) throw sqlError('NotSupported', node, noZonedTimes)
      const precision = fraction?.length ?? 0
      if (precision > 6) throw tooPrecise(node)
      const whole = /:.*:/.test(clock) ? clock : `${clock}:00`
      return { sql: `CAST(${quoteText(whole)} AS TIME)`, type: { kind: 'time', precision } }
    }
    case 'decimal':
      return { ...numberLiteral(node.value.includes('.') ? node.value : `${node.value}.`, node) }
    case 'json': {
      const value: Typed = { sql: text, type: VARCHAR, constant: node.value }
      return apply(scalarFunctions['json_parse']!, [value], context)
    }
    default:
      return cast(
        { sql: text, type: VARCHAR, constant: node.value },
        typeOfName(node.type),
        false,
        node,
      )
  }
}

function tooPrecise(at: Position): Error {
  return sqlError('NotSupported', at, 'times with more than 6 digits of a second are not supported')
}

/** True when text that begins as `2024-2-29` names a day that there is, and a time of day if one follows. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text
    .split(/[-: ]/)
    .map(Number)
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day)
  return (
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  )
}

/** `INTERVAL '2' DAY`. */
export function intervalLiteral(node: Extract<Expression, { kind: 'interval' }>): Typed {
  const size = intervalSize(node.value, node.unit, node.to)
  if (size === undefined) {
    const unit = node.to ? `${node.unit} TO ${node.to}` : node.unit
    throw sqlError(
      'InvalidArgument',
      node,
      `Invalid INTERVAL ${unit.toUpperCase()} value: ${node.value}`,
    )
  }
  const sign = node.negative ? -1 : 1
  const yearMonth = node.unit === 'year' || node.unit === 'month'
  const sql = yearMonth
    ? `to_months(${sign * size})`
    : `to_milliseconds(CAST(${sign * size} AS BIGINT))`
  return { sql, type: yearMonth ? INTERVAL_YEAR : INTERVAL_DAY, constant: sign * size }
}
