import { FunctionFailure } from '../function.ts'

/** A field of a date or time in a pattern. */
export type Field =
  | 'era'
  | 'century'
  | 'year'
  | 'yearOfCentury'
  | 'weekYear'
  | 'week'
  | 'month'
  | 'monthName'
  | 'dayOfYear'
  | 'dayOfMonth'
  | 'dayOfWeek'
  | 'dayName'
  | 'halfday'
  | 'hour'
  | 'hourOfHalfday'
  | 'clockhour'
  | 'clockhourOfHalfday'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'offset'
  | 'zone'

export interface FieldToken {
  readonly field: Field
  /** Letters of Joda's pattern; digits to print at least. */
  readonly count: number
  /** Digits to read at most. */
  readonly digitsMax: number
}

/** A field, or text that stands for itself. */
export type Token = string | FieldToken

const letters: Readonly<Record<string, Field>> = {
  G: 'era',
  C: 'century',
  Y: 'year',
  y: 'year',
  x: 'weekYear',
  w: 'week',
  D: 'dayOfYear',
  d: 'dayOfMonth',
  e: 'dayOfWeek',
  E: 'dayName',
  a: 'halfday',
  K: 'hourOfHalfday',
  h: 'clockhourOfHalfday',
  H: 'hour',
  k: 'clockhour',
  m: 'minute',
  s: 'second',
  S: 'fraction',
}
const numeric = 'cCxwWeyYdDFhHkKmsSM'

/** Joda's patterns: https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html */
export function jodaTokens(pattern: string): readonly Token[] {
  const found = pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g) ?? []
  return found.map((part, index): Token => {
    if (part.startsWith("'")) {
      return part === "''" ? "'" : part.slice(1, -1).replaceAll("''", "'")
    }
    const letter = part[0]!
    if (!/[A-Za-z]/.test(letter)) return part
    const count = part.length
    const next = found[index + 1]?.[0] ?? ''
    const adjacent = numeric.includes(next) && /[A-Za-z]/.test(next)
    if (letter === 'M') {
      return { field: count > 2 ? 'monthName' : 'month', count, digitsMax: 2 }
    }
    if (letter === 'Z') return { field: count > 2 ? 'zone' : 'offset', count, digitsMax: 0 }
    const field = letters[letter]
    if (!field) {
      throw new FunctionFailure(
        'NOT_SUPPORTED',
        `the date format's part '${part}' is not supported`,
      )
    }
    const year = field === 'year' || field === 'weekYear'
    if (year && count === 2) return { field: 'yearOfCentury', count, digitsMax: 2 }
    const digitsMax = year
      ? adjacent
        ? count
        : 9
      : field === 'fraction'
        ? count
        : field === 'dayOfYear'
          ? 3
          : 2
    return { field, count, digitsMax }
  })
}

const mysql: Readonly<Record<string, readonly (readonly [Field, number, number] | string)[]>> = {
  a: [['dayName', 3, 0]],
  b: [['monthName', 3, 0]],
  c: [['month', 1, 2]],
  d: [['dayOfMonth', 2, 2]],
  e: [['dayOfMonth', 1, 2]],
  f: [['fraction', 6, 9]],
  H: [['hour', 2, 2]],
  h: [['clockhourOfHalfday', 2, 2]],
  I: [['clockhourOfHalfday', 2, 2]],
  i: [['minute', 2, 2]],
  j: [['dayOfYear', 3, 3]],
  k: [['hour', 1, 2]],
  l: [['clockhourOfHalfday', 1, 2]],
  M: [['monthName', 4, 0]],
  m: [['month', 2, 2]],
  p: [['halfday', 1, 0]],
  r: [
    ['clockhourOfHalfday', 2, 2],
    ':',
    ['minute', 2, 2],
    ':',
    ['second', 2, 2],
    ' ',
    ['halfday', 1, 0],
  ],
  S: [['second', 2, 2]],
  s: [['second', 2, 2]],
  T: [['hour', 2, 2], ':', ['minute', 2, 2], ':', ['second', 2, 2]],
  v: [['week', 2, 2]],
  W: [['dayName', 4, 0]],
  x: [['weekYear', 4, 4]],
  Y: [['year', 4, 4]],
  y: [['yearOfCentury', 2, 2]],
}

/** MySQL's formats: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions */
export function mysqlTokens(format: string): readonly Token[] {
  return (format.match(/%[\s\S]?|[^%]+/g) ?? []).flatMap((part): Token[] => {
    if (!part.startsWith('%')) return [part]
    const letter = part.slice(1)
    if (/^[DUuVwX]$/.test(letter)) {
      throw new FunctionFailure(
        'INVALID_FUNCTION_ARGUMENT',
        `${part} not supported in date format string`,
      )
    }
    return (mysql[letter] ?? [letter]).map((each): Token =>
      typeof each === 'string' ? each : { field: each[0], count: each[1], digitsMax: each[2] },
    )
  })
}
