import { javaDouble } from './json/writer.ts'
import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

const invalid = (text: string) => new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)

function checkRadix(radix: bigint): number {
  if (radix < 2n || radix > 36n) throw invalid('Radix must be between 2 and 36')
  return Number(radix)
}

function fromBase(text: string, radix: bigint): bigint {
  const base = checkRadix(radix)
  const found = /^([+-]?)([0-9a-z]+)$/i.exec(text)
  let value = 0n
  for (const digit of found?.[2] ?? '?') {
    const size = Number.parseInt(digit, 36)
    if (Number.isNaN(size) || size >= base)
      throw invalid(`Not a valid base-${base} number: ${text}`)
    value = value * radix + BigInt(size)
  }
  if (found![1] === '-') value = -value
  if (BigInt.asIntN(64, value) !== value) throw invalid(`Not a valid base-${base} number: ${text}`)
  return value
}

const dataUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']

/** Bytes as digits. https://trino.io/docs/current/functions/conversion.html#data-size */
function dataSize(text: string): string {
  const found = /^(\d+(?:\.\d*)?|\.\d+)\s*([A-Za-z]+)$/.exec(text)
  const power = dataUnits.indexOf(found?.[2] ?? '')
  if (!found || power < 0) throw invalid(`Invalid data size: '${text}'`)
  const [whole = '', fraction = ''] = found[1]!.split('.')
  const scaled = BigInt(whole + fraction) * 1024n ** BigInt(power)
  return String(scaled / 10n ** BigInt(fraction.length))
}

const spans = [
  ['week', 604_800n],
  ['day', 86_400n],
  ['hour', 3_600n],
  ['minute', 60n],
] as const

function readableSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) throw invalid(`Invalid argument found: ${seconds}`)
  let left = BigInt(Math.round(Math.abs(seconds)))
  const parts: string[] = []
  const add = (count: bigint, unit: string) =>
    parts.push(`${count} ${unit}${count === 1n ? '' : 's'}`)
  for (const [unit, size] of spans) {
    if (left >= size) add(left / size, unit)
    left %= size
  }
  if (left > 0n || parts.length === 0) add(left, 'second')
  return parts.join(', ')
}

const countUnits = ['', 'K', 'M', 'B', 'T', 'Q']

/** `12.3K`: three digits and a unit. Java's `DecimalFormat` rounds half to even, by all digits of the double. */
function readableCount(value: number): string {
  const clamped = BigInt.asIntN(64, wholePart(value))
  let count = Number(clamped)
  let unit = 0
  while (Math.abs(count / 1000) >= 1 && unit < countUnits.length - 1) {
    count /= 1000
    unit++
  }
  const digits = count < 10 ? 2 : count < 100 ? 1 : 0
  return `${halfEven(count, digits)}${countUnits[unit]}`
}

/** As Java makes a long of a double: cut, within its bounds, and 0 of NaN. */
function wholePart(value: number): bigint {
  if (Number.isNaN(value)) return 0n
  if (value >= 2 ** 63) return 2n ** 63n - 1n
  return value <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(value))
}

/** At most so many digits after the point, without zeros at the end. By the digits that the double really has: 20 tell it from any half. */
function halfEven(value: number, digits: number): string {
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(20).split('.')
  const rest = fraction.slice(digits).replace(/0+$/, '')
  let kept = BigInt(whole + fraction.slice(0, digits))
  if (rest > '5' || (rest === '5' && kept % 2n === 1n)) kept++
  const text = String(kept).padStart(digits + 1, '0')
  const cut = text.length - digits
  const shown = `${text.slice(0, cut)}.${text.slice(cut)}`.replace(/\.?0*$/, '')
  return value < 0 && kept > 0n ? `-${shown}` : shown
}

/** The most values that Trino makes. */
const combinedMax = 100_000n

/** Places of `size` of `count` elements, from 0, in their order. */
function combinations(count: number, size: bigint): number[][] {
  if (size < 0n) throw invalid(`combination size must not be negative: ${size}`)
  if (size > 5n) throw invalid(`combination size must not exceed 5: ${size}`)
  let total = 1n
  for (let i = 0n; i < size; i++) total = (total * (BigInt(count) - i)) / (i + 1n)
  if (total * size > combinedMax) throw invalid('combinations exceed max size')
  let made: number[][] = [[]]
  for (let place = 0; place < Number(size); place++) {
    made = made.flatMap((chosen) => {
      const from = (chosen.at(-1) ?? -1) + 1
      return Array.from({ length: Math.max(0, count - from) }, (_, i) => [...chosen, from + i])
    })
  }
  return made
}

const earthRadiusKm = 6371.01

/** The way over the earth's surface between two places given in degrees, in kilometres. */
export function greatCircle(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const radians = (degrees: number) => (degrees / 180) * Math.PI
  const [sin1, cos1] = [Math.sin(radians(lat1)), Math.cos(radians(lat1))]
  const [sin2, cos2] = [Math.sin(radians(lat2)), Math.cos(radians(lat2))]
  const delta = radians(lon1) - radians(lon2)
  const t1 = cos2 * Math.sin(delta)
  const t2 = cos1 * sin2 - sin1 * cos2 * Math.cos(delta)
  const t3 = sin1 * sin2 + cos1 * cos2 * Math.cos(delta)
  return Math.atan2(Math.sqrt(t1 * t1 + t2 * t2), t3) * earthRadiusKm
}

/** A real as a cast writes it: at most seven digits, a tie goes to the even one. */
function realText(value: number): string {
  if (!Number.isFinite(value)) return javaDouble(value)
  if (value === 0) return Object.is(value, -0) ? '-0E0' : '0E0'
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '').padEnd(7, '0')
  const rest = digits.slice(7)
  let kept = BigInt(digits.slice(0, 7))
  const half = rest === '' ? -1 : rest === '5' ? 0 : rest >= '5' ? 1 : -1
  if (half > 0 || (half === 0 && kept % 2n === 1n)) kept++
  let exponent = Number(power)
  let text = String(kept)
  if (text.length > 7) {
    text = text.slice(0, -1)
    exponent++
  }
  const fraction = text.slice(1).replace(/0+$/, '') || '0'
  return `${value < 0 ? '-' : ''}${text[0]}.${fraction}E${exponent}`
}

export const numberFunctions: readonly EngineFunction[] = [
  engineFunction('trino_format_number', ['double'], 'text', readableCount),
  engineFunction('trino_combinations', ['integer', 'bigint'], 'integerLists', combinations),
  engineFunction('trino_real_text', ['double'], 'text', realText),
  engineFunction(
    'trino_great_circle',
    ['double', 'double', 'double', 'double'],
    'double',
    greatCircle,
  ),
  engineFunction('trino_from_base', ['text', 'bigint'], 'bigint', fromBase),
  engineFunction('trino_to_base', ['bigint', 'bigint'], 'text', (value, radix) =>
    value.toString(checkRadix(radix)),
  ),
  engineFunction('trino_data_size', ['text'], 'text', dataSize),
  engineFunction('trino_readable_seconds', ['double'], 'text', readableSeconds),
]
