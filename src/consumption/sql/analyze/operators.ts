import { type Position, sqlError } from '../errors.ts'
import type { BinaryOperator } from '../parse/ast.ts'
import { arithmeticType, commonType } from '../types/coercion.ts'
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
import { decimalArithmetic } from './decimals.ts'
import { mismatch } from './comparison.ts'
import { negatedInterval, temporal } from './temporal.ts'
import { type Typed, nonZero } from './typed.ts'

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
    const types = values.map(({ type }) => typeText(type)).join(', ')
    throw sqlError('FunctionNotFound', at, `Unexpected parameters (${types}) for function concat`)
  }
  // A text beside a char is one too, where its length is known.
  const beside = values.some(({ type }) => type.kind === 'char')
  const parts = values.map((value) => {
    const { sql, type } = value
    if (type.kind === 'unknown') return 'CAST(NULL AS VARCHAR)'
    const filled = beside && type.kind === 'varchar' && type.length !== undefined
    return filled ? `rpad(${sql}, ${type.length}, ' ')` : castTextSql(sql, type)
  })
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
