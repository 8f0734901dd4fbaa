import {
  Column,
  kindBoolean,
  kindDate,
  kindDecimal,
  kindDouble,
  kindFloat,
  kindInteger,
  kindSqlTimestamp,
  kindText,
  kindTimestamp,
  setAbsent,
  valuesOf,
  widthOf,
} from './column.ts'
import {
  doubleBits,
  exponent,
  hasExponent,
  isNegative,
  isWhole,
  mantissa,
  parseNumber,
} from './number.ts'
import {
  backslash,
  byte,
  escaped,
  falseEnd,
  hexUnit,
  isLowUnit,
  isNull,
  isUtf8,
  quote,
  specialBits,
  trueEnd,
  zero,
} from './scan.ts'
import { dateEnd, parsedTime, timestampEnd } from './time.ts'

/** Whole numbers of so many digits are in the range of 64 bits. */
const wholeMax: u64 = 999_999_999_999_999_999
/** Numbers of so many digits are written as they are read. */
const shortMax: u64 = 999_999_999_999_999

/** Numbers may stand in quotes. */
export let quotedNumbers: bool = false

export function setQuotedNumbers(mayBe: bool): void {
  quotedNumbers = mayBe
}

/** Keeps the value at `at`. Behind it; 0 when it is not just of the column's type. */
export function takeValue(column: Column, at: usize, end: usize): usize {
  if (isNull(at)) {
    setAbsent(column)
    return at + 4
  }
  return takeScalar(column, at, end, quotedNumbers)
}

/** The same of one that is there. Numbers in quotes are taken where they may be in such. */
export function takeScalar(column: Column, at: usize, end: usize, inQuotes: bool): usize {
  switch (column.kind) {
    case kindText:
      return takeText(column, at, end)
    case kindInteger:
    case kindDouble:
    case kindFloat:
    case kindDecimal:
      return takeNumber(column, at, inQuotes)
    case kindBoolean:
      return takeBoolean(column, at)
    case kindDate: {
      const after = byte(at) == quote ? dateEnd(at + 1) : 0
      if (after != 0) {
        store<i32>(column.next, parsedTime as i32)
        column.next += 4
      }
      return after
    }
    case kindTimestamp:
      return takeTimestamp(column, at, true)
    case kindSqlTimestamp:
      return takeTimestamp(column, at, false)
  }
  return 0
}

function takeNumber(column: Column, at: usize, inQuotes: bool): usize {
  const isQuoted = inQuotes && byte(at) == quote
  const after = parseNumber(isQuoted ? at + 1 : at)
  if (after == 0 || (isQuoted && byte(after) != quote)) return 0
  const isTaken =
    column.kind == kindInteger
      ? takeInteger(column)
      : column.kind == kindDecimal
        ? takeDecimal(column)
        : takeDouble(column)
  if (!isTaken) return 0
  return isQuoted ? after + 1 : after
}

function takeInteger(column: Column): bool {
  if (!isWhole || mantissa > wholeMax) return false
  const value = isNegative ? -(mantissa as i64) : (mantissa as i64)
  if (column.size == 64) {
    putWide(column, value)
    return true
  }
  const most: i64 = ((1 as i64) << ((column.size - 1) as i64)) - 1
  if (value > most || value < -most - 1) return false
  putNarrow(column, value as i32)
  return true
}

function takeDouble(column: Column): bool {
  const bits = doubleBits()
  if (bits < 0) return false
  if (column.kind == kindFloat) {
    const value = reinterpret<f64>(bits) as f32
    // What is too great or too small for a float.
    if (!isFinite<f32>(value) || (value == 0 && bits != 0)) return false
    putNarrow(column, reinterpret<i32>(isNegative ? -value : value))
    return true
  }
  putWide(column, isNegative ? bits | i64.MIN_VALUE : bits)
  return true
}

/** Rounded to the column's scale, halves away from zero. */
function takeDecimal(column: Column): bool {
  if (!isPlainNumber()) return false
  const shift = column.scale + exponent
  let value = mantissa
  const most = powerOfTen(column.size)
  if (shift >= 0) {
    const factor = powerOfTen(shift)
    if (value >= most / factor) return false
    value *= factor
  } else {
    const divisor = powerOfTen(-shift)
    const rest = value % divisor
    value /= divisor
    if (rest >= divisor - rest) value += 1
    if (value >= most) return false
  }
  const signed = isNegative ? -(value as i64) : (value as i64)
  if (widthOf(column) == 4) putNarrow(column, signed as i32)
  else putWide(column, signed)
  return true
}

/** Of up to 18, and down to nothing. */
function powerOfTen(digits: i32): u64 {
  let power: u64 = 1
  for (let left = digits; left > 0; left -= 1) power *= 10
  return power
}

/** The engine would write it as it stands there, but for zeros at its end; small ones it writes with an exponent. */
function isPlainNumber(): bool {
  if (hasExponent || (mantissa == 0 && (isNegative || !isWhole))) return false
  if (isWhole) return mantissa <= wholeMax
  return mantissa <= shortMax && exponent >= -15 && (mantissa >= 1000 || exponent >= -5)
}

