import {
  Column,
  kindBoolean,
  kindDate,
  kindDouble,
  kindInteger,
  kindSqlTimestamp,
  kindText,
  kindTimestamp,
  rowCount,
  setAbsent,
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

/** Keeps the value at `at`. Behind it; 0 when it is not just of the column's type. */
export function takeValue(column: Column, at: usize, end: usize): usize {
  if (isNull(at)) {
    setAbsent(column)
    return at + 4
  }
  switch (column.kind) {
    case kindText:
      return takeText(column, at, end)
    case kindInteger:
      return takeInteger(column, at)
    case kindDouble:
      return takeDouble(column, at)
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

function takeInteger(column: Column, at: usize): usize {
  const after = parseNumber(at)
  if (after == 0 || !isWhole || mantissa > wholeMax) return 0
  const value = isNegative ? -(mantissa as i64) : (mantissa as i64)
  if (column.bits == 64) {
    store<i64>(column.next, value)
    column.next += 8
    return after
  }
  const most: i64 = ((1 as i64) << ((column.bits - 1) as i64)) - 1
  if (value > most || value < -most - 1) return 0
  store<i32>(column.next, value as i32)
  column.next += 4
  return after
}

function takeDouble(column: Column, at: usize): usize {
  const after = parseNumber(at)
  if (after == 0) return 0
  const bits = doubleBits()
  if (bits < 0) return 0
  store<i64>(column.next, isNegative ? bits | i64.MIN_VALUE : bits)
  column.next += 8
  return after
}

/** A bit for each value that is there. */
function takeBoolean(column: Column, at: usize): usize {
  const isTrue = byte(at) == 0x74
  const after = isTrue ? trueEnd(at) : falseEnd(at)
  if (after == 0) return 0
  const count = rowCount - column.absentCount
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
  if (after == 0 || hasExponent || (mantissa == 0 && (isNegative || !isWhole))) return 0
  if (mantissa > (isWhole ? wholeMax : shortMax)) return 0
  let last = after
  if (!isWhole) {
    // A small number would be written with an exponent, and zeros at the end would not.
    if (exponent < -15 || (mantissa < 1000 && exponent < -5)) return 0
    while (byte(last - 1) == zero && byte(last - 2) - zero < 10) last -= 1
  }
  copyToken(column, at, last)
  return after
}

function copyToken(column: Column, start: usize, end: usize): void {
  const size = end - start
  store<u32>(column.next, size as u32)
  memory.copy(column.next + 4, start, size)
  column.next += 4 + size
}

function copyText(column: Column, start: usize, end: usize): usize {
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
      store<u32>(column.next, (to - first) as u32)
      column.next = to
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
