import { type Type, fileTextSql, quoteText } from '#consumption/sql'
import type { Encoding } from '#storage/formats'
import { type FileColumn, type FileReading, unreadableSql } from './column.ts'
import type { Format } from './format.ts'
import { isNested, textValue } from './text-value.ts'

type TextFormat = Extract<Format, { kind: 'text' }>

/** Reads delimited text as Hive's LazySimpleSerDe: what is no value of the column's type is NULL. */
export function textReading(format: TextFormat, columns: readonly FileColumn[]): FileReading {
  return {
    from: (files, hive) =>
      `read_csv(${files}, ${csvOptions(format.delimiter, '', '', format.skipLines, columns)}, nullstr = ${quoteText(format.nullText)}${hive})`,
    columns: columns.map((column, index) => lazyValue(`f${index}`, column.type, format)),
  }
}

/** Arrays and maps of scalars; what is nested deeper, or escaped, is decoded (`lazyEncoding`). */
function lazyValue(sql: string, type: Type, format: TextFormat): string {
  switch (type.kind) {
    case 'array': {
      const items = `string_split(${sql}, ${quoteText(format.itemDelimiter)})`
      const item = lazyScalar('i', type.element, format)
      return `(CASE WHEN ${sql} = '' THEN [] ELSE list_transform(${items}, lambda i: ${item}) END)`
    }
    case 'map': {
      const items = `string_split(${sql}, ${quoteText(format.itemDelimiter)})`
      const part = (place: number) => `string_split(i, ${quoteText(format.keyDelimiter)})[${place}]`
      const entry = `{'k': ${lazyScalar(part(1), type.key, format)}, 'v': ${lazyScalar(part(2), type.value, format)}}`
      const entries = `list_filter(list_transform(${items}, lambda i: ${entry}), lambda i: i.k IS NOT NULL)`
      return `(CASE WHEN ${sql} = '' THEN map_from_entries([]) ELSE map_from_entries(${entries}) END)`
    }
    default:
      return textValue(sql, type)
  }
}

function lazyScalar(sql: string, type: Type, format: TextFormat): string {
  return textValue(`nullif(${sql}, ${quoteText(format.nullText)})`, type)
}

/** How files of text are decoded for columns that the engine cannot cut itself; undefined when it can. */
export function lazyEncoding(
  format: TextFormat,
  columns: readonly FileColumn[],
): Extract<Encoding, { kind: 'lazy' }> | undefined {
  const deep = columns.some(({ type }) => {
    if (type.kind === 'row') return true
    if (type.kind === 'array') return isNested(type.element)
    return type.kind === 'map' && (isNested(type.key) || isNested(type.value))
  })
  if (!deep && format.escape === undefined) return undefined
  return {
    kind: 'lazy',
    separators: [format.delimiter, format.itemDelimiter, format.keyDelimiter],
    escape: format.escape,
    nullText: format.nullText,
    skipLines: format.skipLines,
  }
}

/** Reads CSV as OpenCSVSerde: dates are days and timestamps milliseconds since the epoch. */
export function csvReading(
  format: Extract<Format, { kind: 'csv' }>,
  columns: readonly FileColumn[],
): FileReading {
  const { delimiter, quote, skipLines } = format
  return {
    // Files that hold the escape character are decoded; in the others quotes are doubled.
    from: (files, hive) =>
      `read_csv(${files}, ${csvOptions(delimiter, quote, quote, skipLines, columns)}${hive})`,
    columns: columns.map((column, index) => csvValue(`f${index}`, column)),
  }
}

/** A field of CSV as a column's value. */
export function csvValue(sql: string, { name, type }: FileColumn): string {
  const number = (value: string) => fileTextSql(value, { kind: 'bigint' }, name)
  switch (type.kind) {
    // An empty field is empty text, not NULL.
    case 'varchar':
    case 'char':
      return fileTextSql(`coalesce(${sql}, '')`, type, name)
    case 'date':
      return `(CASE WHEN regexp_full_match(${sql}, '-?[0-9]+') THEN DATE '1970-01-01' + CAST(${sql} AS INTEGER)
        ELSE ${fileTextSql(sql, type, name)} END)`
    case 'timestamp':
      return `(CASE WHEN regexp_full_match(${sql}, '-?[0-9]+') THEN make_timestamp(${number(sql)} * 1000)
        ELSE ${fileTextSql(sql, type, name)} END)`
    case 'array':
    case 'map':
    case 'row':
    case 'unknown':
    case 'varbinary':
      return unreadableSql(
        type,
        `NOT_SUPPORTED: the type of column ${name} is not supported by OpenCSVSerde`,
      )
    default:
      return fileTextSql(sql, type, name)
  }
}

/** The engine's buffers are sixteen times this unless it is told otherwise: more than a small engine has. */
const lineBytesMax = 16 * 1024 * 1024

function csvOptions(
  delimiter: string,
  quote: string,
  escape: string,
  skipLines: number,
  columns: readonly FileColumn[],
): string {
  const list = columns.map((_, index) => `'f${index}': 'VARCHAR'`).join(', ')
  const skip = Number.isSafeInteger(skipLines) && skipLines > 0 ? skipLines : 0
  return (
    `auto_detect = false, header = false, skip = ${skip}, delim = ${quoteText(delimiter)}, quote = ${quoteText(quote)}, ` +
    `escape = ${quoteText(escape)}, columns = {${list}}, null_padding = true, strict_mode = false, max_line_size = ${lineBytesMax}, buffer_size = ${2 * lineBytesMax}`
  )
}
