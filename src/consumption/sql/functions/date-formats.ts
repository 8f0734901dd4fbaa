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
