import {
  BIGINT,
  DOUBLE,
  type Type,
  decimal,
  engineType,
  isFloating,
  isInteger,
} from '../types/type.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import { arithmeticType, asDecimal } from '../types/coercion.ts'
import { scaledSql, unscaledSql } from '../analyze/decimals.ts'
import { arithmetic } from '../analyze/operators.ts'
import { type FunctionBody, type FunctionTable, forms, own } from './registry.ts'

const invalid = (text: string) => raiseSql(BIGINT, `'INVALID_FUNCTION_ARGUMENT: ${text}'`)
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
    const down = `CAST(trino_round_whole(CAST(${value.sql} AS HUGEINT), ${digits.sql}) AS ${engineType(value.type)})`
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
const random = own(['', 'bigint', 'bigint, bigint'], ([first, second, ...rest]) => {
  if (rest.length > 0) return undefined
  if (!first) return { sql: 'random()', type: DOUBLE }
  const type = second ? arithmeticType(first.type, second.type) : first.type
  if (!type || !isInteger(type) || !isInteger(first.type)) return undefined
  const [low, high] = second ? [first.sql, second.sql] : ['0', first.sql]
  const wrong = second ? 'start value must be less than stop value' : 'bound must be positive'
  const raise = raiseSql(type, `'INVALID_FUNCTION_ARGUMENT: ${wrong}'`)
  const sql = `(CASE WHEN ${high} <= ${low} THEN ${raise} ELSE CAST(${low} + floor(random() * (CAST(${high} AS HUGEINT) - ${low})) AS ${engineType(type)}) END)`
  return { sql, type }
})

const widths: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  integer: 32,
  bigint: 64,
}

/** https://trino.io/docs/current/functions/bitwise.html: within the bits of the value's own type. */
function shift(way: 'left' | 'right' | 'arithmetic'): FunctionBody {
  return own('bigint, bigint', ([value, count, ...rest]) => {
    const bits = value && widths[value.type.kind]
    if (!value || !count || !bits || !isInteger(count.type) || rest.length > 0) return undefined
    const unsigned = `(CASE WHEN ${value.sql} < 0 THEN CAST(${value.sql} AS HUGEINT) + (CAST(1 AS HUGEINT) << ${bits}) ELSE CAST(${value.sql} AS HUGEINT) END)`
    const beyond = way === 'arithmetic' ? `CASE WHEN ${value.sql} < 0 THEN -1 ELSE 0 END` : '0'
    // On a floor: an arithmetic shift rounds towards minus infinity.
    const moved =
      way === 'left'
        ? `trino_wrapped((${unsigned} & ((CAST(1 AS HUGEINT) << (${bits} - CAST(${count.sql} AS INTEGER))) - 1)) << CAST(${count.sql} AS INTEGER), ${bits})`
        : way === 'right'
          ? `trino_wrapped(${unsigned} >> CAST(${count.sql} AS INTEGER), ${bits})`
          : `CASE WHEN ${value.sql} < 0 THEN -((-(CAST(${value.sql} AS HUGEINT) + 1)) >> CAST(${count.sql} AS INTEGER)) - 1 ELSE CAST(${value.sql} AS HUGEINT) >> CAST(${count.sql} AS INTEGER) END`
    const sql = `CAST(CASE WHEN ${count.sql} >= ${bits} THEN ${beyond} ELSE ${moved} END AS ${engineType(value.type)})`
    return { sql: `(${sql})`, type: value.type }
  })
}

/** Macros that these functions call. */
export const numberMacros: readonly string[] = [
  // Half away from zero; d counts digits after the point and is negative here.
  `CREATE MACRO trino_round_whole(x, d) AS CASE WHEN d >= 0 THEN x WHEN d < -19 THEN CASE WHEN x IS NOT NULL THEN 0 END
     ELSE (CASE WHEN x < 0 THEN -1 ELSE 1 END) * ((abs(x) + CAST(5 * pow(10, -d - 1) AS HUGEINT)) // CAST(pow(10, -d) AS HUGEINT)) * CAST(pow(10, -d) AS HUGEINT) END`,
  `CREATE MACRO trino_wrapped(v, bits) AS
     CASE WHEN v >= (CAST(1 AS HUGEINT) << (bits - 1)) THEN v - (CAST(1 AS HUGEINT) << bits) ELSE v END`,
  `CREATE MACRO trino_width_bucket(x, a, b, n) AS CASE
     WHEN a < b AND x < a THEN 0 WHEN a < b AND x >= b THEN n + 1
     WHEN a > b AND x > a THEN 0 WHEN a > b AND x <= b THEN n + 1
     ELSE CAST(floor(n * (x - a) / (b - a)) AS BIGINT) + 1 END`,
]