function putNarrow(column: Column, value: i32): void {
  store<i32>(column.next, value)
  column.next += 4
}

function putWide(column: Column, value: i64): void {
  store<i64>(column.next, value)
  column.next += 8
}

/** A bit for each value that is there. */
function takeBoolean(column: Column, at: usize): usize {
  const isTrue = byte(at) == 0x74
  const after = isTrue ? trueEnd(at) : falseEnd(at)
  if (after == 0) return 0
  const count = valuesOf(column)
  const place = column.first + ((count as usize) >> 3)
  // What was taken back may have left a bit there.
  const before = byte(place) & ((1 << (count & 7)) - 1)
  store<u8>(place, before | ((isTrue as u32) << ((count as u32) & 7)))
  column.next = place + 1
  return after
}

function takeTimestamp(column: Column, at: usize, isIso: bool): usize {
  const after = byte(at) == quote ? timestampEnd(at + 1, isIso) : 0
  if (after == 0) return 0
  store<i64>(column.next, parsedTime)
  column.next += 8
  return after
}

/** A text's length, and its bytes; of a number or a word those that the engine would write of it. */
function takeText(column: Column, at: usize, end: usize): usize {
  const first = byte(at)
  if (first == quote) return copyText(column, at + 1, end)
  if (first == 0x74 || first == 0x66) {
    const after = first == 0x74 ? trueEnd(at) : falseEnd(at)
    if (after != 0) copyToken(column, at, after)
    return after
  }
  const after = parseNumber(at)
  if (after == 0 || !isPlainNumber()) return 0
  let last = after
  if (!isWhole) {
    while (byte(last - 1) == zero && byte(last - 2) - zero < 10) last -= 1
  }
  copyToken(column, at, last)
  return after
}

function copyToken(column: Column, start: usize, end: usize): void {
  const size = end - start
  memory.copy(column.next + 4, start, size)
  endText(column, column.next + 4 + size)
}

/** Of a text whose bytes are there, as many letters as the column keeps. */
function endText(column: Column, end: usize): void {
  const start = column.next + 4
  let last = end
  if (column.size > 0 && end - start > (column.size as usize)) {
    let letters: i32 = 0
    for (last = start; last < end; last += 1) {
      if ((byte(last) & 0xc0) == 0x80) continue
      if (letters == column.size) break
      letters += 1
    }
  }
  store<u32>(column.next, (last - start) as u32)
  column.next = last
}

/** Keeps the text that begins there, behind its opening quote. */
export function copyText(column: Column, start: usize, end: usize): usize {
  const first = column.next + 4
  let to = first
  let at = start
  let high: i32 = 0
  while (at < end) {
    const bytes = v128.load(at)
    v128.store(to, bytes)
    const bits = specialBits(bytes)
    if (bits == 0) {
      high |= i8x16.bitmask(bytes)
      at += 16
      to += 16
      continue
    }
    const count = ctz(bits)
    high |= i8x16.bitmask(bytes) & ((1 << count) - 1)
    at += count
    to += count
    const special = byte(at)
    if (special == quote) {
      if (high != 0 && !isUtf8(first, to)) return 0
      endText(column, to)
      return at + 1
    }
    if (special != backslash) return 0
    const letter = byte(at + 1)
    if (letter != 0x75) {
      const meant = escaped(letter)
      if (meant == 0) return 0
      store<u8>(to, meant)
      to += 1
      at += 2
      continue
    }
    const unit = hexUnit(at + 2)
    if (unit <= 0 || (unit & 0xfc00) == 0xdc00) return 0
    at += 6
    if ((unit & 0xfc00) != 0xd800) {
      to = putCodePoint(to, unit)
      continue
    }
    if (!isLowUnit(at)) return 0
    to = putCodePoint(to, 0x10000 + ((unit - 0xd800) << 10) + (hexUnit(at + 2) - 0xdc00))
    at += 6
  }
  return 0
}

/** In UTF-8; behind it. */
function putCodePoint(to: usize, point: i32): usize {
  if (point < 0x80) {
    store<u8>(to, point)
    return to + 1
  }
  if (point < 0x800) {
    store<u8>(to, 0xc0 | (point >> 6))
    store<u8>(to + 1, 0x80 | (point & 0x3f))
    return to + 2
  }
  if (point < 0x10000) {
    store<u8>(to, 0xe0 | (point >> 12))
    store<u8>(to + 1, 0x80 | ((point >> 6) & 0x3f))
    store<u8>(to + 2, 0x80 | (point & 0x3f))
    return to + 3
  }
  store<u8>(to, 0xf0 | (point >> 18))
  store<u8>(to + 1, 0x80 | ((point >> 12) & 0x3f))
  store<u8>(to + 2, 0x80 | ((point >> 6) & 0x3f))
  store<u8>(to + 3, 0x80 | (point & 0x3f))
  return to + 4
}
