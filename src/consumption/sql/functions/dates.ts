import { zoneOfMinutes } from '#kit'
import { sqlError } from '../errors.ts'
import { cast } from '../analyze/cast.ts'
import type { Typed } from '../analyze/typed.ts'
import { millisecondsSql } from '../analyze/temporal.ts'
import { clockSql } from '../types/text.ts'
import {
  BIGINT,
  DATE,
  DOUBLE,
  INTERVAL_DAY,
  TIMESTAMP,
  TIMESTAMP_UTC,
  type Type,
  VARCHAR,
  canBeText,
  isInteger,
  isNumeric,
  precisionOf,
  quoteText,
} from '../types/type.ts'
import { instantSql, isFixed, momentSql, zonedSql } from '../types/zones.ts'
import { dateAdd, dateDiff, dateTrunc } from './date-arithmetic.ts'
import { field } from './date-fields.ts'
import { format, formatDatetime, isoTimestamp, parse, parseDatetime } from './date-texts.ts'
import { offsetMinutesSql, offsetSql, wall } from './date-walls.ts'
import { type FunctionTable, own } from './registry.ts'
import { atTimeZone, zoneArgument, zonedType } from './time-zones.ts'

const now = (base: Type) =>
  own('', ([digits, ...rest], { name, at, startMs }) => {
    const precision = digits?.constant ?? 3
    if (rest.length > 0 || typeof precision !== 'number') return undefined
    if (precision > 6) {
      throw sqlError(
        'NotSupported',
        at,
        `${name}(${precision}) is not supported; at most 6 digits are`,
      )
    }
    const type = base.kind === 'date' ? base : ({ ...base, precision } as Type)
    const instant = `make_timestamptz(${startMs * 1000})`
    if (type.kind === 'timestamptz') return { sql: instant, type }
    const local = `(${instant} AT TIME ZONE 'UTC')`
    if (type.kind === 'date') return { sql: `CAST(${local} AS DATE)`, type }
    return { sql: type.kind === 'time' ? `CAST(${local} AS TIME)` : local, type }
  })

/** Rounded to milliseconds; NaN is the start of 1970. */
function unixSql(seconds: Typed): string {
  const ms = `CAST(${seconds.sql} AS DOUBLE) * 1000`
  return `make_timestamptz(CASE WHEN isnan(${ms}) THEN 0 ELSE CAST(round(${ms}) AS BIGINT) * 1000 END)`
}

const dayOfWeek = field((at) => `isodow(${at})`)
const dayOfYear = field((at) => `dayofyear(${at})`)
const dayOfMonth = field((at) => `day(${at})`, 'day')
const week = field((at) => `weekofyear(${at})`)
const yearOfWeek = field((at) => `isoyear(${at})`)

