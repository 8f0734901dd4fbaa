import type { JsonValue } from './reader.ts'

/** As Java writes a double: plain from 1e-3 to 1e7, else with an exponent. */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(value)
    return plain.includes('.') ? plain : `${plain}.0`
  }
  return withExponent(value)
}

/** `1.5E0`: one digit before the point. */
export function withExponent(value: number): string {
  if (value === 5e-324 || value === -5e-324) return value < 0 ? '-4.9E-324' : '4.9E-324'
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** What JSON cannot hold as it is, or Trino writes with an escape. */
const unsafe = /["\\\p{Cc}\u{10000}-\u{10ffff}]/u

/** A text as JSON: control signs and what lies beyond 16 bits escaped. */
export function quoted(text: string): string {
  const made = Array.from(text.match(unsafe) ? text : [], (char) => {
    const code = char.codePointAt(0)!
    if (escapes[char]) return escapes[char]
    if (code >= 32 && code <= 0xffff) return char
    const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index))
    return units.map((unit) => `\\u${unit.toString(16).toUpperCase().padStart(4, '0')}`).join('')
  }).join('')
  return `"${text.match(unsafe) ? made : text}"`
}

export interface WriteOptions {
  /** Keys in their order, the last of equal ones. */
  readonly sorted: boolean
}

/** A value without spaces; whole numbers with all digits, others as doubles. */
export function written(value: JsonValue, options: WriteOptions): string {
  switch (value.kind) {
    case 'literal':
      return value.text
    case 'string':
      return quoted(value.text)
    case 'number': {
      if (/^-?\d+$/.test(value.text)) return String(BigInt(value.text))
      const text = javaDouble(Number(value.text))
      return text.includes('Infinity') ? `"${text}"` : text
    }
    case 'array':
      return `[${value.items.map((item) => written(item, options)).join(',')}]`
    case 'object': {
      const entries = options.sorted ? sortedEntries(value.entries) : value.entries
      return `{${entries.map(([key, item]) => `${quoted(key)}:${written(item, options)}`).join(',')}}`
    }
  }
}

function sortedEntries(
  entries: readonly (readonly [string, JsonValue])[],
): readonly (readonly [string, JsonValue])[] {
  return [...new Map(entries)].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
