/** What a column takes as it stands, so that the engine may read it in its own type: to everything else it is too kind. */
export type ExactKind =
  /** All but objects and lists. */
  | 'scalar'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'date'
  /** ISO 8601 or SQL's form. */
  | 'timestamp'
  | 'sqlTimestamp'

export interface ExactColumn {
  /** As it stands in the records. */
  readonly key: string
  readonly kind: ExactKind
}

export interface ExactShape {
  /** In UTF-8, each with the quote behind it. */
  readonly keys: readonly Uint8Array[]
  readonly kinds: readonly ExactKind[]
  readonly numbers: ReadonlyMap<string, number>
  /** Keys with a capital letter would have to be changed. */
  readonly lowerKeys: boolean
  /** Keys with a dot would have to be changed. */
  readonly dotsToUnderscores: boolean
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const minus = 0x2d
const plus = 0x2b
const dot = 0x2e
const space = 0x20
const tab = 0x09
const newline = 0x0a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const zero = 0x30
const nine = 0x39
const none = -1
/** Whole numbers of so many digits are either in a type's range, or refused by the engine. */
const digitsMax = 18
/** No such number is infinite. */
const exponentDigitsMax = 2

/**
 * The place after the object at `start`, when it is one of this shape; else -1, or a place past `end`. It is looked at only as far as the engine would be too
 * kind: of what is no JSON at all it may be wrong. Loops over bytes, because they are the cost of a delivery.
 */
export function exactEnd(bytes: Buffer, start: number, end: number, shape: ExactShape): number {
  if (bytes[start] !== openBrace) return none
  const { keys, kinds } = shape
  let at = skipSpace(bytes, start + 1)
  if (bytes[at] === closeBrace) return at + 1
  // Records of one producer have their keys in one order, mostly that of the columns.
  let expected = 0
  while (at < end) {
    if (bytes[at] !== quote) return none
    let column = expected
    let keyEnd = matchKey(bytes, at + 1, keys[expected]!)
    if (keyEnd === none) {
      keyEnd = plainKeyEnd(bytes, at + 1, end, shape)
      if (keyEnd === none) return none
      column = shape.numbers.get(bytes.toString('utf8', at + 1, keyEnd - 1)) ?? none
    }
    at = skipSpace(bytes, keyEnd)
    if (bytes[at] !== colon) return none
    at = skipSpace(bytes, at + 1)
    at = column === none ? anyEnd(bytes, at, end) : valueEnd(bytes, at, end, kinds[column]!)
    if (at === none) return none
    at = skipSpace(bytes, at)
    if (bytes[at] === closeBrace) return at + 1
    if (bytes[at] !== comma) return none
    at = skipSpace(bytes, at + 1)
    if (column !== none) expected = column + 1 === keys.length ? 0 : column + 1
  }
  return none
}

/** Whether nothing comes between the object's end and the record's but white, and a line's end at the most. */
export function isLineEnd(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === none) return false
  const rest = skipSpace(bytes, at)
  return rest === end || (rest === end - 1 && bytes[rest] === newline)
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === space || bytes[at] === tab) at += 1
  return at
}

function matchKey(bytes: Uint8Array, start: number, key: Uint8Array): number {
  for (let index = 0; index < key.length; index += 1) {
    if (bytes[start + index] !== key[index]) return none
  }
  return start + key.length
}

/** The place after a key that may stay as it is. */
function plainKeyEnd(bytes: Uint8Array, start: number, end: number, shape: ExactShape): number {
  const { lowerKeys, dotsToUnderscores } = shape
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!
    if (byte === quote) return at + 1
    if (byte === backslash) return none
    if (lowerKeys && byte >= 0x41 && byte <= 0x5a) return none
    if (dotsToUnderscores && byte === dot) return none
  }
  return none
}

