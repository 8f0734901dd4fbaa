import type { FieldType, FieldValue } from '../field-type.ts'
import type { LineParser } from './regex-lines.ts'

export interface LazyOptions {
  /** Separators from the outermost in: fields, items, map keys, and of what is nested deeper. */
  readonly separators: readonly string[]
  readonly escape: string | undefined
  readonly nullText: string
}

/**
 * Hive's LazySimpleSerDe: fields between separators, and within them, one separator deeper each, the parts of nested
 * values. Every scalar is text. https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL
 */
export function lazyParser(types: readonly FieldType[], options: LazyOptions): LineParser {
  const readers = types.map((type) => valueReader(type, 1, options))
  const [separator = '\u0001'] = options.separators
  return (line) => {
    const parts = split(line, separator, options.escape)
    return readers.map((read, index) => (index < parts.length ? read(parts[index]!) : null))
  }
}

type Read = (text: string) => FieldValue

function valueReader(type: FieldType, level: number, options: LazyOptions): Read {
  const { escape, nullText } = options
  const separator = options.separators[level] ?? String.fromCharCode(level + 1)
  switch (type.kind) {
    case 'list': {
      const element = valueReader(type.element, level + 1, options)
      return (text) =>
        text === nullText ? null : text === '' ? [] : split(text, separator, escape).map(element)
    }
    case 'map': {
      const key = valueReader(type.key, level + 2, options)
      const value = valueReader(type.value, level + 2, options)
      const between = options.separators[level + 1] ?? String.fromCharCode(level + 2)
      return (text) => {
        if (text === nullText) return null
        if (text === '') return []
        return split(text, separator, escape).map((entry) => {
          const [first = '', ...rest] = split(entry, between, escape)
          return [key(first), rest.length > 0 ? value(rest.join(between)) : null]
        })
      }
    }
    case 'struct': {
      const fields = type.fields.map((field) => valueReader(field.type, level + 1, options))
      return (text) => {
        if (text === nullText) return null
        const parts = split(text, separator, escape)
        return fields.map((read, index) => (index < parts.length ? read(parts[index]!) : null))
      }
    }
    default:
      return (text) => (text === nullText ? null : unescape(text, escape))
  }
}

/** Parts between separators that are not escaped; escapes stay for the parts' own splitting. */
function split(text: string, separator: string, escape: string | undefined): string[] {
  if (escape === undefined || !text.includes(escape)) return text.split(separator)
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith(escape, at)) at += escape.length
    else if (text.startsWith(separator, at)) {
      parts.push(text.slice(start, at))
      at += separator.length - 1
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** An escaped `r` or `n` is the end of a line, as Hive writes it. */
function unescape(text: string, escape: string | undefined): string {
  if (escape === undefined || !text.includes(escape)) return text
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    if (!text.startsWith(escape, at) || at + escape.length >= text.length) {
      plain += text[at]
      continue
    }
    at += escape.length
    plain += text[at] === 'n' ? '\n' : text[at] === 'r' ? '\r' : text[at]
  }
  return plain
}
