import { remembered, zoneOfName } from '#kit'
import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import { weekStart } from './calendar.ts'
import { parseMoment, parseZoned } from './parse.ts'
import { printMoment } from './print.ts'
import { jodaTokens, mysqlTokens } from './tokens.ts'

/** Patterns are few: each is taken apart once. */
const bounds = { countMax: 1_000, lengthMax: 1024 * 1024 }
const joda = remembered(bounds, jodaTokens)
const mysql = remembered(bounds, mysqlTokens)

/** A moment by one of Joda's patterns. */
function datetime(text: string, pattern: string) {
  const tokens = joda(pattern)
  if (tokens.some((token) => typeof token !== 'string' && token.field === 'yearOfCentury')) {
    throw new FunctionFailure('NOT_SUPPORTED', 'parsing of years of two digits is not supported')
  }
  return parseZoned(text, tokens)
}

/** A day of ISO 8601: by month and day, week and day, or day of the year. As days since 1970. */
function isoDay(text: string): bigint {
  const invalid = () =>
    new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid format: "${text}"`)
  const days = (moment: number) => BigInt(Math.floor(moment / 86_400_000))
  const week = /^(\d{4})-W(\d{1,2})(?:-(\d))?$/.exec(text)
  if (week) {
    const [year, number, day] = [Number(week[1]), Number(week[2]), Number(week[3] ?? 1)]
    const start = weekStart(year, number)
    if (number < 1 || start >= weekStart(year + 1, 1) || day < 1 || day > 7) throw invalid()
    return days(start) + BigInt(day - 1)
  }
  const form = /^\d{4}-\d{3}$/.test(text)
    ? 'yyyy-DDD'
    : ['yyyy', 'yyyy-MM', 'yyyy-MM-dd'][text.split('-').length - 1]
  if (!form || !/^\d{1,9}(-\d+)*$/.test(text)) throw invalid()
  return days(parseMoment(text, joda(form)))
}

const spans: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `3.81 d` as milliseconds. */
function duration(text: string): bigint {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(text)
  const span = spans[found?.[2] ?? '']
  if (!found || span === undefined) {
    throw new FunctionFailure(
      'INVALID_FUNCTION_ARGUMENT',
      `duration is not a valid data duration string: ${text}`,
    )
  }
  return BigInt(Math.round(Number(found[1]) * span))
}

/** Moments go as milliseconds on the wall. https://trino.io/docs/current/functions/datetime.html */
export const dateFunctions: readonly EngineFunction[] = [
  engineFunction('trino_date_parse', ['text', 'text'], 'bigint', (text, format) =>
    BigInt(parseMoment(text, mysql(format))),
  ),
  engineFunction('trino_parse_datetime', ['text', 'text'], 'bigint', (text, pattern) =>
    BigInt(datetime(text, pattern).wall),
  ),
  engineFunction('trino_parse_datetime_zone', ['text', 'text'], 'text', (text, pattern) => {
    const { zone = 'UTC' } = datetime(text, pattern)
    const known = zoneOfName(zone)
    if (known !== undefined) return known
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid format: "${text}"`)
  }),
  engineFunction(
    'trino_format_datetime',
    ['bigint', 'bigint', 'text', 'text'],
    'text',
    (wall, offset, zone, pattern) =>
      printMoment({ wall: Number(wall), offsetMinutes: Number(offset), zone }, joda(pattern)),
  ),
  engineFunction('trino_iso_day', ['text'], 'bigint', isoDay),
  engineFunction('trino_duration', ['text'], 'bigint', duration),
]
