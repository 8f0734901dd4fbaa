import { sqlError } from '../errors.ts'
import type { CallContext } from './registry.ts'

/** https://trino.io/docs/current/functions/datetime.html#mysql-date-functions */
const mysql: Readonly<Record<string, string>> = {
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  v: '%V',
  W: '%A',
  x: '%G',
  Y: '%Y',
  y: '%y',
  '%': '%%',
}

/** The engine's form of a format such as `%Y-%m-%d %H:%i`. */
export function mysqlToStrftime(format: string, context: CallContext): string {
  return format.replaceAll(/%(.?)/gs, (_, specifier: string) => {
    const known = mysql[specifier]
    if (known) return known
    // Any other letter stands for itself.
    if (!/^[DUuVwX]$/.test(specifier) && specifier !== '') return specifier
    throw sqlError(
      'InvalidArgument',
      context.at,
      `%${specifier} not supported in date format string`,
    )
  })
}

/** https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html */
const joda: Readonly<Record<string, string>> = {
  y: '%Y',
  yyyy: '%Y',
  yy: '%y',
  Y: '%Y',
  YYYY: '%Y',
  xxxx: '%G',
  w: '%-V',
  ww: '%V',
  M: '%-m',
  MM: '%m',
  MMM: '%b',
  MMMM: '%B',
  d: '%-d',
  dd: '%d',
  D: '%-j',
  DDD: '%j',
  e: '%u',
  E: '%a',
  EE: '%a',
  EEE: '%a',
  EEEE: '%A',
  a: '%p',
  H: '%-H',
  HH: '%H',
  h: '%-I',
  hh: '%I',
  m: '%-M',
  mm: '%M',
  s: '%-S',
  ss: '%S',
  SSS: '%g',
}

/** The engine's form of a format such as `yyyy-MM-dd'T'HH:mm:ss`. */
export function jodaToStrftime(format: string, context: CallContext): string {
  return format.replaceAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|%/g, (match, quoted?: string) => {
    if (match === '%') return '%%'
    if (quoted !== undefined)
      return quoted === '' ? "'" : quoted.replaceAll("''", "'").replaceAll('%', '%%')
    const known = joda[match]
    if (known) return known
    throw sqlError('NotSupported', context.at, `the date format's part '${match}' is not supported`)
  })
}
