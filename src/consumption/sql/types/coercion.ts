import {
  BIGINT,
  DOUBLE,
  type Type,
  arrayOf,
  decimal,
  isFloating,
  isInteger,
  mapOf,
  precisionOf,
  sameType,
} from './type.ts'

const integerDigits: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
}
const integerOrder = ['tinyint', 'smallint', 'integer', 'bigint']

/**
 * The type that both sides convert to without a cast, by Trino's rules; undefined when there is
 * none. https://trino.io/docs/current/functions/conversion.html
 */
export function commonType(a: Type, b: Type): Type | undefined {
  if (sameType(a, b)) return a
  if (a.kind === 'unknown') return b
  if (b.kind === 'unknown') return a
  return oneWay(a, b) ?? oneWay(b, a) ?? nested(a, b)
}

/** The common type of all, or undefined. */
export function commonTypeOf(types: readonly Type[]): Type | undefined {
  let result: Type | undefined = types[0]
  for (const type of types.slice(1)) result = result && commonType(result, type)
  return result
}

/** True when values of `from` may stand where `to` is wanted. */
export function canCoerce(from: Type, to: Type): boolean {
  if (from.kind === 'char' && to.kind === 'varchar') {
    return to.length === undefined || to.length >= from.length
  }
  const common = commonType(from, to)
  return common !== undefined && sameType(common, to)
}

/**
 * True when values of `from` may be written into a column of `to`: there is a type that holds both, and what does not fit fails when it
 * is written. Text never becomes shorter. https://trino.io/docs/current/sql/insert.html
 */
export function canAssign(from: Type, to: Type): boolean {
  if (canCoerce(from, to)) return true
  return to.kind !== 'varchar' && to.kind !== 'char' && commonType(from, to) !== undefined
}

/** `a` is the wider or the more general side. */
function oneWay(a: Type, b: Type): Type | undefined {
  if (isInteger(a) && isInteger(b)) {
    return integerOrder.indexOf(a.kind) >= integerOrder.indexOf(b.kind) ? a : undefined
  }
  if (a.kind === 'double' && (isInteger(b) || b.kind === 'decimal' || b.kind === 'real'))
    return DOUBLE
  if (a.kind === 'real' && (isInteger(b) || b.kind === 'decimal')) return a
  if (a.kind === 'decimal' && isInteger(b)) {
    return commonDecimal(a, { precision: integerDigits[b.kind]!, scale: 0 })
  }
  if (a.kind === 'decimal' && b.kind === 'decimal') return commonDecimal(a, b)
  if (a.kind === 'varchar' && b.kind === 'varchar') {
    if (a.length === undefined || b.length === undefined) return { kind: 'varchar' }
    return a.length >= b.length ? a : undefined
  }
  // Text next to char compares as char: without regard to spaces at its end.
  if (a.kind === 'varchar' && b.kind === 'char') {
    return { kind: 'char', length: Math.max(a.length ?? 65_536, b.length) }
  }
  if (a.kind === 'char' && b.kind === 'char') return a.length >= b.length ? a : undefined
  if (a.kind === 'timestamp' && b.kind === 'date') return a
  if (a.kind === 'variant' && b.kind === 'json') return a
  // What has no zone is in UTC, as the session is. Values of two zones keep each its own.
  if (a.kind === 'timestamptz' && (b.kind === 'timestamp' || b.kind === 'date')) {
    const precision = Math.max(precisionOf(a), b.kind === 'date' ? 0 : precisionOf(b))
    return { kind: 'timestamptz', zone: a.zone === 'UTC' ? 'UTC' : undefined, precision }
  }
  if (a.kind === 'timestamptz' && b.kind === 'timestamptz') {
    const precision = Math.max(precisionOf(a), precisionOf(b))
    return { kind: 'timestamptz', zone: a.zone === b.zone ? a.zone : undefined, precision }
  }
  if ((a.kind === 'timestamp' || a.kind === 'time') && b.kind === a.kind) {
    return precisionOf(a) >= precisionOf(b) ? a : undefined
  }
  return undefined
}

function commonDecimal(
  a: { readonly precision: number; readonly scale: number },
  b: { readonly precision: number; readonly scale: number },
): Type {
  const scale = Math.max(a.scale, b.scale)
  return decimal(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, scale)
}

function nested(a: Type, b: Type): Type | undefined {
  if (a.kind === 'array' && b.kind === 'array') {
    const element = commonType(a.element, b.element)
    return element && arrayOf(element)
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const key = commonType(a.key, b.key)
    const value = commonType(a.value, b.value)
    return key && value && mapOf(key, value)
  }
  if (a.kind === 'row' && b.kind === 'row' && a.fields.length === b.fields.length) {
    const fields = []
    for (const [index, left] of a.fields.entries()) {
      const right = b.fields[index]!
      const type = commonType(left.type, right.type)
      if (!type) return undefined
      fields.push({ name: left.name === right.name ? left.name : undefined, type })
    }
    return { kind: 'row', fields }
  }
  return undefined
}

/** A number as a decimal, for arithmetic between decimals and integers; undefined for other types. */
export function asDecimal(
  type: Type,
): { readonly precision: number; readonly scale: number } | undefined {
  if (type.kind === 'decimal') return type
  if (isInteger(type)) return { precision: integerDigits[type.kind]!, scale: 0 }
  return undefined
}

/** What arithmetic on these two is done in, when neither is a decimal. */
export function arithmeticType(a: Type, b: Type): Type | undefined {
  if (isFloating(a) || isFloating(b)) return commonType(a, b)
  if (isInteger(a) && isInteger(b)) return commonType(a, b) ?? BIGINT
  return undefined
}
