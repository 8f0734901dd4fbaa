import { type Type, quoteName, quoteText, raiseSql, rowSql, textSql } from '#consumption/sql'
import type { EncodeOutput } from '#processing/engine'
import { failed } from '../planning/failure.ts'

/** How a statement writes its files. */
export type WriteFormat =
  | CsvFormat
  | {
      readonly kind: 'parquet' | 'orc' | 'avro' | 'json'
      readonly compression: Compression
      /** Of Avro: the table's own schema. */
      readonly schema?: string
      /** Of ZSTD in Parquet: 1 to 22. */
      readonly level?: number
    }
  | {
      readonly kind: 'text'
      readonly compression: Compression
      readonly delimiter: string
      readonly nullText: string
    }

/** Fields in quotes, as OpenCSVSerde reads them. */
export interface CsvFormat {
  readonly kind: 'csv'
  readonly compression: Compression
  readonly delimiter: string
  readonly quote: string
  readonly escape: string
}

export type Compression = 'none' | 'snappy' | 'gzip' | 'zstd' | 'zlib' | 'deflate'

const suffixes: Readonly<Record<Compression, string>> = {
  none: '',
  snappy: '',
  gzip: '.gz',
  zstd: '.zst',
  zlib: '',
  deflate: '',
}

/** What a file's name ends with: Athena names files of formats that pack themselves without an ending. */
export function suffixOf(format: WriteFormat): string {
  return isBinary(format) ? '' : suffixes[format.compression]
}

export function isBinary(format: WriteFormat): boolean {
  return !['json', 'text', 'csv'].includes(format.kind)
}

/** What the engine makes of the Parquet files that it writes; undefined when they stay as they are. */
export function encodingOf(format: WriteFormat): EncodeOutput | undefined {
  if (format.kind !== 'orc' && format.kind !== 'avro') return undefined
  const { compression } = format
  const deflated = ['gzip', 'zlib', 'deflate'].includes(compression)
  const same = compression as 'none' | 'snappy' | 'zstd'
  if (format.kind === 'orc') return { format: 'orc', compression: deflated ? 'zlib' : same }
  const { schema } = format
  return { format: 'avro', compression: deflated ? 'deflate' : same, ...(schema && { schema }) }
}

/** The engine's options of COPY for a format. */
export function copyOptions(format: WriteFormat): string {
  if (encodingOf(format)) return 'FORMAT parquet, COMPRESSION snappy'
  const compression =
    format.compression === 'none' && format.kind === 'parquet' ? 'uncompressed' : format.compression
  const shared = `COMPRESSION ${compression}`
  if (format.kind === 'parquet') {
    const level = format.level === undefined ? '' : `, COMPRESSION_LEVEL ${format.level}`
    return `FORMAT parquet, ${shared}${level}`
  }
  // Each line is made by `rowItems`, and written as it is.
  return `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER e'\\x01', NULLSTR '', ${shared}`
}

/** A column as it is written: `sql` gives the value in the column's type. */
export interface WriteColumn {
  readonly name: string
  readonly type: Type
  readonly sql: string
}

/** What a file's row is made of, in the engine's SQL. */
export function rowItems(format: WriteFormat, columns: readonly WriteColumn[]): readonly string[] {
  switch (format.kind) {
    case 'parquet':
    case 'orc':
    case 'avro':
      return columns.map(({ name, sql }) => `${sql} AS ${quoteName(name)}`)
    case 'json':
      return [
        `CAST(to_json(${rowSql(columns.map(({ name, type, sql }) => ({ key: name, sql: jsonSql(sql, type) })))}) AS VARCHAR) AS l`,
      ]
    case 'csv': {
      const fields = columns.map(({ sql }) => quotedSql(sql, format))
      return [`${fields.join(` || ${quoteText(format.delimiter)} || `)} AS l`]
    }
    case 'text': {
      const delimiter = quoteText(format.delimiter)
      const fields = columns.map(({ type, sql }) => {
        const value = fieldSql(textSql(sql, type), type, format.delimiter)
        return `coalesce(${value}, ${quoteText(format.nullText)})`
      })
      const line = fields.join(` || ${delimiter} || `)
      return [`${fields.length > 1 ? line : notBlank(line)} AS l`]
    }
  }
}

/** The reader of such files knows no NULL, and where one holds an escape, no newline in quotes. */
function quotedSql(sql: string, { quote, escape }: CsvFormat): string {
  const raise = (text: string) => raiseSql({ kind: 'varchar' }, quoteText(`NOT_SUPPORTED: ${text}`))
  const escaped = [escape, quote].reduce(
    (text, char) => `replace(${text}, ${quoteText(char)}, ${quoteText(escape + char)})`,
    'v',
  )
  const broken = 'contains(v, chr(10)) OR contains(v, chr(13))'
  const field = `${quoteText(quote)} || ${escaped} || ${quoteText(quote)}`
  return `list_transform([${sql}], lambda v: CASE WHEN v IS NULL THEN ${raise('CSV cannot hold NULL')} WHEN ${broken} THEN ${raise('a value of CSV holds a newline')} ELSE ${field} END)[1]`
}

