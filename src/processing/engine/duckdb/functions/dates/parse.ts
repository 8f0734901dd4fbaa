import { FunctionFailure } from '../function.ts'
import type { Field, FieldToken, Token } from './tokens.ts'
import { dayNames, daysOf, monthNames, weekStart } from './calendar.ts'

type Found = Partial<Record<Field, number>>

/** The moment that a text names by a pattern, as milliseconds since 1970 on the wall. */
export function parseMoment(text: string, tokens: readonly Token[]): number {
  return parseZoned(text, tokens).wall
}

/** The same, with the zone that the text names, as it is written there. */
export function parseZoned(
  text: string,
  tokens: readonly Token[],
): { readonly wall: number; readonly zone: string | undefined } {
  const invalid = (at: number) => {
    const rest = text.slice(at)
    const why = at > 0 && rest !== '' ? ` is malformed at "${rest}"` : at > 0 ? ' is too short' : ''
    return new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid format: "${text}"${why}`)
  }
  const found: Found = {}
  let zone: string | undefined
  let at = 0
  for (const token of tokens) {
    if (typeof token === 'string') {
      if (text.slice(at, at + token.length).toLowerCase() !== token.toLowerCase()) throw invalid(at)
      at += token.length
      continue
    }
    const place = zoneForms[token.field]?.exec(text.slice(at))?.[0]
    if (place !== undefined) {
      zone = place
      at += place.length
      continue
    }
    const read = readField(text.slice(at), token)
    if (!read) throw invalid(at)
    found[token.field] = read.value
    at += read.length
  }
  if (at < text.length) throw invalid(at)
  const moment = momentOf(found)
  if (moment !== undefined) return { wall: moment, zone }
  throw new FunctionFailure(
    'INVALID_FUNCTION_ARGUMENT',
    `Cannot parse "${text}": a value is out of its range`,
  )
}

const zoneForms: Readonly<Partial<Record<Field, RegExp>>> = {
  offset: /^(?:Z|[+-]\d\d(?::?\d\d)?)/,
  zone: /^[A-Za-z][\w/+-]*/,
}

function readField(text: string, token: FieldToken): { value: number; length: number } | undefined {
  const named = (names: readonly string[]) => {
    const lower = text.toLowerCase()
    for (const long of [true, false]) {
      const index = names.findIndex((name) =>
        lower.startsWith((long ? name : name.slice(0, 3)).toLowerCase()),
      )
      if (index >= 0) return { value: index + 1, length: long ? names[index]!.length : 3 }
    }
    return undefined
  }
  switch (token.field) {
    case 'monthName':
      return named(monthNames)
    case 'dayName':
      return named(dayNames)
    case 'halfday': {
      const half = /^(am|pm)/i.exec(text)?.[1]?.toLowerCase()
      return half ? { value: half === 'pm' ? 1 : 0, length: 2 } : undefined
    }
    case 'fraction': {
      const digits = new RegExp(`^\\d{1,${token.digitsMax}}`).exec(text)?.[0]
      // A thousandth is the finest that is kept.
      return digits
        ? { value: Number(digits.padEnd(3, '0').slice(0, 3)), length: digits.length }
        : undefined
    }
    case 'offset':
    case 'zone':
      return undefined
    case 'era':
    case 'century':
      throw new FunctionFailure(
        'NOT_SUPPORTED',
        `parsing of the date format's part for ${token.field} is not supported`,
      )
    default: {
      const sign = token.field === 'year' || token.field === 'weekYear' ? '[+-]?' : ''
      const digits = new RegExp(`^${sign}\\d{1,${token.digitsMax}}`).exec(text)?.[0]
      return digits ? { value: Number(digits), length: digits.length } : undefined
    }
  }
}

/** Undefined when a field's value is none of it. What is not named is as at the start of 1970, or of 2000 beside a month, week or day. */
function momentOf(found: Found): number | undefined {
  const within = (value: number | undefined, low: number, high: number) =>
    value === undefined || (value >= low && value <= high)
  // Two digits mean a year from 1970 to 2069.
  const short = found.yearOfCentury
  const days = [found.month, found.monthName, found.week, found.dayOfMonth, found.dayOfYear]
  const dated = [...days, found.dayOfWeek, found.dayName].some((each) => each !== undefined)
  const unnamed = dated ? 2000 : 1970
  const year =
    found.year ?? (short === undefined ? unnamed : short < 70 ? 2000 + short : 1900 + short)
  const month = found.month ?? found.monthName ?? 1
  const hours =
    found.hour ??
    (found.clockhour === undefined ? undefined : found.clockhour % 24) ??
    ((found.clockhourOfHalfday ?? found.hourOfHalfday ?? 0) % 12) + 12 * (found.halfday ?? 0)
  const fits =
    within(month, 1, 12) &&
    within(found.dayOfMonth, 1, daysOf(year, month)) &&
    within(found.dayOfYear, 1, daysOf(year)) &&
    within(found.hour, 0, 23) &&
    within(found.clockhour, 1, 24) &&
    within(found.clockhourOfHalfday, 1, 12) &&
    within(found.hourOfHalfday, 0, 11) &&
    within(found.minute, 0, 59) &&
    within(found.second, 0, 59) &&
    within(found.dayOfWeek, 1, 7) &&
    within(found.week, 1, 53)
  if (!fits) return undefined
  const date = new Date(0)
  if (found.weekYear !== undefined || found.week !== undefined) {
    date.setTime(weekStart(found.weekYear ?? year, found.week ?? 1))
  } else if (found.dayOfYear === undefined)
    date.setUTCFullYear(year, month - 1, found.dayOfMonth ?? 1)
  else date.setUTCFullYear(year, 0, found.dayOfYear)
  const weekday = found.dayOfWeek ?? found.dayName
  if (weekday !== undefined) {
    const moved = () => date.setUTCDate(date.getUTCDate() + weekday - (date.getUTCDay() || 7))
    moved()
    // Joda sets the fields twice: the year again, and then the day in the week that it has come to.
    if (days.every((each) => each === undefined) && date.getUTCFullYear() !== year) {
      if (found.weekYear === undefined) {
        date.setUTCFullYear(year)
        moved()
      }
    }
  }
  const seconds = hours * 3600 + (found.minute ?? 0) * 60 + (found.second ?? 0)
  return date.getTime() + seconds * 1000 + (found.fraction ?? 0)
}