/** https://trino.io/docs/current/functions/math.html, https://trino.io/docs/current/functions/bitwise.html */
export const numberFunctions: FunctionTable = {
  // In the value's own type, so that the smallest has none.
  abs: sameTyped((value) => `abs(${value})`),
  from_base: forms(['varchar, bigint -> bigint', 'trino_from_base($1, $2)']),
  to_base: forms(['bigint, bigint -> varchar', 'trino_to_base($1, $2)']),
  parse_data_size: forms(['varchar -> decimal', 'CAST(trino_data_size($1) AS DECIMAL(38,0))']),
  human_readable_seconds: forms(['double -> varchar', 'trino_readable_seconds($1)']),
  ceil: toWhole('ceil'),
  ceiling: toWhole('ceil'),
  floor: toWhole('floor'),
  round,
  truncate: own(['double', 'decimal, bigint'], ([value, digits, ...rest]) => {
    if (!value || rest.length > 0 || !numeric(value.type)) return undefined
    if (digits) {
      const { type } = value
      if (type.kind !== 'decimal' || !isInteger(digits.type)) return undefined
      if (typeof digits.constant !== 'number') return undefined
      const places = Math.max(-38, Math.min(type.scale, digits.constant))
      const unit = type.scale - places
      if (unit <= 0) return { sql: value.sql, type }
      if (unit >= 38)
        return {
          sql: `CAST(CASE WHEN ${value.sql} IS NOT NULL THEN 0 END AS ${engineType(type)})`,
          type,
        }
      const cut = `CAST(1${'0'.repeat(unit)} AS HUGEINT)`
      return {
        sql: scaledSql(`(${unscaledSql(value.sql, type.scale)} // ${cut} * ${cut})`, type),
        type,
      }
    }
    const as = asDecimal(value.type)
    const type = as ? decimal(Math.max(1, as.precision - as.scale), 0) : value.type
    return { sql: `CAST(trunc(${value.sql}) AS ${engineType(type)})`, type }
  }),
  sign: own('double', ([value, ...rest]) => {
    if (!value || rest.length > 0 || !numeric(value.type)) return undefined
    const type = value.type.kind === 'decimal' ? decimal(1, 0) : value.type
    const sign = `CAST(sign(${value.sql}) AS ${engineType(type)})`
    if (!isFloating(type)) return { sql: sign, type }
    return {
      sql: `CASE WHEN isnan(${value.sql}) OR ${value.sql} = 0 THEN ${value.sql} ELSE ${sign} END`,
      type,
    }
  }),
  mod: own('bigint, bigint', (args, { at }) =>
    args.length === 2 ? arithmetic('%', args[0]!, args[1]!, at) : undefined,
  ),
  pow: power,
  power,
  sqrt: real(`CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END`),
  cbrt: real('trino_cbrt($1, cbrt($1))'),
  exp: real('exp($1)'),
  ln: real(logarithm('$1')),
  log2: real(`${logarithm('$1')} / ln(2)`),
  log10: real(
    `CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE log10($1) END`,
  ),
  log: forms(['double, double -> double', `${logarithm('$2')} / ${logarithm('$1')}`]),
  degrees: real('degrees($1)'),
  radians: real('radians($1)'),
  sin: within('sin($1)', 'isinf($1)'),
  cos: within('cos($1)', 'isinf($1)'),
  tan: within('tan($1)', 'isinf($1)'),
  sinh: real('sinh($1)'),
  cosh: real('cosh($1)'),
  tanh: real('tanh($1)'),
  asin: within('asin($1)', 'abs($1) > 1'),
  acos: within('acos($1)', 'abs($1) > 1'),
  atan: real('atan($1)'),
  atan2: forms(['double, double -> double', 'atan2($1, $2)']),
  // https://trino.io/docs/current/functions/geospatial.html#great_circle_distance, in kilometres
  great_circle_distance: forms([
    'double, double, double, double -> double',
    `CASE WHEN $1 NOT BETWEEN -90 AND 90 OR $3 NOT BETWEEN -90 AND 90 THEN CAST(${invalid('Latitude must be between -90 and 90')} AS DOUBLE)
      WHEN $2 NOT BETWEEN -180 AND 180 OR $4 NOT BETWEEN -180 AND 180 THEN CAST(${invalid('Longitude must be between -180 and 180')} AS DOUBLE)
      ELSE trino_great_circle($1, $2, $3, $4) END`,
  ]),
  normal_cdf: forms(['double, double, double -> double', 'trino_normal_cdf($1, $2, $3)']),
  inverse_normal_cdf: forms([
    'double, double, double -> double',
    'trino_inverse_normal($1, $2, $3)',
  ]),
  beta_cdf: forms(['double, double, double -> double', 'trino_beta_cdf($1, $2, $3)']),
  wilson_interval_lower: wilson('-'),
  wilson_interval_upper: wilson('+'),
  pi: forms(['-> double', 'pi()']),
  e: forms(['-> double', 'exp(CAST(1 AS DOUBLE))']),
  nan: forms(['-> double', `CAST('NaN' AS DOUBLE)`]),
  infinity: forms(['-> double', `CAST('Infinity' AS DOUBLE)`]),
  is_nan: forms(['double -> boolean', 'isnan($1)']),
  is_finite: forms(['double -> boolean', 'isfinite($1)']),
  is_infinite: forms(['double -> boolean', 'isinf($1)']),
  rand: random,
  random,
  width_bucket: forms(
    [
      'double, double, double, bigint -> bigint',
      `CASE WHEN $1 IS NULL OR $2 IS NULL OR $3 IS NULL OR $4 IS NULL THEN NULL WHEN $4 <= 0 THEN ${invalid('bucketCount must be greater than 0')}
        WHEN isnan($1) THEN ${invalid('operand must not be NaN')}
        WHEN NOT isfinite($2) THEN ${invalid('first bound must be finite')}
        WHEN NOT isfinite($3) THEN ${invalid('second bound must be finite')}
        WHEN $2 = $3 THEN ${invalid('bounds cannot equal each other')}
        ELSE trino_width_bucket($1, $2, $3, $4) END`,
    ],
    [
      'double, array(double) -> bigint',
      `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN len($2) = 0 THEN ${invalid('Bins cannot be an empty array')}
        WHEN isnan($1) THEN ${invalid('Operand cannot be NaN')}
        ELSE CAST(len(list_filter($2, lambda b: b <= $1)) AS BIGINT) END`,
    ],
  ),
  bit_count: forms([
    'bigint, bigint -> bigint',
    `CASE WHEN $2 < 2 OR $2 > 64 THEN ${invalid('Bits specified in bit_count must be between 2 and 64')}
      WHEN $2 < 64 AND ($1 < -(CAST(1 AS HUGEINT) << ($2 - 1)) OR $1 > (CAST(1 AS HUGEINT) << ($2 - 1)) - 1) THEN ${invalid('Number must be representable with the bits specified')}
      WHEN $2 = 64 THEN CAST(bit_count($1) AS BIGINT)
      ELSE CAST(bit_count($1 & CAST((CAST(1 AS HUGEINT) << $2) - 1 AS BIGINT)) AS BIGINT) END`,
  ]),
  bitwise_left_shift: shift('left'),
  bitwise_right_shift: shift('right'),
  bitwise_right_shift_arithmetic: shift('arithmetic'),
  bitwise_and: forms(['bigint, bigint -> bigint', '$1 & $2']),
  bitwise_or: forms(['bigint, bigint -> bigint', '$1 | $2']),
  bitwise_xor: forms(['bigint, bigint -> bigint', 'xor($1, $2)']),
  bitwise_not: forms(['bigint -> bigint', '~$1']),
}