/** https://trino.io/docs/current/functions/datetime.html */
export const dateFunctions: FunctionTable = {
  date_trunc: dateTrunc,
  date_add: dateAdd,
  date_diff: dateDiff,
  date_format: format,
  date_parse: parse('trino_date_parse', TIMESTAMP),
  format_datetime: formatDatetime,
  parse_datetime: parseDatetime,
  to_milliseconds: own('interval day to second', ([value, ...rest]) =>
    value?.type.kind === 'intervalDay' && rest.length === 0
      ? { sql: millisecondsSql(value.sql), type: BIGINT }
      : undefined,
  ),
  parse_duration: own('varchar', ([text, ...rest]) =>
    text && canBeText(text.type) && rest.length === 0
      ? { sql: `to_milliseconds(trino_duration(${text.sql}))`, type: INTERVAL_DAY }
      : undefined,
  ),
  now: now(TIMESTAMP_UTC),
  current_timestamp: now(TIMESTAMP_UTC),
  localtimestamp: now(TIMESTAMP),
  localtime: now({ kind: 'time' }),
  current_date: now(DATE),
  current_timezone: own('', (args) =>
    args.length > 0 ? undefined : { sql: "'UTC'", type: VARCHAR },
  ),
  date: own(['varchar', 'timestamp'], ([value, ...rest], { at }) =>
    value && rest.length === 0 ? cast(value, DATE, false, at) : undefined,
  ),
  year: field((at) => `year(${at})`, 'year'),
  quarter: field((at) => `quarter(${at})`),
  month: field((at) => `month(${at})`, 'month'),
  week,
  week_of_year: week,
  day: dayOfMonth,
  day_of_month: dayOfMonth,
  day_of_week: dayOfWeek,
  dow: dayOfWeek,
  day_of_year: dayOfYear,
  doy: dayOfYear,
  year_of_week: yearOfWeek,
  yow: yearOfWeek,
  hour: field((at) => `hour(${at})`, 'hour'),
  minute: field((at) => `minute(${at})`, 'minute'),
  second: field((at) => `second(${at})`, 'second'),
  millisecond: field((at) => `millisecond(${at}) % 1000`, 'millisecond'),
  timezone_hour: own('timestamp with time zone', ([value, ...rest]) =>
    value?.type.kind === 'timestamptz' && rest.length === 0
      ? { sql: `CAST(${offsetMinutesSql(value)} // 60 AS BIGINT)`, type: BIGINT }
      : undefined,
  ),
  timezone_minute: own('timestamp with time zone', ([value, ...rest]) =>
    value?.type.kind === 'timestamptz' && rest.length === 0
      ? { sql: `CAST(${offsetMinutesSql(value)} % 60 AS BIGINT)`, type: BIGINT }
      : undefined,
  ),
  at_timezone: own('timestamp with time zone, varchar', ([value, zone, ...rest], context) =>
    value && zone && rest.length === 0 ? atTimeZone(value, zone, context) : undefined,
  ),
  with_timezone: own('timestamp, varchar', ([value, zone, ...rest], context) => {
    if (value?.type.kind !== 'timestamp' || !zone || rest.length > 0) return undefined
    const precision = precisionOf(value.type)
    const name = zoneArgument(zone, context)
    if (name.kind === 'known') {
      const sql = isFixed(name.zone)
        ? instantSql(value.sql, name.zone)
        : `trino_zone_instant_of(${value.sql}, ${quoteText(name.zone)})`
      return { sql, type: zonedType(name.zone, precision) }
    }
    const moment = `trino_zone_instant_of(${value.sql}, ${name.sql})`
    return { sql: zonedSql(moment, name.sql), type: zonedType(undefined, precision) }
  }),
  last_day_of_month: own('timestamp', ([value, ...rest]) => {
    const local = wall(value)
    return local && rest.length === 0 ? { sql: `last_day(${local})`, type: DATE } : undefined
  }),
  from_unixtime: own(['double', 'double, varchar', 'double, bigint, bigint'], (args, context) => {
    const [seconds, zone, minutes, ...rest] = args
    if (!seconds || !isNumeric(seconds.type) || rest.length > 0) return undefined
    const sql = unixSql(seconds)
    if (minutes) {
      if (!zone || !isInteger(zone.type) || !isInteger(minutes.type)) return undefined
      if (typeof zone.constant === 'number' && typeof minutes.constant === 'number') {
        const name = zoneOfMinutes(zone.constant * 60 + minutes.constant)
        return name ? { sql, type: zonedType(name, 3) } : undefined
      }
      const offset = `trino_offset_text(${zone.sql} * 60 + ${minutes.sql}, 'UTC')`
      return { sql: zonedSql(sql, `trino_zone(${offset})`), type: zonedType(undefined, 3) }
    }
    if (!zone) return { sql, type: zonedType('UTC', 3) }
    if (!canBeText(zone.type)) return undefined
    const name = zoneArgument(zone, context)
    return name.kind === 'known'
      ? { sql, type: zonedType(name.zone, 3) }
      : { sql: zonedSql(sql, name.sql), type: zonedType(undefined, 3) }
  }),
  to_unixtime: own('timestamp', ([value, ...rest]) => {
    if (!value || rest.length > 0) return undefined
    const { type } = value
    const instant = type.kind === 'timestamptz' ? momentSql(value.sql, type) : wall(value)
    if (!instant) return undefined
    if (type.kind === 'date' || precisionOf(type) <= 3) {
      return { sql: `epoch(${instant})`, type: DOUBLE }
    }
    // Milliseconds, and what is beyond them, as Trino adds them up.
    const millis = `epoch_ms(date_trunc('millisecond', ${instant}))`
    const beyond = `(epoch_us(${instant}) - 1000 * ${millis})`
    return {
      sql: `(${millis} / CAST(1000 AS DOUBLE) + ${beyond} / CAST(1000000 AS DOUBLE))`,
      type: DOUBLE,
    }
  }),
  to_iso8601: own(['date', 'timestamp'], ([value, ...rest]) => {
    const local = wall(value)
    if (!local || rest.length > 0) return undefined
    if (value!.type.kind === 'date') return { sql: `strftime(${local}, '%Y-%m-%d')`, type: VARCHAR }
    const text = clockSql(local, '%Y-%m-%dT%H:%M:%S', precisionOf(value!.type))
    if (value!.type.kind !== 'timestamptz') return { sql: text, type: VARCHAR }
    return { sql: `(${text} || ${offsetSql(value!, "'Z'")})`, type: VARCHAR }
  }),
  from_iso8601_date: own('varchar', ([text, ...rest]) =>
    text && canBeText(text.type) && rest.length === 0
      ? { sql: `(DATE '1970-01-01' + CAST(trino_iso_day(${text.sql}) AS INTEGER))`, type: DATE }
      : undefined,
  ),
  from_iso8601_timestamp: isoTimestamp,
}
