import {
  Column,
  columnAt,
  columnBytes,
  columnCount,
  columns,
  rowCount,
  setAbsent,
  setRowCount,
  takeBack,
} from './column.ts'
import {
  backslash,
  byte,
  closeBrace,
  colon,
  comma,
  dot,
  newline,
  openBrace,
  quote,
  skipSpace,
  valueEnd,
} from './scan.ts'
import { takeValue } from './value.ts'

/** Keys with a capital letter would have to be changed. */
let lowerKeys: bool = false
/** Keys with a dot would have to be changed. */
let dotsToUnderscores: bool = false

export function setFraming(lowers: bool, underscores: bool): void {
  lowerKeys = lowers
  dotsToUnderscores = underscores
}

/** Keeps the values of one record. False, and nothing is kept, when it is not one plain object whose values are just of the columns' types. */
export function takeRecord(start: usize, end: usize): bool {
  if (takeObject(start, end)) return true
  takeBack(rowCount + 1)
  return false
}

function takeObject(start: usize, end: usize): bool {
  if (byte(start) != openBrace) return false
  const row = rowCount + 1
  let at = skipSpace(start + 1)
  let present: i32 = 0
  if (byte(at) == closeBrace) at += 1
  else {
    // Records of one producer have their keys in one order, mostly that of the columns.
    let expected: i32 = 0
    for (;;) {
      let index = expected
      let valueAt = keyEnd(columnAt(index), at)
      if (valueAt == 0) {
        valueAt = otherKeyEnd(at, end)
        if (valueAt == 0) return false
        index = foundColumn
      }
      valueAt = skipSpace(valueAt)
      if (index < 0) at = valueEnd(valueAt, end, 0)
      else {
        const column = columnAt(index)
        if (column.row == row) return false
        column.row = row
        column.before = column.next
        at = takeValue(column, valueAt, end)
        present += 1
        expected = index + 1 == columnCount ? 0 : index + 1
      }
      if (at == 0) return false
      at = skipSpace(at)
      const mark = byte(at)
      at += 1
      if (mark == closeBrace) break
      if (mark != comma) return false
      at = skipSpace(at)
    }
  }
  if (at > end) return false
  at = skipSpace(at)
  // What stands behind a record may look like space.
  if (at > end) at = end
  if (at + 1 == end && byte(at) == newline) at += 1
  if (at != end) return false
  if (present < columnCount) setOthersAbsent(row)
  setRowCount(row)
  return true
}

function setOthersAbsent(row: i32): void {
  for (let index = 0; index < columnCount; index += 1) {
    const column = columnAt(index)
    if (column.row != row) setAbsent(column)
  }
}

/** Behind the colon, when the column's key stands there and the colon just behind it. */
function keyEnd(column: Column, start: usize): usize {
  let at = start
  let key = column.key
  let left = column.keyBytes
  while (left > 16) {
    if (sameBits(at, key) != 0xffff) return 0
    at += 16
    key += 16
    left -= 16
  }
  const all: i32 = (1 << (left as i32)) - 1
  return (sameBits(at, key) & all) == all ? at + left : 0
}

function sameBits(a: usize, b: usize): i32 {
  return i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)))
}

/** The column of the last key that was looked up; -1 for none. */
let foundColumn: i32 = -1

/** Behind the colon of any key that may stay as it is. */
function otherKeyEnd(start: usize, end: usize): usize {
  if (byte(start) != quote) return 0
  let at = start + 1
  for (; at < end; at += 1) {
    const letter = byte(at)
    if (letter == quote) break
    // Which letters have others is not known here but of ASCII.
    if (letter < 0x20 || letter == backslash || letter > 0x7e) return 0
    if (lowerKeys && letter - 0x41 < 26) return 0
    if (dotsToUnderscores && letter == dot) return 0
  }
  if (at >= end) return 0
  const size = at + 1 - start
  at = skipSpace(at + 1)
  if (byte(at) != colon) return 0
  foundColumn = -1
  for (let index = 0; index < columnCount; index += 1) {
    const column = changetype<Column>(columns + (index as usize) * columnBytes)
    if (column.keyBytes == size + 1 && memory.compare(column.key, start, size) == 0) {
      foundColumn = index
      break
    }
  }
  return at + 1
}
