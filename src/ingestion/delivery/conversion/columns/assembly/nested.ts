import {
  Column,
  columnAt,
  columnBytes,
  kindList,
  kindMap,
  kindStruct,
  putGap,
  putLevels,
  setAbsent,
  within,
} from './column.ts'
import { foundMember, keyEnd, otherKeyEnd, takeMapKey } from './keys.ts'
import { hasRepeats } from './repeats.ts'
import {
  byte,
  closeBrace,
  closeBracket,
  colon,
  comma,
  isNull,
  openBrace,
  openBracket,
  skipSpace,
  valueEnd,
} from './scan.ts'
import { quotedNumbers, takeScalar, takeValue } from './value.ts'

/** Objects that were met since the last `clear`, of whatever kind: the number of the last. */
let objectCount: i32 = 0

export function forgetObjects(): void {
  objectCount = 0
}

/** The number of the next. */
export function nextObject(): i32 {
  return objectCount + 1
}

/**
 * Keeps the members of an object, of which `object` holds the columns: the record, or a struct whose first values have this level of repetition. Behind
 * its closing brace; 0 when it is not plain, or one of the members is not just of its column's type.
 */
export function takeMembers(object: Column, start: usize, end: usize, repetition: i32): usize {
  if (byte(start) != openBrace) return 0
  objectCount += 1
  const number = objectCount
  let at = skipSpace(start + 1)
  let present: i32 = 0
  if (byte(at) == closeBrace) at += 1
  else {
    // Objects of one producer have their keys in one order, mostly that of the columns.
    const first = within(object)
    const behind = object.behind
    let expected = first
    for (;;) {
      if (at >= end) return 0
      let member = expected
      let valueAt = keyEnd(columnAt(member), at)
      if (valueAt == 0) {
        valueAt = otherKeyEnd(object, member, at, end)
        if (valueAt == 0) return 0
        member = foundMember
      }
      valueAt = skipSpace(valueAt)
      if (member == 0) at = valueEnd(valueAt, end, 0)
      else {
        const column = columnAt(member)
        if (column.object == number) return 0
        column.object = number
        at = takeMember(column, valueAt, end, repetition)
        present += 1
        expected = column.behind == behind ? first : column.behind
      }
      if (at == 0) return 0
      at = skipSpace(at)
      const mark = byte(at)
      at += 1
      if (mark == closeBrace) break
      if (mark != comma) return 0
      at = skipSpace(at)
    }
  }
  if (at > end) return 0
  if (present < object.members) setOthersAbsent(object, number, repetition)
  return at
}

function setOthersAbsent(object: Column, number: i32, repetition: i32): void {
  for (let member = within(object); member < object.behind; member = columnAt(member).behind) {
    const column = columnAt(member)
    if (column.object == number) continue
    if (hasNoLevels(column)) {
      column.object = number
      column.before = column.next
      setAbsent(column)
    } else putGap(column, object.definition, repetition)
  }
}

function hasNoLevels(column: Column): bool {
  return column.kind < kindStruct && column.levelsFirst == 0
}

function takeMember(column: Column, at: usize, end: usize, repetition: i32): usize {
  if (!hasNoLevels(column)) return takeNested(column, at, end, repetition)
  column.before = column.next
  return takeValue(column, at, end)
}

/** Keeps a value with its levels. Each call is for a column within the last, so they are no deeper than the columns are. */
function takeNested(column: Column, at: usize, end: usize, repetition: i32): usize {
  if (isNull(at)) {
    putGap(column, column.definition - 1, repetition)
    return at + 4
  }
  switch (column.kind) {
    case kindStruct:
      return takeMembers(column, at, end, repetition)
    case kindList:
      return takeList(column, at, end, repetition)
    case kindMap:
      return takeMap(column, at, end, repetition)
  }
  const after = takeScalar(column, at, end, quotedNumbers)
  if (after != 0) putLevels(column, column.definition, repetition)
  return after
}

function takeList(list: Column, start: usize, end: usize, repetition: i32): usize {
  if (byte(start) != openBracket) return 0
  let at = skipSpace(start + 1)
  if (byte(at) == closeBracket) {
    putGap(list, list.definition, repetition)
    return at + 1
  }
  const item = columnAt(within(list))
  let level = repetition
  while (at < end) {
    at = takeNested(item, at, end, level)
    if (at == 0) return 0
    level = item.repetition
    at = skipSpace(at)
    if (byte(at) == closeBracket) return at + 1
    if (byte(at) != comma) return 0
    at = skipSpace(at + 1)
  }
  return 0
}

function takeMap(map: Column, start: usize, end: usize, repetition: i32): usize {
  if (byte(start) != openBrace) return 0
  let at = skipSpace(start + 1)
  if (byte(at) == closeBrace) {
    putGap(map, map.definition, repetition)
    return at + 1
  }
  const key = columnAt(within(map))
  const value = columnAt(within(map) + columnBytes)
  const first = key.next
  let count: i32 = 0
  let level = repetition
  while (at < end) {
    at = takeMapKey(key, at, end)
    if (at == 0) return 0
    putLevels(key, key.definition, level)
    count += 1
    at = skipSpace(at)
    if (byte(at) != colon) return 0
    at = takeNested(value, skipSpace(at + 1), end, level)
    if (at == 0) return 0
    level = value.repetition
    at = skipSpace(at)
    if (byte(at) == closeBrace) return hasRepeats(key, first, count) ? 0 : at + 1
    if (byte(at) != comma) return 0
    at = skipSpace(at + 1)
  }
  return 0
}