/** Readers pass over blank lines: a row of one empty text would be lost. */
function notBlank(line: string): string {
  const text = 'NOT_SUPPORTED: delimited text of one column cannot hold an empty value'
  const raise = raiseSql({ kind: 'varchar' }, quoteText(text))
  return `list_transform([${line}], lambda v: CASE WHEN v = '' THEN ${raise} ELSE v END)[1]`
}

/** Delimited text has no quotes: a value with a delimiter or a newline in it would come back as others. */
function fieldSql(sql: string, type: Type, delimiter: string): string {
  if (type.kind !== 'varchar' && type.kind !== 'char') return sql
  const text =
    'NOT_SUPPORTED: a value holds the field delimiter or a newline, which delimited text cannot tell apart'
  const wrong = `contains(v, ${quoteText(delimiter)}) OR contains(v, chr(10)) OR contains(v, chr(13))`
  const raise = raiseSql(type, quoteText(text))
  return `list_transform([${sql}], lambda v: CASE WHEN ${wrong} THEN ${raise} ELSE v END)[1]`
}

/** A value as the JSON SerDes write it: every digit kept, times as text. */
function jsonSql(sql: string, type: Type, depth = 0): string {
  const e = `j${depth}`
  switch (type.kind) {
    case 'decimal':
      // The engine keeps numbers of JSON as doubles: more digits than those hold are text.
      return type.precision <= 15 ? sql : `CAST(${sql} AS VARCHAR)`
    case 'real':
    case 'double': {
      const number = `CAST(CAST(${sql} AS VARCHAR) AS JSON)`
      return `(CASE WHEN isfinite(${sql}) THEN ${number} ELSE to_json(${textSql(sql, type)}) END)`
    }
    case 'timestamp':
      return textSql(sql, type)
    case 'array':
      return `list_transform(${sql}, lambda ${e}: ${jsonSql(e, type.element, depth + 1)})`
    case 'map': {
      const key = textSql(`${e}.key`, type.key)
      const value = jsonSql(`${e}.value`, type.value, depth + 1)
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 'v': ${value}}))`
    }
    case 'row': {
      const fields = type.fields.map((field) => ({
        key: field.name!,
        sql: jsonSql(`(${sql}).${quoteName(field.name!)}`, field.type, depth),
      }))
      return `(CASE WHEN (${sql}) IS NOT NULL THEN ${rowSql(fields)} END)`
    }
    default:
      return sql
  }
}

/** Refuses a type that files of the format, or the catalog, cannot hold. */
export function checkWritable(format: WriteFormat, name: string, type: Type): void {
  const refuse = (why: string) => failed('NOT_SUPPORTED', `column ${name}: ${why}`)
  switch (type.kind) {
    case 'unknown':
      throw failed('COLUMN_TYPE_UNKNOWN', `line 1:1: Column type is unknown: ${name}`)
    case 'timestamptz':
      throw failed('NOT_SUPPORTED', 'Unsupported Hive type: timestamp(3) with time zone')
    case 'time':
    case 'json':
    case 'intervalDay':
    case 'intervalYear':
    case 'geometry':
    case 'sphericalgeography':
    case 'bingtile':
    case 'color':
      throw failed('NOT_SUPPORTED', `Unsupported Hive type: ${type.kind}`)
    case 'varbinary':
      if (!isBinary(format)) throw refuse(`binary values in ${format.kind} files`)
      return
    case 'tinyint':
    case 'smallint':
      // As Trino has it.
      if (format.kind === 'avro') throw refuse(`${type.kind} in Avro: use integer instead`)
      return
    case 'array':
    case 'map':
    case 'row':
      if (format.kind === 'avro' && type.kind === 'map' && type.key.kind !== 'varchar')
        throw refuse('keys of maps in Avro are varchar')
      if (format.kind === 'text') throw refuse('nested values in delimited text')
      break
    default:
      return
  }
  if (type.kind === 'array') checkWritable(format, name, type.element)
  if (type.kind === 'map') {
    checkWritable(format, name, type.key)
    checkWritable(format, name, type.value)
  }
  if (type.kind === 'row') {
    for (const field of type.fields) {
      if (field.name === undefined) {
        throw failed(
          'NOT_SUPPORTED',
          'Anonymous row type is not supported in Hive. Please give each field a name',
        )
      }
      checkWritable(format, name, field.type)
    }
  }
}
