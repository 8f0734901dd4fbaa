import { type Type, castSql, fileTextSql, quoteText } from '#consumption/sql'
import { type FileColumn, type FileReading, unreadableSql } from './column.ts'
import type { Format } from './format.ts'

const at = { line: 1, column: 1 }
const text = { kind: 'varchar' } as const

/** Reads delimited text as Hive's LazySimpleSerDe: what is no value of the column's type is NULL. */
export function textReading(
  format: Extract<Format, { kind: 'text' }>,
  columns: readonly FileColumn[],
): FileReading {
  return {
    from: (files, hive) =>
      `read_csv(${files}, ${csvOptions(format.delimiter, '', '', format.skipLines, columns)}, nullstr = ${quoteText(format.nullText)}${hive})`,
    columns: columns.map((column, index) => lazyValue(`f${index}`, column.type, format)),
  }
}

function lazyValue(sql: string, type: Type, format: Extract<Format, { kind: 'text' }>): string {
  switch (type.kind) {
    case 'varchar':
    case 'char':
      return castSql(sql, text, type, at)
    case 'varbinary':
      return `encode(${sql})`
    case 'array': {
      if (isNested(type.element)) return unreadable(type)
      const items = `string_split(${sql}, ${quoteText(format.itemDelimiter)})`
      return `list_transform(${items}, lambda i: ${lazyValue('i', type.element, format)})`
    }
    case 'map': {
      if (isNested(type.key) || isNested(type.value)) return unreadable(type)
      const items = `string_split(${sql}, ${quoteText(format.itemDelimiter)})`
      const part = (place: number) => `string_split(i, ${quoteText(format.keyDelimiter)})[${place}]`
      const entry = `{'k': ${lazyValue(part(1), type.key, format)}, 'v': ${lazyValue(part(2), type.value, format)}}`
      return `map_from_entries(list_transform(${items}, lambda i: ${entry}))`
    }
    case 'row':
    case 'unknown':
      return unreadable(type)
    default:
      return `TRY(${castSql(sql, text, type, at)})`
  }
}

function isNested(type: Type): boolean {
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'row'
}

function unreadable(type: Type): string {
  return unreadableSql(type, 'NOT_SUPPORTED: this nested type is not supported in delimited text')
}

/** Reads CSV as OpenCSVSerde: dates are days and timestamps milliseconds since the epoch. */
export function csvReading(
  format: Extract<Format, { kind: 'csv' }>,
  columns: readonly FileColumn[],
): FileReading {
  const { delimiter, quote, escape, skipLines } = format
  return {
    from: (files, hive) =>
      `read_csv(${files}, ${csvOptions(delimiter, quote, escape, skipLines, columns)}${hive})`,
    columns: columns.map((column, index) => csvValue(`f${index}`, column)),
  }
}

function csvValue(sql: string, { name, type }: FileColumn): string {
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
    `escape = ${quoteText(escape)}, columns = {${list}}, null_padding = true, strict_mode = false, max_line_size = 16777216`
  )
}
