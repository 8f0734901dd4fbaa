import { type Position, sqlError } from '../errors.ts'
import type { BinaryOperator } from '../parse/ast.ts'
import { arithmeticType, asDecimal, commonType } from '../types/coercion.ts'
import {
  DOUBLE,
  type Type,
  VARBINARY,
  arrayOf,
  decimal,
  engineType,
  isFloating,
  isNumeric,
  isText,
  typeText,
} from '../types/type.ts'
import { castTextSql } from '../types/text.ts'
import { coerce } from './cast.ts'
import { mismatch } from './comparison.ts'
import { negatedInterval, temporal } from './temporal.ts'
import { type Typed, raiseSql } from './typed.ts'

/** `left operator right` with Trino's result types and errors. */
export function arithmetic(
  operator: BinaryOperator,
  left: Typed,
  right: Typed,
  at: Position,
): Typed {
  if (left.type.kind === 'unknown' && right.type.kind !== 'unknown')
    return nullOperand(operator, left, right, at)
  if (right.type.kind === 'unknown' && left.type.kind !== 'unknown')
    return nullOperand(operator, right, left, at)
  if (operator === '||') return concatenate([left, right], at)
  const dated = temporal(operator, left, right, at)
  if (dated) return dated
  if (!isNumeric(left.type) || !isNumeric(right.type)) throw mismatch(operator, left, right, at)
  const common = arithmeticType(left.type, right.type)
  if (!common) return decimalArithmetic(operator, left, right)
  const a = coerce(left, common, at).sql
  const b = coerce(right, common, at).sql
  if (isFloating(common)) return { sql: `(${a} ${operator} ${b})`, type: common }
  // The operands have the result's type, so that the engine finds an overflow where Trino does.
  if (operator === '/') return { sql: `(${a} // ${nonZero(b, common, right)})`, type: common }
  if (operator === '%') return { sql: `(${a} % ${nonZero(b, common, right)})`, type: common }
  return { sql: `(${a} ${operator} ${b})`, type: common }
}

function nullOperand(operator: BinaryOperator, none: Typed, other: Typed, at: Position): Typed {
  if (operator === '||') return concatenate([none, other], at)
  return { sql: `CAST(NULL AS ${engineType(other.type)})`, type: other.type }
}

/** Trino fails on a division by zero where the engine gives NULL. */
function nonZero(sql: string, type: Type, divisor: Typed): string {
  if (typeof divisor.constant === 'number' && divisor.constant !== 0) return sql
  return `(CASE WHEN ${sql} = 0 THEN ${raiseSql(type, "'DIVISION_BY_ZERO: Division by zero'")} ELSE ${sql} END)`
}

/** https://trino.io/docs/current/functions/decimal.html */
function decimalArithmetic(
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
      const wide = engineType(type)
      return as(`(CAST(${aSql} AS ${wide}) ${operator} CAST(${bSql} AS ${wide}))`, type)
    }
    case '*':
      return as(`(${aSql} * ${bSql})`, decimal(a.precision + b.precision, a.scale + b.scale))
    case '/': {
      const type = decimal(a.precision + b.scale + Math.max(0, b.scale - a.scale), scale)
      const shift = scale - a.scale + b.scale
      const dividend = `(${unscaledSql(aSql, a.scale)} * ${power10(shift)})`
      const divisor = nonZero(unscaledSql(bSql, b.scale), { kind: 'bigint' }, right)
      return { sql: scaledSql(`trino_div_half_up(${dividend}, ${divisor})`, type), type }
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

/** `a || b`, and `concat(a, b, …)`: NULL when one is. */
export function concatenate(values: readonly Typed[], at: Position): Typed {
  const lists = values.filter((value) => value.type.kind === 'array')
  if (lists.length > 0 && values.some((value) => value.type.kind === 'unknown')) {
    throw sqlError(
      'TypeMismatch',
      at,
      'Could not choose a best candidate operator. Explicit type casts must be added.',
    )
  }
  if (lists.length > 0) {
    let element: Type | undefined
    for (const { type } of values) {
      const own = type.kind === 'array' ? type.element : type
      element = element === undefined ? own : commonType(element, own)
      if (!element) throw mismatch('||', values[0]!, values[1]!, at)
    }
    const type = arrayOf(element!)
    const parts = values.map((value) =>
      value.type.kind === 'array'
        ? coerce(value, type, at).sql
        : `[${coerce(value, element!, at).sql}]`,
    )
    // The engine passes over an array that is NULL.
    const missing = values.flatMap((value, index) =>
      value.type.kind === 'array' ? [`${parts[index]} IS NULL`] : [],
    )
    const sql = `(CASE WHEN ${missing.join(' OR ')} THEN NULL ELSE ${parts.join(' || ')} END)`
    return { sql, type }
  }
  if (values.every((value) => value.type.kind === 'varbinary' || value.type.kind === 'unknown')) {
    return { sql: `(${values.map((value) => value.sql).join(' || ')})`, type: VARBINARY }
  }
  if (!values.every((value) => isText(value.type) || value.type.kind === 'unknown')) {
    throw mismatch('||', values[0]!, values.find((value) => !isText(value.type)) ?? values[1]!, at)
  }
  const parts = values.map((value) =>
    value.type.kind === 'unknown' ? 'CAST(NULL AS VARCHAR)' : castTextSql(value.sql, value.type),
  )
  const sql = `(${parts.join(' || ')})`
  const lengths = values.map(({ type }) => ('length' in type ? type.length : undefined))
  const total = lengths.reduce<number | undefined>(
    (sum, length) => (sum === undefined || length === undefined ? undefined : sum + length),
    0,
  )
  const chars = values.some((value) => value.type.kind === 'char')
  if (!chars || total === undefined) return { sql, type: { kind: 'varchar' } }
  return { sql: `rtrim(${sql}, ' ')`, type: { kind: 'char', length: total } }
}

export function negate(value: Typed, at: Position): Typed {
  if (value.type.kind.startsWith('interval')) return negatedInterval(value)
  if (typeof value.constant === 'number') {
    return { sql: `(-${value.sql})`, type: value.type, constant: -value.constant }
  }
  if (!isNumeric(value.type)) {
    throw sqlError('TypeMismatch', at, `Cannot negate ${typeText(value.type)}`)
  }
  return { sql: `(-${value.sql})`, type: value.type }
}

/** A number as written: integers by their size, decimals exact, an exponent means double. */
export function numberLiteral(text: string, at: Position): Typed {
  if (/[eE]/.test(text))
    return { sql: `CAST(${text} AS DOUBLE)`, type: DOUBLE, constant: Number(text) }
  if (text.includes('.')) {
    const [whole = '', fraction = ''] = text.split('.')
    const digits = whole.replace(/^0+/, '') + fraction
    const precision = Math.max(1, digits.length, fraction.length)
    if (precision > 38) throw sqlError('InvalidArgument', at, `Invalid decimal literal: ${text}`)
    const type = decimal(precision, fraction.length)
    return { sql: `CAST('${text}' AS ${engineType(type)})`, type, constant: Number(text) }
  }
  const value = BigInt(text)
  if (value > 9223372036854775807n)
    throw sqlError('InvalidArgument', at, `Invalid numeric literal: ${text}`)
  const kind = value <= 2147483647n && value >= -2147483648n ? 'integer' : 'bigint'
  if (value < 0n) {
    return {
      sql: `CAST('${text}' AS ${kind.toUpperCase()})`,
      type: { kind },
      constant: Number(text),
    }
  }
  return { sql: text.replace(/^0+(?=\d)/, ''), type: { kind }, constant: Number(text) }
}