/** https://trino.io/docs/current/functions/math.html#wilson_interval_lower */
function wilson(sign: '-' | '+'): FunctionBody {
  const spread = `$3 * sqrt(($1 / CAST($2 AS DOUBLE)) * (1 - $1 / CAST($2 AS DOUBLE)) / $2 + $3 * $3 / (4 * CAST($2 AS DOUBLE) * $2))`
  const middle = `$1 / CAST($2 AS DOUBLE) + $3 * $3 / (2 * $2)`
  return forms([
    'bigint, bigint, double -> double',
    `CASE WHEN $1 < 0 THEN ${invalid('number of successes must not be negative')}
      WHEN $2 <= 0 THEN ${invalid('number of trials must be positive')}
      WHEN $1 > $2 THEN ${invalid('number of successes must not be larger than number of trials')}
      WHEN $3 < 0 THEN ${invalid('z-score must not be negative')}
      ELSE (${middle} ${sign} ${spread}) / (1 + $3 * $3 / $2) END`,
  ])
}

/** NaN below zero and -Infinity at zero, where the engine fails. */
function logarithm(value: string): string {
  return `(CASE WHEN ${value} < 0 THEN CAST('NaN' AS DOUBLE) WHEN ${value} = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ln(${value}) END)`
}

/** A function of an angle, which the engine refuses where Java gives NaN. */
function within(sql: string, bad: string): FunctionBody {
  return real(`CASE WHEN ${bad} THEN CAST('NaN' AS DOUBLE) ELSE ${sql} END`)
}
