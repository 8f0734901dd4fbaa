/** Places in memory: 0 stands for "not so". Everything ends in a zero byte, so that what runs past a record stops soon behind it. */

export const quote: u32 = 0x22
export const backslash: u32 = 0x5c
export const comma: u32 = 0x2c
export const colon: u32 = 0x3a
export const minus: u32 = 0x2d
export const plus: u32 = 0x2b
export const dot: u32 = 0x2e
export const space: u32 = 0x20
export const tab: u32 = 0x09
export const newline: u32 = 0x0a
export const zero: u32 = 0x30
export const openBrace: u32 = 0x7b
export const closeBrace: u32 = 0x7d
export const openBracket: u32 = 0x5b
export const closeBracket: u32 = 0x5d

const nullWord: u32 = 0x6c6c756e
const trueWord: u32 = 0x65757274
const falsWord: u32 = 0x736c6166
const nestedMax: i32 = 32

export function byte(at: usize): u32 {
  return load<u8>(at)
}

export function skipSpace(start: usize): usize {
  let at = start
  while (byte(at) == space || byte(at) == tab) at += 1
  return at
}

export function isDigit(value: u32): bool {
  return value - zero < 10
}

export function isNull(at: usize): bool {
  return load<u32>(at) == nullWord
}

/** Behind `true`. */
export function trueEnd(at: usize): usize {
  return load<u32>(at) == trueWord ? at + 4 : 0
}

/** Behind `false`. */
export function falseEnd(at: usize): usize {
  return load<u32>(at) == falsWord && byte(at + 4) == 0x65 ? at + 5 : 0
}

/** Of sixteen bytes a bit each: those that end a text, begin an escape, or may not stand in one. */
export function specialBits(bytes: v128): i32 {
  const special = v128.or(
    v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
    i8x16.lt_u(bytes, i8x16.splat(0x20)),
  )
  return i8x16.bitmask(special)
}

/** Behind the closing quote of a text that is right in every respect; `start` is behind the opening one. */
export function textEnd(start: usize, end: usize): usize {
  let at = start
  let high: i32 = 0
  while (at < end) {
    const bytes = v128.load(at)
    const bits = specialBits(bytes)
    if (bits == 0) {
      high |= i8x16.bitmask(bytes)
      at += 16
      continue
    }
    const count = ctz(bits)
    high |= i8x16.bitmask(bytes) & ((1 << count) - 1)
    at += count
    const special = byte(at)
    if (special == quote) return high == 0 || isUtf8(start, at) ? at + 1 : 0
    if (special != backslash) return 0
    at = escapeEnd(at)
    if (at == 0) return 0
  }
  return 0
}

/** Behind an escape, whose backslash is at `at`. Half a pair of surrogates is none, nor is what stands for a byte of zero. */
function escapeEnd(at: usize): usize {
  if (byte(at + 1) != 0x75) return escaped(byte(at + 1)) == 0 ? 0 : at + 2
  const unit = hexUnit(at + 2)
  if (unit <= 0 || (unit & 0xfc00) == 0xdc00) return 0
  if ((unit & 0xfc00) != 0xd800) return at + 6
  return isLowUnit(at + 6) ? at + 12 : 0
}

/** What the letter behind a backslash stands for; 0 for nothing. */
export function escaped(letter: u32): u32 {
  switch (letter) {
    case quote:
    case backslash:
    case 0x2f:
      return letter
    case 0x62:
      return 8
    case 0x66:
      return 12
    case 0x6e:
      return 10
    case 0x72:
      return 13
    case 0x74:
      return 9
  }
  return 0
}

/** The number of four hexadecimal digits; -1 when they are none. */
export function hexUnit(at: usize): i32 {
  let unit: i32 = 0
  for (let index: usize = 0; index < 4; index += 1) {
    const letter = byte(at + index)
    const lower = letter | 0x20
    if (isDigit(letter)) unit = (unit << 4) | (letter - zero)
    else if (lower - 0x61 < 6) unit = (unit << 4) | (lower - 0x57)
    else return -1
  }
  return unit
}

/** Whether the second half of a pair of surrogates stands there, as an escape. */
export function isLowUnit(at: usize): bool {
  return load<u16>(at) == 0x755c && (hexUnit(at + 2) & 0xfc00) == 0xdc00
}

/** https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506 (table 3-7) */
export function isUtf8(start: usize, end: usize): bool {
  let at = start
  while (at < end) {
    const first = byte(at)
    at += 1
    if (first < 0x80) continue
    if (first < 0xc2 || first > 0xf4) return false
    const more: usize = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
    if (at + more > end) return false
    const second = byte(at)
    const low: u32 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80
    const high: u32 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf
    if (second < low || second > high) return false
    for (let index: usize = 1; index < more; index += 1) {
      if ((byte(at + index) & 0xc0) != 0x80) return false
    }
    at += more
  }
  return true
}

/** Behind a number as JSON has it. */
export function numberEnd(start: usize): usize {
  let at = byte(start) == minus ? start + 1 : start
  if (!isDigit(byte(at))) return 0
  if (byte(at) == zero) at += 1
  else at = digitsEnd(at)
  if (byte(at) == dot) {
    if (!isDigit(byte(at + 1))) return 0
    at = digitsEnd(at + 1)
  }
  if ((byte(at) | 0x20) != 0x65) return at
  at += byte(at + 1) == minus || byte(at + 1) == plus ? 2 : 1
  return isDigit(byte(at)) ? digitsEnd(at) : 0
}

function digitsEnd(start: usize): usize {
  let at = start
  while (isDigit(byte(at))) at += 1
  return at
}

/** Behind a value of any kind. */
export function valueEnd(at: usize, end: usize, depth: i32): usize {
  const first = byte(at)
  if (first == quote) return textEnd(at + 1, end)
  if (first == openBrace) return depth < nestedMax ? objectEnd(at + 1, end, depth + 1) : 0
  if (first == openBracket) return depth < nestedMax ? arrayEnd(at + 1, end, depth + 1) : 0
  if (first == 0x74) return trueEnd(at)
  if (first == 0x66) return falseEnd(at)
  if (first == 0x6e) return isNull(at) ? at + 4 : 0
  return numberEnd(at)
}

function arrayEnd(start: usize, end: usize, depth: i32): usize {
  let at = skipSpace(start)
  if (byte(at) == closeBracket) return at + 1
  while (at < end) {
    at = valueEnd(at, end, depth)
    if (at == 0) return 0
    at = skipSpace(at)
    if (byte(at) == closeBracket) return at + 1
    if (byte(at) != comma) return 0
    at = skipSpace(at + 1)
  }
  return 0
}

function objectEnd(start: usize, end: usize, depth: i32): usize {
  let at = skipSpace(start)
  if (byte(at) == closeBrace) return at + 1
  while (at < end) {
    if (byte(at) != quote) return 0
    at = textEnd(at + 1, end)
    if (at == 0) return 0
    at = skipSpace(at)
    if (byte(at) != colon) return 0
    at = valueEnd(skipSpace(at + 1), end, depth)
    if (at == 0) return 0
    at = skipSpace(at)
    if (byte(at) == closeBrace) return at + 1
    if (byte(at) != comma) return 0
    at = skipSpace(at + 1)
  }
  return 0
}
