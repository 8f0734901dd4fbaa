import { DOUBLE, type Type, decimal, engineType, isFloating, isInteger } from '../types/type.ts'
import type { Typed } from '../analyze/typed.ts'
import { asDecimal } from '../types/coercion.ts'
import { arithmetic } from '../analyze/operators.ts'
import { type FunctionBody, type FunctionTable, forms, own } from './registry.ts'

const real = (sql: string) => forms(['double -> double', sql])

/** Keeps the argument's own type. */
function sameTyped(sql: (value: string) => string): FunctionBody {
  return own('double', ([value, ...rest]) => {
    if (!value || rest.length > 0 || !numeric(value.type)) return undefined
    return { sql: `CAST(${sql(value.sql)} AS ${engineType(value.type)})`, type: value.type }
  })
}

/** ceil and floor: a decimal loses its scale, and may gain a digit. */
function toWhole(name: string): FunctionBody {
  return own('double', ([value, ...rest]) => {
    if (!value || rest.length > 0 || !numeric(value.type)) return undefined
    if (isInteger(value.type)) return { sql: value.sql, type: value.type }
    const type =
      value.type.kind === 'decimal'
        ? decimal(value.type.precision - value.type.scale + (value.type.scale > 0 ? 1 : 0), 0)
        : value.type
    return { sql: `CAST(${name}(${value.sql}) AS ${engineType(type)})`, type }
  })
}

function numeric(type: Type): boolean {
  return isInteger(type) || isFloating(type) || type.kind === 'decimal'
}

const round = own(['double', 'double, integer'], ([value, digits, ...rest]) => {
  if (!value || rest.length > 0 || !numeric(value.type)) return undefined
  if (digits && !isInteger(digits.type)) return undefined
  if (isInteger(value.type)) {
    if (!digits) return value
    const down = `CAST(round(${value.sql}, CAST(${digits.sql} AS INTEGER)) AS ${engineType(value.type)})`
    return { sql: down, type: value.type }
  }
  const type = roundedType(value.type, digits)
  const places = digits ? `, CAST(${digits.sql} AS INTEGER)` : ''
  return { sql: `CAST(round(${value.sql}${places}) AS ${engineType(type)})`, type }
})

function roundedType(type: Type, digits: Typed | undefined): Type {
  if (type.kind !== 'decimal') return type
  const more = type.scale > 0 ? 1 : 0
  return digits
    ? decimal(type.precision + more, type.scale)
    : decimal(type.precision - type.scale + more, 0)
}

const power = forms(['double, double -> double', 'pow($1, $2)'])
const random = own(['', 'bigint'], ([bound, ...rest]) => {
  if (rest.length > 0 || (bound && !isInteger(bound.type))) return undefined
  if (!bound) return { sql: 'random()', type: DOUBLE }
  return {
    sql: `CAST(floor(random() * ${bound.sql}) AS ${engineType(bound.type)})`,
    type: bound.type,
  }
})

/** https://trino.io/docs/current/functions/math.html, https://trino.io/docs/current/functions/bitwise.html */
export const numberFunctions: FunctionTable = {
  abs: sameTyped((value) => `abs(${value})`),
  ceil: toWhole('ceil'),
  ceiling: toWhole('ceil'),
  floor: toWhole('floor'),
  round,
  truncate: own('double', ([value, ...rest]) => {
    if (!value || rest.length > 0 || !numeric(value.type)) return undefined
    if (isInteger(value.type)) return value
    const as = asDecimal(value.type)
    const type = as ? decimal(Math.max(1, as.precision - as.scale), 0) : value.type
    return { sql: `CAST(trunc(${value.sql}) AS ${engineType(type)})`, type }
  }),
  sign: own('double', ([value, ...rest]) => {
    if (!value || rest.length > 0 || !numeric(value.type)) return undefined
    const type = value.type.kind === 'decimal' ? decimal(1, 0) : value.type
    return { sql: `CAST(sign(${value.sql}) AS ${engineType(type)})`, type }
  }),
  mod: own('bigint, bigint', (args, { at }) =>
    args.length === 2 ? arithmetic('%', args[0]!, args[1]!, at) : undefined,
  ),
  pow: power,
  power,
  sqrt: real(`CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END`),
  cbrt: real('trino_cbrt($1, cbrt($1))'),
  exp: real('exp($1)'),
  ln: real(logarithm('ln($1)')),
  log2: real(logarithm('log2($1)')),
  log10: real(logarithm('log10($1)')),
  log: forms(['double, double -> double', 'ln($2) / ln($1)']),
  degrees: real('degrees($1)'),
  radians: real('radians($1)'),
  sin: real('sin($1)'),
  cos: real('cos($1)'),
  tan: real('tan($1)'),
  asin: real('asin($1)'),
  acos: real('acos($1)'),
  atan: real('atan($1)'),
  atan2: forms(['double, double -> double', 'atan2($1, $2)']),
  pi: forms(['-> double', 'pi()']),
  e: forms(['-> double', 'exp(CAST(1 AS DOUBLE))']),
  nan: forms(['-> double', `CAST('NaN' AS DOUBLE)`]),
  infinity: forms(['-> double', `CAST('Infinity' AS DOUBLE)`]),
  is_nan: forms(['double -> boolean', 'isnan($1)']),
  is_finite: forms(['double -> boolean', 'isfinite($1)']),
  is_infinite: forms(['double -> boolean', 'isinf($1)']),
  rand: random,
  random,
  width_bucket: forms([
    'double, double, double, bigint -> bigint',
    `CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1
      ELSE CAST(floor($4 * ($1 - $2) / ($3 - $2)) AS BIGINT) + 1 END`,
  ]),
  bitwise_and: forms(['bigint, bigint -> bigint', '$1 & $2']),
  bitwise_or: forms(['bigint, bigint -> bigint', '$1 | $2']),
  bitwise_xor: forms(['bigint, bigint -> bigint', 'xor($1, $2)']),
  bitwise_not: forms(['bigint -> bigint', '~$1']),
}

/** NaN below zero and -Infinity at zero, where the engine fails. */
function logarithm(sql: string): string {
  return `CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ${sql} END`
}
