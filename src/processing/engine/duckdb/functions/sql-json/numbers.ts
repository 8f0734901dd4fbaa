import { type Item, type NumberItem, wholeItem } from './items.ts'
import { PathError } from './path-error.ts'
import type { ArithmeticSign } from './path-tree.ts'

const digitsMax = 10n ** 38n

/** `left sign right` with SQL's result types. Errors: `PathError` for an overflow or a division by zero. */
export function arithmetic(sign: ArithmeticSign, left: NumberItem, right: NumberItem): NumberItem {
  if (left.type === 'double' || right.type === 'double') {
    return {
      kind: 'number',
      type: 'double',
      value: onDoubles(sign, asDouble(left), asDouble(right)),
    }
  }
  if (left.type !== 'decimal' && right.type !== 'decimal') {
    const type = left.type === 'bigint' || right.type === 'bigint' ? 'bigint' : 'integer'
    return wholeItem(onWhole(sign, left.value, right.value), type) ?? fail('numeric overflow')
  }
  return onDecimals(sign, asDecimal(left), asDecimal(right))
}

function onDoubles(sign: ArithmeticSign, a: number, b: number): number {
  switch (sign) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
  }
}

function onWhole(sign: ArithmeticSign, a: bigint, b: bigint): bigint {
  switch (sign) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0n ? fail('Division by zero') : a / b
    case '%':
      return b === 0n ? fail('Division by zero') : a % b
  }
}

interface Decimal {
  readonly value: bigint
  readonly scale: number
}

/** https://trino.io/docs/current/functions/decimal.html */
function onDecimals(sign: ArithmeticSign, a: Decimal, b: Decimal): NumberItem {
  const scale = sign === '*' ? a.scale + b.scale : Math.max(a.scale, b.scale)
  const [x, y] = [
    a.value * 10n ** BigInt(scale - a.scale),
    b.value * 10n ** BigInt(scale - b.scale),
  ]
  const value =
    sign === '*'
      ? a.value * b.value
      : sign === '/'
        ? quotient(x * 10n ** BigInt(scale), y)
        : onWhole(sign, x, y)
  if (value >= digitsMax || value <= -digitsMax) fail('Decimal overflow')
  return { kind: 'number', type: 'decimal', value, scale }
}

/** Rounded half away from zero. */
function quotient(a: bigint, b: bigint): bigint {
  if (b === 0n) return fail('Division by zero')
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  const size = (2n * x + y) / (2n * y)
  return a < 0n === b < 0n ? size : -size
}

function asDouble(item: NumberItem): number {
  return item.type === 'decimal' ? Number(item.value) / 10 ** item.scale : Number(item.value)
}

function asDecimal(item: NumberItem): Decimal {
  if (item.type === 'double') return fail('no decimal')
  return item.type === 'decimal' ? item : { value: item.value, scale: 0 }
}

/** Below zero, zero or above it; NaN when one is not a number. */
export function compareNumbers(left: NumberItem, right: NumberItem): number {
  if (left.type === 'double' || right.type === 'double') {
    const [a, b] = [asDouble(left), asDouble(right)]
    return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN
  }
  const [a, b] = [asDecimal(left), asDecimal(right)]
  const difference = a.value * 10n ** BigInt(b.scale) - b.value * 10n ** BigInt(a.scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function negated(item: NumberItem): NumberItem {
  if (item.type === 'double') return { ...item, value: -item.value }
  if (item.type === 'decimal') return { ...item, value: -item.value }
  return wholeItem(-item.value, item.type) ?? fail('numeric overflow')
}

export function absolute(item: NumberItem): NumberItem {
  return item.value < 0 ? negated(item) : item
}

export function rounded(item: NumberItem, way: 'ceiling' | 'floor'): NumberItem {
  if (item.type === 'double') {
    return { ...item, value: way === 'floor' ? Math.floor(item.value) : Math.ceil(item.value) }
  }
  if (item.type !== 'decimal') return item
  const unit = 10n ** BigInt(item.scale)
  const down = item.value / unit - (item.value % unit < 0n ? 1n : 0n)
  const up = way === 'ceiling' && item.value % unit !== 0n ? 1n : 0n
  return { kind: 'number', type: 'decimal', value: down + up, scale: 0 }
}

/** A place in an array: fractions are rounded half away from zero. */
export function placeOf(item: Item): number {
  if (item.kind !== 'number') return fail('array subscript must be a number')
  const value = asDouble(item)
  const place = Math.sign(value) * Math.round(Math.abs(value))
  if (!(Math.abs(place) < 2 ** 31)) return fail('array subscript is out of range')
  return place
}

/** Text or a number as a double, by SQL's cast. */
export function doubleOf(item: Item): NumberItem {
  if (item.kind === 'number') return { kind: 'number', type: 'double', value: asDouble(item) }
  if (item.kind !== 'string') return fail('double() takes a number or a text')
  const text = item.text.trim()
  if (!/^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|NaN|Infinity)$/.test(text))
    return fail(`Cannot cast '${item.text}' to DOUBLE`)
  return { kind: 'number', type: 'double', value: Number(text) }
}

function fail(text: string): never {
  throw new PathError(text)
}
