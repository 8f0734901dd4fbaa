import { Column, columnAt, kindText, within } from './column.ts'
import { backslash, byte, colon, dot, quote, skipSpace } from './scan.ts'
import { copyText, takeScalar } from './value.ts'

/** Keys with a capital letter would have to be changed. */
let lowerKeys: bool = false
/** Keys with a dot would have to be changed. */
let dotsToUnderscores: bool = false

export function setFraming(lowers: bool, underscores: bool): void {
  lowerKeys = lowers
  dotsToUnderscores = underscores
}

/** Behind the colon, when the column's key stands there and the colon just behind it. */
export function keyEnd(column: Column, start: usize): usize {
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

/** Where the member stands of the last key that was looked up; 0 for none. */
export let foundMember: usize = 0

/** A key as the framing leaves it. Longer ones that it would change are not looked up. */
const changedKeyMax: usize = 256
const changedKey = memory.data(272)

/** Behind the colon of any key that is ASCII without escapes. It is looked up as the framing leaves it, first as the member that is expected. */
export function otherKeyEnd(object: Column, expected: usize, start: usize, end: usize): usize {
  if (byte(start) != quote) return 0
  let changes = false
  let at = start + 1
  for (; at < end; at += 1) {
    const letter = byte(at)
    if (letter == quote) break
    // Which letters have others is not known here but of ASCII.
    if (letter < 0x20 || letter == backslash || letter > 0x7e) return 0
    if (mustChange(letter)) changes = true
  }
  if (at >= end) return 0
  const size = at + 1 - start
  at = skipSpace(at + 1)
  if (byte(at) != colon) return 0
  let key = start
  if (changes) {
    if (size > changedKeyMax) return 0
    memory.copy(changedKey, start, size)
    changeLetters(changedKey, changedKey + size)
    key = changedKey
  }
  foundMember = hasKey(columnAt(expected), key, size) ? expected : memberOf(object, key, size)
  return at + 1
}

function memberOf(object: Column, key: usize, size: usize): usize {
  for (let member = within(object); member < object.behind; member = columnAt(member).behind) {
    if (hasKey(columnAt(member), key, size)) return member
  }
  return 0
}

function hasKey(column: Column, key: usize, size: usize): bool {
  return column.keyBytes == size + 1 && memory.compare(column.key, key, size) == 0
}

function mustChange(letter: u32): bool {
  return (lowerKeys && letter - 0x41 < 26) || (dotsToUnderscores && letter == dot)
}

/** Keeps the key of a map's entry, as the general way would find it. Behind its closing quote; 0 when it is none of the column's type. */
export function takeMapKey(column: Column, start: usize, end: usize): usize {
  if (byte(start) != quote) return 0
  let changes = false
  let at = start + 1
  for (; at < end; at += 1) {
    const letter = byte(at)
    if (letter == quote) break
    if (letter < 0x20 || letter == backslash) return 0
    if (mustChange(letter)) changes = true
  }
  if (at >= end) return 0
  if (column.kind != kindText) return changes ? 0 : takeScalar(column, start, end, true)
  const kept = column.next + 4
  const after = copyText(column, start + 1, end)
  if (after != 0 && changes) changeLetters(kept, column.next)
  return after
}

function changeLetters(start: usize, end: usize): void {
  for (let at = start; at < end; at += 1) {
    const letter = byte(at)
    if (!mustChange(letter)) continue
    store<u8>(at, letter == dot ? 0x5f : letter | 0x20)
  }
}
