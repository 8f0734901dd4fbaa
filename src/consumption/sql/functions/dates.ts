import { sqlError } from '../errors.ts'
import { cast } from '../analyze/cast.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import {
  BIGINT,
  DATE,
  DOUBLE,
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
import { instantSql, localSql, zoneOfMinutes, zoneOfName } from '../types/zones.ts'
import { clockSql } from '../types/text.ts'
import { jodaToStrftime, mysqlToStrftime } from './date-formats.ts'
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

function unitOf(value: Typed | undefined, dateOnly: boolean, context: CallContext): string {
  const unit = literalText(value, 'unit', context).toLowerCase()
  if (dateOnly && timeUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid DATE field`)
  }
  if (!dateUnits.includes(unit) && !timeUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid TIMESTAMP field`)
  }
  return unit
}

/** A field of a date or time, as bigint. */
function field(sql: (wall: string) => string, ofDate = true): FunctionBody {
  return own(['timestamp', 'date'], ([value, ...rest]) => {
    const local = wall(value)
    if (!local || rest.length > 0 || (!ofDate && value!.type.kind === 'date')) return undefined
    return { sql: `CAST(${sql(local)} AS BIGINT)`, type: BIGINT }
  })
}

/** How far the value's zone is ahead of UTC at its instant, in minutes. */
function offsetMinutesSql(value: Typed): string {
  const wallOf = wall(value)!
  return `(epoch_ms(${wallOf}) - epoch_ms((${value.sql}) AT TIME ZONE 'UTC')) // 60000`
}

/** `+05:30`; `utc` stands for no offset. */
function offsetSql(value: Typed, utc: string): string {
  return `trino_offset_text(${offsetMinutesSql(value)}, ${utc})`
}

const dateTrunc = own('varchar, timestamp', ([unitArg, value, ...rest], context) => {
  const local = wall(value)
  if (!local || rest.length > 0) return undefined
  const unit = unitOf(unitArg, value!.type.kind === 'date', context)
  const cut = `date_trunc('${unit}', ${local})`
  return { sql: fromWall(cut, value!.type), type: value!.type }
})

/** The inverse of `wall`. */
function fromWall(sql: string, type: Type): string {
  if (type.kind === 'date') return `CAST(${sql} AS DATE)`
  if (type.kind === 'timestamptz') return instantSql(sql, type)
  return sql
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
  const local = wall(value)
  if (!local || rest.length > 0 || !amount || !isInteger(amount.type)) return undefined
  const unit = unitOf(unitArg, value!.type.kind === 'date', context)
  const wide = timeUnits.includes(unit) ? 'BIGINT' : 'INTEGER'
  const added = `${local} + ${intervalMakers[unit]}(CAST(${amount.sql} AS ${wide}))`
  return { sql: fromWall(`(${added})`, value!.type), type: value!.type }
})

const dateDiff = own('varchar, timestamp, timestamp', ([unitArg, from, to, ...rest], context) => {
  const a = wall(from)
  const b = wall(to)
  if (!a || !b || rest.length > 0) return undefined
  const unit = unitOf(unitArg, from!.type.kind === 'date' && to!.type.kind === 'date', context)
  return { sql: `datesub('${unit}', ${a}, ${b})`, type: BIGINT }
})

const format = (translate: (format: string, context: CallContext) => string) =>
  own('timestamp, varchar', ([value, pattern, ...rest], context) => {
    const local = wall(value)
    if (!local || rest.length > 0) return undefined
    const strftime = translate(literalText(pattern, 'format', context), context)
    return { sql: `strftime(${local}, ${quoteText(strftime)})`, type: VARCHAR }
  })

