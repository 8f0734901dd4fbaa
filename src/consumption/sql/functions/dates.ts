import { zoneOfMinutes, zoneOfName } from '#kit'
import { sqlError } from '../errors.ts'
import { cast } from '../analyze/cast.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
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
import {
  atMomentSql,
  instantSql,
  localSql,
  momentSql,
  onWallSql,
  zoneSql,
  zonedSql,
} from '../types/zones.ts'
import { clockSql } from '../types/text.ts'
import { millisecondsSql, monthsSql } from '../analyze/temporal.ts'
import { mysqlToStrftime } from './date-formats.ts'
import {
  type CallContext,
  type FunctionBody,
  type FunctionTable,
  literalText,
  own,
} from './registry.ts'

const dateUnits = ['day', 'week', 'month', 'quarter', 'year']
const timeUnits = ['millisecond', 'second', 'minute', 'hour']

/** The value's date and time on the wall, as a TIMESTAMP of the engine. Undefined for other types. */
function wall(value: Typed | undefined): string | undefined {
  if (value?.type.kind === 'timestamptz') return localSql(value.sql, value.type)
  if (value?.type.kind === 'timestamp' || value?.type.kind === 'date')
    return `CAST(${value.sql} AS TIMESTAMP)`
  return undefined
}

function unitOf(value: Typed | undefined, type: Type, context: CallContext): string {
  const unit = literalText(value, 'unit', context).toLowerCase()
  if (type.kind === 'time' && dateUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid Time field`)
  }
  if (type.kind === 'date' && timeUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid DATE field`)
  }
  if (!dateUnits.includes(unit) && !timeUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid TIMESTAMP field`)
  }
  return unit
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'
const partSizes = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
}
const partBounds = { day: undefined, hour: 24, minute: 60, second: 60, millisecond: 1_000 }

/** A part of an interval, which has the interval's sign. */
function intervalPart(value: Typed, part: Part): string | undefined {
  if (value.type.kind === 'intervalYear') {
    if (part === 'year') return `${monthsSql(value.sql)} // 12`
    return part === 'month' ? `${monthsSql(value.sql)} % 12` : undefined
  }
  if (value.type.kind !== 'intervalDay' || part === 'year' || part === 'month') return undefined
  const whole = `${millisecondsSql(value.sql)} // ${partSizes[part]}`
  return partBounds[part] === undefined ? whole : `(${whole}) % ${partBounds[part]}`
}

/** A field of a date, a time or an interval, as bigint. */
function field(sql: (wall: string) => string, part?: Part): FunctionBody {
  const ofClock = part !== undefined && ['hour', 'minute', 'second', 'millisecond'].includes(part)
  return own(['timestamp', 'date'], ([value, ...rest]) => {
    if (!value || rest.length > 0) return undefined
    const inner = part && intervalPart(value, part)
    if (inner) return { sql: `CAST(${inner} AS BIGINT)`, type: BIGINT }
    const clock =
      value.type.kind === 'time' ? `(CAST('1970-01-01' AS DATE) + ${value.sql})` : undefined
    const local = ofClock ? (clock ?? wall(value)) : wall(value)
    if (!local || (ofClock && value.type.kind === 'date')) return undefined
    return { sql: `CAST(${sql(local)} AS BIGINT)`, type: BIGINT }
  })
}

/** How far the value's zone is ahead of UTC at its instant, in minutes. */
function offsetMinutesSql(value: Typed): string {
  const wallOf = wall(value)!
  const { type } = value
  const moment = type.kind === 'timestamptz' ? momentSql(value.sql, type) : value.sql
  return `(epoch_ms(${wallOf}) - epoch_ms((${moment}) AT TIME ZONE 'UTC')) // 60000`
}

/** `+05:30`; `utc` stands for no offset. */
function offsetSql(value: Typed, utc: string): string {
  return `trino_offset_text(${offsetMinutesSql(value)}, ${utc})`
}

/** A time of day, or what an instant of a zone shows there, as a TIMESTAMP; undefined for other types. */
function clockOf(value: Typed): string | undefined {
  return value.type.kind === 'time' ? `(CAST('1970-01-01' AS DATE) + ${value.sql})` : wall(value)
}

const dateTrunc = own('varchar, timestamp', ([unitArg, value, ...rest], context) => {
  const local = value && clockOf(value)
  if (!local || rest.length > 0) return undefined
  const unit = unitOf(unitArg, value.type, context)
  const cut = (clock: string) => `date_trunc('${unit}', ${clock})`
  const { type } = value
  if (type.kind !== 'timestamptz') return { sql: fromWall(cut(local), type), type }
  if (!timeUnits.includes(unit)) return { sql: onWallSql(value.sql, type, cut), type }
  // In real time, so that the hour that comes twice stays what it is.
  const own = type.zone === undefined
  const clock = own ? 'trino_zone_wall(zv.t, zv.z)' : local
  const change = (moment: string) => `(${moment} - (${clock} - ${cut(clock)}))`
  return { sql: atMomentSql(value.sql, type, change), type }
})

