import { type Position, syntaxError } from '../errors.ts'

export type TokenKind = 'word' | 'quoted' | 'string' | 'binary' | 'number' | 'symbol' | 'end'

export interface Token extends Position {
  readonly kind: TokenKind
  /** Decoded text: without quotes, doubled quotes made single. */
  readonly text: string
  /** `text` in upper case for words, to compare with keywords; symbols as they are; else empty. */
  readonly key: string
  /** Offsets in the statement. */
  readonly start: number
  readonly end: number
}

const symbols = ['<>', '!=', '<=', '>=', '||', '->', '=>', ...'+-*/%=<>()[],.;?:']
const wordStart = /[A-Za-z_]/
const wordPart = /[A-Za-z0-9_@$]/
/** `U&'…'`, with the sign of its escapes when that is not a backslash. */
const escapeSign = /\s*UESCAPE\s*'([^'])'/iy
const otherBase = /0(?:[xX][0-9a-fA-F_]+|[bB][01_]+|[oO][0-7_]+)/y
const numberPattern = /(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y

/** Cuts a statement of Trino's SQL into tokens; the last one is `end`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let offset = 0
  let line = 1
  let lineStart = 0

  const at = (place: number): Position => ({ line, column: place - lineStart + 1 })
  const push = (kind: TokenKind, text: string, start: number, end: number) => {
    const key = kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : ''
    tokens.push({ kind, text, key, start, end, ...at(start) })
    for (let index = start; index < end; index++) {
      if (sql[index] === '\n') {
        line++
        lineStart = index + 1
      }
    }
    offset = end
  }
  const quoted = (start: number, quote: string): { text: string; end: number } => {
    let text = ''
    for (let index = start + 1; index < sql.length; index++) {
      if (sql[index] !== quote) text += sql[index]
      else if (sql[index + 1] === quote) text += sql[index++]
      else return { text, end: index + 1 }
    }
    throw syntaxError(
      at(start),
      `mismatched input '${sql.slice(start, start + 20)}'. The quote is never closed`,
    )
  }

  while (offset < sql.length) {
    const char = sql[offset]!
    if (char === '\n') {
      offset++
      line++
      lineStart = offset
    } else if (/\s/.test(char)) {
      offset++
    } else if (sql.startsWith('--', offset)) {
      const end = sql.indexOf('\n', offset)
      offset = end < 0 ? sql.length : end
    } else if (sql.startsWith('/*', offset)) {
      const end = sql.indexOf('*/', offset + 2)
      if (end < 0) throw syntaxError(at(offset), 'the comment is never closed')
      for (; offset < end + 2; offset++) {
        if (sql[offset] === '\n') {
          line++
          lineStart = offset + 1
        }
      }
    } else if (char === "'") {
      const { text, end } = quoted(offset, "'")
      push('string', text, offset, end)
    } else if (char === '"') {
      const { text, end } = quoted(offset, '"')
      if (text === '') throw syntaxError(at(offset), 'Zero-length delimited identifier not allowed')
      push('quoted', text, offset, end)
    } else if (char === '`') {
      throw syntaxError(
        at(offset),
        'backquoted identifiers are not supported; use double quotes to quote identifiers',
      )
    } else if (/[uU]/.test(char) && sql.startsWith("&'", offset + 1)) {
      const { text, end } = quoted(offset + 2, "'")
      escapeSign.lastIndex = end
      const sign = escapeSign.exec(sql)
      const decoded = unicodeText(text, sign?.[1] ?? '\\', at(offset))
      push('string', decoded, offset, end + (sign?.[0].length ?? 0))
    } else if (/[xX]/.test(char) && sql[offset + 1] === "'") {
      const { text, end } = quoted(offset + 1, "'")
      const digits = text.replaceAll(/\s/g, '')
      if (!/^([0-9a-fA-F]{2})*$/.test(digits)) {
        throw syntaxError(
          at(offset),
          'Binary literal must contain an even number of hexadecimal digits',
        )
      }
      push('binary', digits, offset, end)
    } else if (/\d/.test(char) || (char === '.' && /\d/.test(sql[offset + 1] ?? ''))) {
      otherBase.lastIndex = offset
      numberPattern.lastIndex = offset
      const text = (otherBase.exec(sql) ?? numberPattern.exec(sql))![0]
      const end = offset + text.length
      if (wordStart.test(sql[end] ?? '')) {
        throw syntaxError(
          at(offset),
          'identifiers must not start with a digit; surround the identifier with double quotes',
        )
      }
      const digits = text.replaceAll('_', '')
      push('number', /^0[xXbBoO]/.test(digits) ? String(BigInt(digits)) : digits, offset, end)
    } else if (wordStart.test(char)) {
      let end = offset + 1
      while (end < sql.length && wordPart.test(sql[end]!)) end++
      push('word', sql.slice(offset, end), offset, end)
    } else {
      const symbol = symbols.find((candidate) => sql.startsWith(candidate, offset))
      if (!symbol) throw syntaxError(at(offset), `mismatched input '${char}'`)
      push('symbol', symbol, offset, offset + symbol.length)
    }
  }
  tokens.push({
    kind: 'end',
    text: '<EOF>',
    key: '',
    start: sql.length,
    end: sql.length,
    ...at(sql.length),
  })
  return tokens
}

/** `\\0041` and `\\+00041` of a Unicode string; the sign twice is the sign. */
function unicodeText(text: string, sign: string, at: Position): string {
  let decoded = ''
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== sign) {
      decoded += text[index]
      continue
    }
    if (text[index + 1] === sign) {
      decoded += sign
      index++
      continue
    }
    const rest = text.slice(index + 1)
    const digits = /^\+([0-9a-fA-F]{6})|^([0-9a-fA-F]{4})/.exec(rest)
    const code = digits ? Number.parseInt(digits[1] ?? digits[2]!, 16) : Number.NaN
    if (!digits || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw syntaxError(at, 'Incomplete or invalid escape sequence in a Unicode string')
    }
    decoded += String.fromCodePoint(code)
    index += digits[0].length
  }
  return decoded
}