const parse = (translate: (format: string, context: CallContext) => string, type: Type) =>
  own('varchar, varchar', ([text, pattern, ...rest], context) => {
    if (!text || !canBeText(text.type) || rest.length > 0) return undefined
    const strptime = quoteText(translate(literalText(pattern, 'format', context), context))
    const raise = raiseSql(
      TIMESTAMP,
      `'INVALID_FUNCTION_ARGUMENT: Invalid format: "', ${text.sql}, '"'`,
    )
    const parsed = `try_strptime(${text.sql}, ${strptime})`
    const sql = `(CASE WHEN ${text.sql} IS NOT NULL AND ${parsed} IS NULL THEN ${raise} ELSE ${parsed} END)`
    return { sql: type.kind === 'timestamptz' ? `(${sql} AT TIME ZONE 'UTC')` : sql, type }
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

const dayOfWeek = field((at) => `isodow(${at})`)
const dayOfYear = field((at) => `dayofyear(${at})`)
const dayOfMonth = field((at) => `day(${at})`)
const week = field((at) => `weekofyear(${at})`)
const yearOfWeek = field((at) => `isoyear(${at})`)

/** https://trino.io/docs/current/functions/datetime.html */
export const dateFunctions: FunctionTable = {
  date_trunc: dateTrunc,
  date_add: dateAdd,
  date_diff: dateDiff,
  date_format: format(mysqlToStrftime),
  date_parse: parse(mysqlToStrftime, TIMESTAMP),
  format_datetime: format(jodaToStrftime),
  parse_datetime: parse(jodaToStrftime, TIMESTAMP_UTC),
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
  year: field((at) => `year(${at})`),
  quarter: field((at) => `quarter(${at})`),
  month: field((at) => `month(${at})`),
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
  hour: field((at) => `hour(${at})`, false),
  minute: field((at) => `minute(${at})`, false),
  second: field((at) => `second(${at})`, false),
  millisecond: field((at) => `millisecond(${at}) % 1000`, false),
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
    const type: Type = {
      kind: 'timestamptz',
      zone: zoneArgument(zone, context),
      precision: precisionOf(value.type),
    }
    return { sql: instantSql(value.sql, type), type }
  }),
  last_day_of_month: own('timestamp', ([value, ...rest]) => {
    const local = wall(value)
    return local && rest.length === 0 ? { sql: `last_day(${local})`, type: DATE } : undefined
  }),
  from_unixtime: own(['double', 'double, varchar'], ([seconds, zone, ...rest], context) => {
    if (!seconds || !isNumeric(seconds.type) || rest.length > 0) return undefined
    if (zone && !canBeText(zone.type)) return undefined
    const sql = `make_timestamptz(CAST(round(CAST(${seconds.sql} AS DOUBLE) * 1000) AS BIGINT) * 1000)`
    const name = zone ? zoneArgument(zone, context) : 'UTC'
    return { sql, type: { kind: 'timestamptz', zone: name } }
  }),
  to_unixtime: own('timestamp', ([value, ...rest]) => {
    if (!value || rest.length > 0) return undefined
    const instant = value.type.kind === 'timestamptz' ? value.sql : wall(value)
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
  from_iso8601_date: own('varchar', ([text, ...rest], { at }) =>
    text && canBeText(text.type) && rest.length === 0 ? cast(text, DATE, false, at) : undefined,
  ),
  // An offset other than UTC would have to stay with the value, which has no place for it.
  from_iso8601_timestamp: own('varchar', ([text, ...rest]) => {
    if (!text || !canBeText(text.type) || rest.length > 0) return undefined
    const pattern = `'\\d{4}-\\d{2}-\\d{2}(T(\\d{2}(:\\d{2}(:\\d{2}([.,]\\d+)?)?)?)?)?(Z|[+]00:?00)?'`
    const raise = raiseSql(
      TIMESTAMP_UTC,
      `'NOT_SUPPORTED: from_iso8601_timestamp takes times in UTC only, not ', ${text.sql}`,
    )
    const plain = `rtrim(regexp_replace(replace(${text.sql}, ',', '.'), '(Z|[+]00:?00)$', ''), 'T')`
    const whole = `CASE WHEN regexp_full_match(${plain}, '.*T\\d{2}') THEN ${plain} || ':00' ELSE ${plain} END`
    const sql = `(CASE WHEN NOT regexp_full_match(${text.sql}, ${pattern}) THEN ${raise} ELSE (date_trunc('millisecond', CAST(${whole} AS TIMESTAMP)) AT TIME ZONE 'UTC') END)`
    return { sql, type: TIMESTAMP_UTC }
  }),
}

/** A zone by its name, or by an interval that is its offset. */
function zoneArgument(zone: Typed, context: CallContext): string {
  if (zone.type.kind === 'intervalDay' && typeof zone.constant === 'number') {
    const found = zoneOfMinutes(zone.constant / 60_000)
    if (found && Number.isInteger(zone.constant / 60_000)) return found
  }
  const name = literalText(zone, 'zone', context)
  const found = zoneOfName(name)
  if (found) return found
  throw sqlError('InvalidArgument', context.at, `Time zone not supported: ${name}`)
}

/** `value AT TIME ZONE 'zone'`: the same instant, seen in another zone. */
export function atTimeZone(value: Typed, zone: Typed, context: CallContext): Typed {
  const precision = precisionOf(value.type)
  const type: Type = { kind: 'timestamptz', zone: zoneArgument(zone, context), precision }
  if (value.type.kind === 'timestamptz') return { sql: value.sql, type }
  const local = wall(value)
  if (!local || value.type.kind === 'date') {
    throw sqlError('TypeMismatch', context.at, 'Type of value must be a time or timestamp')
  }
  return { sql: `((${local}) AT TIME ZONE 'UTC')`, type }
}