/** The inverse of `clockOf`, of types without a zone. */
function fromWall(sql: string, type: Type): string {
  if (type.kind === 'date') return `CAST(${sql} AS DATE)`
  return type.kind === 'time' ? `CAST(${sql} AS TIME)` : sql
}

const intervalMakers: Readonly<Record<string, string>> = {
  millisecond: 'to_milliseconds',
  second: 'to_seconds',
  minute: 'to_minutes',
  hour: 'to_hours',
  day: 'to_days',
  week: 'to_weeks',
  month: 'to_months',
  quarter: 'to_quarters',
  year: 'to_years',
}

const dateAdd = own('varchar, bigint, timestamp', ([unitArg, amount, value, ...rest], context) => {
  const local = value && clockOf(value)
  if (!local || rest.length > 0 || !amount || !isInteger(amount.type)) return undefined
  const unit = unitOf(unitArg, value.type, context)
  const timed = timeUnits.includes(unit)
  const added = `${intervalMakers[unit]}(CAST(${amount.sql} AS ${timed ? 'BIGINT' : 'INTEGER'}))`
  if (value.type.kind === 'timestamptz') {
    const { type, sql } = value
    const change = (moment: string) => `(${moment} + ${added})`
    return { sql: timed ? atMomentSql(sql, type, change) : onWallSql(sql, type, change), type }
  }
  const digits = precisionOf(value.type)
  const sum = `(${local} + ${added})`
  const kept =
    unit === 'millisecond' && digits < 3 && value.type.kind !== 'date'
      ? `trino_round_timestamp(epoch_us(${sum}), ${10 ** (6 - digits)})`
      : sum
  return { sql: fromWall(kept, value.type), type: value.type }
})

const dateDiff = own('varchar, timestamp, timestamp', ([unitArg, from, to, ...rest], context) => {
  const a = from && clockOf(from)
  const b = to && clockOf(to)
  if (!a || !b || rest.length > 0) return undefined
  if ((from.type.kind === 'time') !== (to.type.kind === 'time')) return undefined
  const unit = unitOf(unitArg, from.type.kind === to.type.kind ? from.type : TIMESTAMP, context)
  if (from.type.kind === 'timestamptz' && to.type.kind === 'timestamptz') {
    const [start, end] = [momentSql(from.sql, from.type), momentSql(to.sql, to.type)]
    if (timeUnits.includes(unit)) {
      const utc = (moment: string) => `((${moment}) AT TIME ZONE 'UTC')`
      return { sql: `datesub('${unit}', ${utc(start)}, ${utc(end)})`, type: BIGINT }
    }
    // Both on the wall of the first one's zone.
    const there = zonedSql(end, zoneSql(from.sql, from.type))
    const own = { ...to.type, zone: undefined }
    const same = from.type.zone !== undefined && from.type.zone === to.type.zone
    const sql = `datesub('${unit}', ${a}, ${same ? b : localSql(there, own)})`
    return { sql, type: BIGINT }
  }
  return { sql: `datesub('${unit}', ${a}, ${b})`, type: BIGINT }
})

const format = own('timestamp, varchar', ([value, pattern, ...rest], context) => {
  const local = wall(value)
  if (!local || rest.length > 0) return undefined
  const strftime = mysqlToStrftime(literalText(pattern, 'format', context), context)
  const text = `strftime(date_trunc('millisecond', ${local}), ${quoteText(strftime)})`
  return { sql: text, type: VARCHAR }
})

const formatDatetime = own('timestamp, varchar', ([value, pattern, ...rest]) => {
  const local = wall(value)
  if (!local || !pattern || !canBeText(pattern.type) || rest.length > 0) return undefined
  const zoned = value!.type.kind === 'timestamptz'
  const offset = zoned ? `CAST(${offsetMinutesSql(value!)} AS BIGINT)` : '0'
  const { type } = value!
  const zone = type.kind === 'timestamptz' ? zoneSql(value!.sql, type) : "'UTC'"
  const sql = `trino_format_datetime(epoch_ms(${local}), ${offset}, ${zone}, ${pattern.sql})`
  return { sql, type: VARCHAR }
})

const parse = (name: string, type: Type) =>
  own('varchar, varchar', ([text, pattern, ...rest]) => {
    if (!text || !pattern || rest.length > 0) return undefined
    if (!canBeText(text.type) || !canBeText(pattern.type)) return undefined
    const moment = `make_timestamp(${name}(${text.sql}, ${pattern.sql}) * 1000)`
    return { sql: type.kind === 'timestamptz' ? `(${moment} AT TIME ZONE 'UTC')` : moment, type }
  })

