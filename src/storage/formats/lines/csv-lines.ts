import type { FieldValue } from '../field-type.ts'
import type { LineParser } from './regex-lines.ts'

export interface CsvOptions {
  readonly separator: string
  readonly quote: string
  readonly escape: string
}

/**
 * One line as the library behind OpenCSVSerDe (opencsv 2.3) reads it. Within quotes, a doubled quote and an escaped
 * quote or escape character stand for themselves; another escape character vanishes; quotes in the middle of a field
 * stay. A line ends the record: a quote that is open there takes its field with it.
 */
export function csvParser(options: CsvOptions): LineParser {
  const { separator, quote } = options
  // With the quote as escape character the library falls back to the backslash.
  const escape = options.escape === '"' ? '\\' : options.escape
  return (line) => {
    const fields: FieldValue[] = []
    let field = ''
    let inQuotes = false
    for (let at = 0; at < line.length; at++) {
      const char = line[at]!
      const next = line[at + 1]
      if (char === escape) {
        if (!inQuotes || (next !== quote && next !== escape)) continue
        field += next
        at++
      } else if (char === quote) {
        if (inQuotes && next === quote) {
          field += quote
          at++
          continue
        }
        if (at > 2 && line[at - 1] !== separator && next !== undefined && next !== separator) {
          field = /^\s+$/.test(field) ? '' : field + char
        }
        inQuotes = !inQuotes
      } else if (char === separator && !inQuotes) {
        fields.push(field)
        field = ''
      } else field += char
    }
    if (!inQuotes) fields.push(field)
    return fields
  }
}
