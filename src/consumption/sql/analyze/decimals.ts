import { decimal, engineType, type Type } from '../types/type.ts'
import { asDecimal } from '../types/coercion.ts'
import { type Typed, nonZero } from './typed.ts'

/**
 * Arithmetic of decimals. The engine computes with values of up to 18 digits in 64 bits, and fails where a result has more;
 * with more digits it takes 128 bits, three times as long. So what may have more than 18 digits is written with `trino_wide`
 * around one operand: a macro that leaves it as it is, or makes it wide. A query is run with the first, and again with the
 * second when the engine has told of an overflow (`isNarrowOverflow`). What cannot be run again takes the second at once.
 */
const narrowMax = 18

const wideMacro = 'CREATE MACRO trino_wide(x) AS (x + CAST(0 AS DECIMAL(19,0)))'
const narrowMacro = 'CREATE MACRO trino_wide(x) AS x'

export const decimalMacros: readonly string[] = [wideMacro]

/** Statements that try decimals in 64 bits first. Undefined where an overflow would not be told, or nothing is gained. */
export function narrowDecimals<T>(statements: readonly T[], sql: string): readonly T[] | undefined {
  if (/\bTRY\s*\(/i.test(sql) || !statements.some((each) => each === wideMacro)) return undefined
  return statements.map((each) => (each === wideMacro ? (narrowMacro as T) : each))
}

/** True for the engine's text about a result that 64 bits do not hold. */
export function isNarrowOverflow(reason: string): boolean {
  return /Overflow in (?:addition|subtract|multiplication) of DECIMAL\(18\)/.test(reason)
}

/** https://trino.io/docs/current/functions/decimal.html */
export function decimalArithmetic(
  operator: '+' | '-' | '*' | '/' | '%',
  left: Typed,
  right: Typed,
): Typed {
  const a = asDecimal(left.type)!
  const b = asDecimal(right.type)!
  const scale = Math.max(a.scale, b.scale)
  const asSql = (value: Typed, like: { precision: number; scale: number }) =>
    value.type.kind === 'decimal'
      ? value.sql
      : `CAST(${value.sql} AS DECIMAL(${like.precision},${like.scale}))`
  const aSql = asSql(left, a)
  const bSql = asSql(right, b)
  const as = (sql: string, type: Type): Typed => ({
    sql: `CAST(${sql} AS ${engineType(type)})`,
    type,
  })
  switch (operator) {
    case '+':
    case '-': {
      const whole = Math.max(a.precision - a.scale, b.precision - b.scale)
      const type = decimal(whole + scale + 1, scale)
      // Up to here the engine's rule for the result's type is the same.
      if (whole + scale < narrowMax) return { sql: `(${aSql} ${operator} ${bSql})`, type }
      const wide = engineType(type)
      const exact = as(`(CAST(${aSql} AS ${wide}) ${operator} CAST(${bSql} AS ${wide}))`, type)
      const loose = looseSql(operator, [looseOf(left, aSql, a), looseOf(right, bSql, b)], scale)
      return loose ? { ...exact, looseSql: loose } : exact
    }
    case '*': {
      const type = decimal(a.precision + b.precision, a.scale + b.scale)
      if (a.precision + b.precision <= narrowMax) return { sql: `(${aSql} * ${bSql})`, type }
      const loose = looseSql(
        '*',
        [looseOf(left, aSql, a), looseOf(right, bSql, b)],
        a.scale + b.scale,
      )
      if (loose) return { ...as(loose, type), looseSql: loose }
      return as(`(${aSql} * ${bSql})`, type)
    }
    case '/': {
      const type = decimal(a.precision + b.scale + Math.max(0, b.scale - a.scale), scale)
      const shift = scale - a.scale + b.scale
      const dividend = `(${unscaledSql(aSql, a.scale)} * ${power10(shift)})`
      const divisor = nonZero(unscaledSql(bSql, b.scale), { kind: 'bigint' }, right)
      const exact = scaledSql(`trino_div_half_up(${dividend}, ${divisor})`, type)
      const digits = [a.scale, b.scale] as const
      return { sql: quotientSql(aSql, bSql, { digits, shift, type }, exact), type }
    }
    case '%': {
      const whole = Math.min(a.precision - a.scale, b.precision - b.scale)
      const type = decimal(whole + scale, scale)
      const wide = `DECIMAL(38,${scale})`
      const divisor = nonZero(`CAST(${bSql} AS ${wide})`, decimal(38, scale), right)
      return as(`(CAST(${aSql} AS ${wide}) % ${divisor})`, type)
    }
  }
}

/** Integers of so many digits a double holds, with a bit and more to spare. */
const doubleDigits = 15
/** Texts that are longer stand once: each is repeated. */
const repeatedMax = 400

/**
 * A quotient of decimals with `digits` behind their points, rounded half up to the scale of `type`; `shift` more digits of the dividend
 * bring it there. While its dividend has at most 15 digits doubles give the same as `exact`, in a twentieth of the time: no double lies
 * between the true quotient and the half that it is nearest to, since they are as far apart as 1 is from twice the divisor.
 */
function quotientSql(
  dividend: string,
  divisor: string,
  to: {
    readonly digits: readonly [number, number]
    readonly shift: number
    readonly type: Type
  },
  exact: string,
): string {
  const { digits, shift, type } = to
  if (type.kind !== 'decimal') return exact
  const room = [doubleDigits - digits[0] - shift, doubleDigits - digits[1]] as const
  if (Math.min(...room) < 1 || dividend.length + divisor.length > repeatedMax) return exact
  const [n, d] = [`CAST(${dividend} AS DOUBLE)`, `CAST(${divisor} AS DOUBLE)`]
  const whole = (value: string, scale: number) =>
    scale === 0 ? value : `round(${value} * 1e${scale})`
  const fits = `abs(${n}) < 1e${room[0]} AND abs(${d}) < 1e${room[1]} AND ${d} <> 0`
  const quotient = `round(${whole(n, digits[0])} * 1e${shift} / ${whole(d, digits[1])})`
  return `(CASE WHEN ${fits} THEN CAST(${quotient} / 1e${type.scale} AS ${engineType(type)}) ELSE ${exact} END)`
}

/** The mean of decimals, by their sum and their number, rounded half up to their own scale. */
export function meanSql(
  sum: string,
  count: string,
  type: Extract<Type, { kind: 'decimal' }>,
): string {
  const divisor = `CAST(nullif(${count}, 0) AS HUGEINT)`
  const exact = scaledSql(`trino_div_half_up(${unscaledSql(sum, type.scale)}, ${divisor})`, type)
  return quotientSql(sum, count, { digits: [type.scale, 0], shift: 0, type }, exact)
}

/** A value that the engine holds in 18 digits at most, while it can. */
function looseOf(value: Typed, sql: string, { precision }: { readonly precision: number }) {
  return value.looseSql ?? (precision <= narrowMax ? sql : undefined)
}

function looseSql(
  operator: '+' | '-' | '*',
  [left, right]: readonly [string | undefined, string | undefined],
  scale: number,
): string | undefined {
  if (left === undefined || right === undefined || scale >= narrowMax) return undefined
  return `(trino_wide(${left}) ${operator} ${right})`
}

function power10(exponent: number): string {
  return `CAST(1${'0'.repeat(exponent)} AS HUGEINT)`
}

/** A decimal's digits as an integer. Through text, which has room for all 38. */
export function unscaledSql(sql: string, scale: number): string {
  if (scale === 0) return `CAST(${sql} AS HUGEINT)`
  return `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`
}

/** The decimal that has these digits. */
export function scaledSql(unscaled: string, type: Type): string {
  if (type.kind !== 'decimal') return unscaled
  const whole = `CAST(${unscaled} AS DECIMAL(38,0))`
  if (type.scale === 0) return `CAST(${whole} AS ${engineType(type)})`
  const one = `CAST('0.${'0'.repeat(type.scale - 1)}1' AS DECIMAL(${type.scale},${type.scale}))`
  return `CAST(${whole} * ${one} AS ${engineType(type)})`
}