const parseDatetime = own('varchar, varchar', ([text, pattern, ...rest]) => {
  if (!text || !pattern || rest.length > 0) return undefined
  if (!canBeText(text.type) || !canBeText(pattern.type)) return undefined
  const args = `${text.sql}, ${pattern.sql}`
  const local = `make_timestamp(trino_parse_datetime(${args}) * 1000)`
  // Without a part for it no text has a zone.
  const letters = String(pattern.constant ?? 'Z').replaceAll(/'[^']*'/g, '')
  if (!letters.includes('Z')) return { sql: instantSql(local, 'UTC'), type: TIMESTAMP_UTC }
  const zone = `trino_parse_datetime_zone(${args})`
  const sql = zonedSql(`trino_zone_instant(${local}, ${zone})`, zone)
  return { sql, type: zonedType(undefined, 3) }
})

const now = (base: Type) =>
  own('', ([digits, ...rest], { startMs }) => {
    const precision = digits?.constant ?? 3
    if (rest.length > 0 || typeof precision !== 'number' || precision > 6) return undefined
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

/** A text's own offset is its zone; when the text is a literal, it is that of the type. */
const isoTimestamp = own('varchar', ([text, ...rest]) => {
  if (!text || !canBeText(text.type) || rest.length > 0) return undefined
  const offset = '(Z|[+-]\\d{2}(:?\\d{2})?)?$'
  const clock = `regexp_extract(${text.sql}, 'T(\\d{2}(:\\d{2}(:\\d{2}([.,]\\d+)?)?)?)?${offset}', 1)`
  const time = `CASE length(${clock}) WHEN 0 THEN '00:00:00' WHEN 2 THEN ${clock} || ':00:00' WHEN 5 THEN ${clock} || ':00' ELSE regexp_replace(replace(${clock}, ',', '.'), '([.]\\d{6})\\d+$', '\\1') END`
  const day = `(DATE '1970-01-01' + CAST(trino_iso_day(split_part(${text.sql}, 'T', 1)) AS INTEGER))`
  const local = `date_trunc('millisecond', ${day} + CAST(${time} AS TIME))`
  const found = /T.*?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(String(text.constant ?? ''))
  const known = typeof text.constant === 'string' ? zoneOfName(found?.[1] ?? 'UTC') : undefined
  const type = { kind: 'timestamptz', zone: known, precision: 3 } as const
  const zone = `trino_iso_zone(regexp_extract(${text.sql}, 'T.*?${offset}', 1))`
  const value = known
    ? instantSql(local, known)
    : zonedSql(`trino_zone_instant(${local}, ${zone})`, zone)
  const form = `'[0-9W-]+(T(\\d{2}(:\\d{2}(:\\d{2}([.,]\\d+)?)?)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?'`
  const raise = raiseSql(type, `'INVALID_FUNCTION_ARGUMENT: Invalid format: "', ${text.sql}, '"'`)
  const sql = `(CASE WHEN NOT regexp_full_match(${text.sql}, ${form}) THEN ${raise} ELSE ${value} END)`
  return { sql, type }
})

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
      return { sql: instantSql(value.sql, name.zone), type: zonedType(name.zone, precision) }
    }
    const moment = `trino_zone_instant(${value.sql}, ${name.sql})`
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
    return instant ? { sql: `epoch(${instant})`, type: DOUBLE } : undefined
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

type ZoneArgument =
  | { readonly kind: 'known'; readonly zone: string }
  | { readonly kind: 'sql'; readonly sql: string }

/** A zone by its name, or by an interval that is its offset. */
function zoneArgument(zone: Typed, context: CallContext): ZoneArgument {
  if (zone.type.kind === 'intervalDay' && typeof zone.constant === 'number') {
    const found = zoneOfMinutes(zone.constant / 60_000)
    if (found && Number.isInteger(zone.constant / 60_000)) return { kind: 'known', zone: found }
  }
  if (typeof zone.constant !== 'string' && canBeText(zone.type))
    return { kind: 'sql', sql: `trino_zone(${zone.sql})` }
  const name = literalText(zone, 'zone', context)
  const found = zoneOfName(name)
  if (found) return { kind: 'known', zone: found }
  throw sqlError('InvalidArgument', context.at, `'${name}' is not a valid time zone`)
}

function zonedType(zone: string | undefined, precision: number): Type {
  return { kind: 'timestamptz', zone, precision }
}

/** `value AT TIME ZONE 'zone'`: the same instant, seen in another zone. */
export function atTimeZone(value: Typed, zone: Typed, context: CallContext): Typed {
  const precision = precisionOf(value.type)
  const local = wall(value)
  if (!local || value.type.kind === 'date') {
    throw sqlError('TypeMismatch', context.at, 'Type of value must be a time or timestamp')
  }
  const moment =
    value.type.kind === 'timestamptz'
      ? momentSql(value.sql, value.type)
      : `((${local}) AT TIME ZONE 'UTC')`
  const name = zoneArgument(zone, context)
  return name.kind === 'known'
    ? { sql: moment, type: zonedType(name.zone, precision) }
    : { sql: zonedSql(moment, name.sql), type: zonedType(undefined, precision) }
}