function valueEnd(bytes: Uint8Array, at: number, end: number, kind: ExactKind): number {
  const first = bytes[at]!
  if (first === 0x6e && kind !== 'scalar') return wordEnd(bytes, at, nullWord)
  switch (kind) {
    case 'scalar':
      if (first === quote) return textEnd(bytes, at + 1, end)
      return first === openBrace || first === openBracket ? none : tokenEnd(bytes, at, end)
    case 'integer':
      return closed(bytes, integerEnd(bytes, at))
    case 'number':
      return closed(bytes, numberEnd(bytes, at))
    case 'boolean':
      return wordEnd(bytes, at, first === 0x74 ? trueWord : falseWord)
    case 'date':
      return first === quote ? quoteEnd(bytes, patternEnd(bytes, at + 1, dateForm)) : none
    default:
      return first === quote ? timestampEnd(bytes, at + 1, kind === 'timestamp') : none
  }
}

/** Of a column that nobody reads, whatever it is. */
function anyEnd(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]
  if (first === quote) return textEnd(bytes, start + 1, end)
  if (first !== openBrace && first !== openBracket) return tokenEnd(bytes, start, end)
  let depth = 0
  for (let at = start; at < end;) {
    const byte = bytes[at]!
    at += 1
    if (byte === quote) {
      at = textEnd(bytes, at, end)
      if (at === none) return none
    } else if (byte === openBrace || byte === openBracket) depth += 1
    else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) return at
    } else if (byte < space && byte !== tab) return none
  }
  return none
}

function textEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const byte = bytes[at]!
    if (byte === quote) return at + 1
    at += byte === backslash ? 2 : 1
  }
  return none
}

/** A number or a word. */
function tokenEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && !isEnd(bytes[at]!)) {
    if (bytes[at]! < space) return none
    at += 1
  }
  return at === start ? none : at
}

function isEnd(byte: number): boolean {
  return byte === comma || byte === closeBrace || byte === space || byte === tab
}

/** The same place when the value ends there. */
function closed(bytes: Uint8Array, at: number): number {
  return at !== none && isEnd(bytes[at]!) ? at : none
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at]! >= zero && bytes[at]! <= nine) at += 1
  return at
}

function integerEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === minus ? start + 1 : start
  const at = digitsEnd(bytes, first)
  return at > first && at - first <= digitsMax ? at : none
}

function numberEnd(bytes: Uint8Array, start: number): number {
  let at = integerEnd(bytes, start)
  if (at === none) return none
  if (bytes[at] === dot) at = digitsEnd(bytes, at + 1)
  if (bytes[at] !== 0x65 && bytes[at] !== 0x45) return at
  const sign = bytes[at + 1]
  const first = sign === minus || sign === plus ? at + 2 : at + 1
  at = digitsEnd(bytes, first)
  return at - first <= exponentDigitsMax ? at : none
}

const nullWord = Buffer.from('null')
const trueWord = Buffer.from('true')
const falseWord = Buffer.from('false')

function wordEnd(bytes: Uint8Array, at: number, word: Uint8Array): number {
  return closed(bytes, matchKey(bytes, at, word))
}

/** A zero stands for any digit. */
const dateForm = Buffer.from('0000-00-00')
const clockForm = Buffer.from('00:00:00')

function patternEnd(bytes: Uint8Array, start: number, form: Uint8Array): number {
  for (let index = 0; index < form.length; index += 1) {
    const byte = bytes[start + index]!
    const isRight = form[index] === zero ? byte >= zero && byte <= nine : byte === form[index]
    if (!isRight) return none
  }
  return start + form.length
}

function quoteEnd(bytes: Uint8Array, at: number): number {
  return at !== none && bytes[at] === quote ? at + 1 : none
}

function timestampEnd(bytes: Uint8Array, start: number, isIso: boolean): number {
  let at = patternEnd(bytes, start, dateForm)
  if (at === none || (bytes[at] !== space && !(isIso && bytes[at] === 0x54))) return none
  at = patternEnd(bytes, at + 1, clockForm)
  if (at === none) return none
  if (bytes[at] === dot) {
    const first = at + 1
    at = digitsEnd(bytes, first)
    if (at === first || at - first > 9) return none
  }
  return quoteEnd(bytes, isIso && bytes[at] === 0x5a ? at + 1 : at)
}
