import { zoneOfName } from '#kit'
import { raiseSql } from '../analyze/typed.ts'
import { TIMESTAMP_UTC, type Type, VARCHAR, canBeText, quoteText } from '../types/type.ts'
import { instantSql, zoneSql, zonedSql } from '../types/zones.ts'
import { mysqlToStrftime } from './date-formats.ts'
import { offsetMinutesSql, printedClock, wall } from './date-walls.ts'
import { literalText, own } from './registry.ts'
import { zonedType } from './time-zones.ts'

export const format = own('timestamp, varchar', ([value, pattern, ...rest], context) => {
  const local = wall(value)
  if (!local || rest.length > 0) return undefined
  const strftime = mysqlToStrftime(literalText(pattern, 'format', context), context)
  const text = `strftime(${printedClock(local, value!.type)}, ${quoteText(strftime)})`
  return { sql: text, type: VARCHAR }
})

export const formatDatetime = own('timestamp, varchar', ([value, pattern, ...rest]) => {
  const local = wall(value)
  if (!local || !pattern || !canBeText(pattern.type) || rest.length > 0) return undefined
  const zoned = value!.type.kind === 'timestamptz'
  const offset = zoned ? `CAST(${offsetMinutesSql(value!)} AS BIGINT)` : '0'
  const { type } = value!
  const zone = type.kind === 'timestamptz' ? zoneSql(value!.sql, type) : "'UTC'"
  const sql = `trino_format_datetime(epoch_ms(${printedClock(local, type)}), ${offset}, ${zone}, ${pattern.sql})`
  return { sql, type: VARCHAR }
})

export const parse = (name: string, type: Type) =>
  own('varchar, varchar', ([text, pattern, ...rest]) => {
    if (!text || !pattern || rest.length > 0) return undefined
    if (!canBeText(text.type) || !canBeText(pattern.type)) return undefined
    const moment = `make_timestamp(${name}(${text.sql}, ${pattern.sql}) * 1000)`
    return { sql: type.kind === 'timestamptz' ? `(${moment} AT TIME ZONE 'UTC')` : moment, type }
  })

export const parseDatetime = own('varchar, varchar', ([text, pattern, ...rest]) => {
  if (!text || !pattern || rest.length > 0) return undefined
  if (!canBeText(text.type) || !canBeText(pattern.type)) return undefined
  const args = `${text.sql}, ${pattern.sql}`
  const local = `make_timestamp(trino_parse_datetime(${args}) * 1000)`
  // Without a part for it no text has a zone.
  const letters = String(pattern.constant ?? 'Z').replaceAll(/'[^']*'/g, '')
  if (!letters.includes('Z')) return { sql: instantSql(local, 'UTC'), type: TIMESTAMP_UTC }
  const zone = `trino_parse_datetime_zone(${args})`
  const type = zonedType(undefined, 3)
  const made = zonedSql(`trino_zone_instant(${local}, ${zone})`, zone)
  const reason = `'INVALID_FUNCTION_ARGUMENT: Cannot parse "', ${text.sql}, '": Illegal instant due to time zone offset transition'`
  const sql = `(CASE WHEN trino_zone_wall(trino_zone_instant(${local}, ${zone}), ${zone}) <> ${local} THEN ${raiseSql(type, reason)} ELSE ${made} END)`
  return { sql, type }
})

/** A text's own offset is its zone; when the text is a literal, it is that of the type. */
export const isoTimestamp = own('varchar', ([text, ...rest]) => {
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
