import { byte, dot, isDigit, minus, plus, zero } from './scan.ts'

/**
 * Numbers of JSON, and doubles of them, correctly rounded: D. Lemire, "Number parsing at a gigabyte per second" (2021),
 * https://arxiv.org/abs/2101.11408. What that cannot tell, or what is no ordinary double, is not answered at all.
 */

/** What `parseNumber` found: the digits as a whole number, times ten to the power of `exponent`. */
export let mantissa: u64 = 0
export let exponent: i32 = 0
export let isNegative: bool = false
/** Neither a point nor an exponent. */
export let isWhole: bool = false
/** An exponent is written. */
export let hasExponent: bool = false
/** Of the mantissa, without zeros before it. */
let digits: i32 = 0

const digitsMax: i32 = 19
const exponentDigitsMax: usize = 3

/** Five to the power of -342 and on: 128 bits each, the highest of which is set, the upper half first. */
let powers: usize = 0
const powerLeast: i32 = -342
const powerMost: i32 = 308
export const powersBytes: usize = ((powerMost - powerLeast + 1) as usize) * 16

export function setPowers(at: usize): void {
  powers = at
}

/** Behind the number; 0 when it is none, or one of too many digits. */
export function parseNumber(start: usize): usize {
  let at = start
  isNegative = byte(at) == minus
  if (isNegative) at += 1
  mantissa = 0
  digits = 0
  exponent = 0
  hasExponent = false
  if (byte(at) == zero) at += 1
  else {
    if (!isDigit(byte(at))) return 0
    at = takeDigits(at)
  }
  isWhole = byte(at) != dot
  if (!isWhole) {
    const first = at + 1
    at = takeDigits(first)
    if (at == first) return 0
    exponent = (first as i32) - (at as i32)
  }
  if (digits > digitsMax) return 0
  return (byte(at) | 0x20) == 0x65 ? takeExponent(at + 1) : at
}

function takeDigits(start: usize): usize {
  let at = start
  let value = mantissa
  let count = digits
  while (isEightDigits(load<u64>(at))) {
    value = value * 100000000 + eightDigits(load<u64>(at))
    count += count == 0 ? significant(value) : 8
    at += 8
    if (count > digitsMax) break
  }
  while (isDigit(byte(at))) {
    value = value * 10 + (byte(at) - zero)
    if (count > 0 || value > 0) count += 1
    at += 1
  }
  mantissa = value
  digits = count
  return at
}

/** How many digits a number of at most eight has. */
function significant(value: u64): i32 {
  let count: i32 = 0
  for (let rest = value; rest > 0; rest /= 10) count += 1
  return count
}

function isEightDigits(bytes: u64): bool {
  const high: u64 = 0xf0f0f0f0f0f0f0f0
  return ((bytes & high) | (((bytes + 0x0606060606060606) & high) >> 4)) == 0x3333333333333333
}

/** Pairs, then fours, then eight at once. */
function eightDigits(bytes: u64): u64 {
  const pairs = ((bytes & 0x0f0f0f0f0f0f0f0f) * 2561) >> 8
  const fours = ((pairs & 0x00ff00ff00ff00ff) * 6553601) >> 16
  return ((fours & 0x0000ffff0000ffff) * 42949672960001) >> 32
}

function takeExponent(start: usize): usize {
  let at = start
  const isMinus = byte(at) == minus
  if (isMinus || byte(at) == plus) at += 1
  const first = at
  let value: i32 = 0
  while (isDigit(byte(at)) && at - first <= exponentDigitsMax) {
    value = value * 10 + ((byte(at) - zero) as i32)
    at += 1
  }
  if (at == first || at - first > exponentDigitsMax) return 0
  exponent += isMinus ? -value : value
  isWhole = false
  hasExponent = true
  return at
}

/** Ten to the power of up to 22 is a double exactly. */
const exactPowers = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
])
const exactMantissaMax: u64 = 1 << 53

/** The bits of the double that is nearest to what was parsed, without its sign; -1 when it is not told. */
export function doubleBits(): i64 {
  if (mantissa == 0) return isNegative ? -1 : 0
  if (mantissa <= exactMantissaMax && exponent >= -22 && exponent <= 22) {
    const value = mantissa as f64
    const power = load<f64>(exactPowers + ((exponent < 0 ? -exponent : exponent) as usize) * 8)
    return reinterpret<i64>(exponent < 0 ? value / power : value * power)
  }
  return exponent < powerLeast || exponent > powerMost ? -1 : roundedBits(mantissa, exponent)
}

let upper: u64 = 0
let lower: u64 = 0

function roundedBits(digits: u64, power: i32): i64 {
  const zeros = clz(digits) as i32
  approximate(digits << (zeros as u64), powers + ((power - powerLeast) as usize) * 16)
  const top = (upper >> 63) as i32
  const shift = (top + 9) as u64
  let bits = upper >> shift
  let binary = (((152170 + 65536) * power) >> 16) + 63 + top - zeros + 1023
  // Subnormal.
  if (binary <= 0) return -1
  // Just between two doubles: to the even one.
  if (lower <= 1 && power >= -4 && power <= 23 && (bits & 3) == 1 && bits << shift == upper) {
    bits &= ~(1 as u64)
  }
  bits = (bits + (bits & 1)) >> 1
  if (bits >= (2 as u64) << 52) {
    bits = (1 as u64) << 52
    binary += 1
  }
  if (binary >= 0x7ff) return -1
  return ((bits & ~((1 as u64) << 52)) | ((binary as u64) << 52)) as i64
}

/** The upper 128 bits, or as many as are needed, of the product with a power of five. */
function approximate(digits: u64, power: usize): void {
  multiply(digits, load<u64>(power))
  const mask: u64 = 0x1ff
  if ((upper & mask) != mask) return
  const high = upper
  const low = lower
  multiply(digits, load<u64>(power, 8))
  const sum = low + upper
  lower = sum
  upper = upper > sum ? high + 1 : high
}

function multiply(a: u64, b: u64): void {
  const aLow = a & 0xffffffff
  const aHigh = a >> 32
  const bLow = b & 0xffffffff
  const bHigh = b >> 32
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >> 32)
  const cross = aLow * bHigh + (middle & 0xffffffff)
  upper = aHigh * bHigh + (middle >> 32) + (cross >> 32)
  lower = (cross << 32) | (low & 0xffffffff)
}
