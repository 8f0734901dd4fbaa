import { type Position, syntaxError } from '../errors.ts'

export type HiveTokenKind = 'word' | 'quoted' | 'string' | 'symbol' | 'end'

export interface HiveToken extends Position {
  readonly kind: HiveTokenKind
  /** Decoded text. */
  readonly text: string
  /** Upper case for words, the symbol itself, else empty. */
  readonly key: string
  readonly start: number
  readonly end: number
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  '0': '\0',
  Z: '\u001a',
}

/** Cuts a statement of Hive's DDL into tokens: names in backquotes, strings in either quote with backslash escapes. */
export function tokenizeHive(sql: string): HiveToken[] {
  const tokens: HiveToken[] = []
  const placeAt = placesIn(sql)
  let offset = 0
  const push = (kind: HiveTokenKind, text: string, end: number) => {
    const key = kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : ''
    tokens.push({ kind, text, key, start: offset, end, ...placeAt(offset) })
    offset = end
  }
  while (offset < sql.length) {
    const char = sql[offset]!
    const word = /[A-Za-z0-9_$]+/y
    word.lastIndex = offset
    if (/\s/.test(char)) {
      offset++
    } else if (sql.startsWith('--', offset)) {
      const end = sql.indexOf('\n', offset)
      offset = end < 0 ? sql.length : end
    } else if (sql.startsWith('/*', offset)) {
      const end = sql.indexOf('*/', offset)
      if (end < 0) throw syntaxError(placeOf(sql, offset), 'the comment is never closed')
      offset = end + 2
    } else if (char === '`') {
      const end = sql.indexOf('`', offset + 1)
      if (end < 0) throw syntaxError(placeOf(sql, offset), 'the name is never closed')
      push('quoted', sql.slice(offset + 1, end), end + 1)
    } else if (char === "'" || char === '"') {
      const { text, end } = readString(sql, offset)
      push('string', text, end)
    } else if (word.test(sql)) {
      push('word', sql.slice(offset, word.lastIndex), word.lastIndex)
    } else {
      const two = sql.slice(offset, offset + 2)
      const symbol = ['<=', '>=', '<>', '!='].includes(two) ? two : char
      push('symbol', symbol, offset + symbol.length)
    }
  }
  tokens.push({
    kind: 'end',
    text: '<EOF>',
    key: '',
    start: offset,
    end: offset,
    ...placeAt(offset),
  })
  return tokens
}

function readString(sql: string, start: number): { text: string; end: number } {
  const quote = sql[start]!
  let text = ''
  for (let index = start + 1; index < sql.length; index++) {
    const char = sql[index]!
    if (char === quote) return { text, end: index + 1 }
    if (char !== '\\') {
      text += char
      continue
    }
    const unicode = /\\u([0-9a-fA-F]{4})|\\([0-3][0-7]{2})/y
    unicode.lastIndex = index
    const found = unicode.exec(sql)
    if (found) {
      text += String.fromCharCode(
        found[1] ? Number.parseInt(found[1], 16) : Number.parseInt(found[2]!, 8),
      )
      index += found[0].length - 1
    } else {
      const next = sql[++index] ?? ''
      text += escapes[next] ?? next
    }
  }
  throw syntaxError(placeOf(sql, start), 'the text is never closed')
}

/** The places of offsets that only grow: each line is looked for once. */
function placesIn(sql: string): (offset: number) => Position {
  let line = 1
  let lineStart = 0
  return (offset) => {
    for (;;) {
      const end = sql.indexOf('\n', lineStart)
      if (end < 0 || end >= offset) return { line, column: offset - lineStart + 1 }
      line++
      lineStart = end + 1
    }
  }
}

function placeOf(sql: string, offset: number): Position {
  const before = sql.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
