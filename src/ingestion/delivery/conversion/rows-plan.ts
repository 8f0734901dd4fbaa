import type { JsonReader } from '../records.ts'
import { ColumnSql, identifier, literal } from './column-sql.ts'
import type { BadRecord } from './bad-record.ts'
import { leafCount, type ColumnField } from './columns/column-shape.ts'
import { columnsMax } from './columns/json-columns.ts'
import type { HiveType } from './hive-type.ts'

export interface RowColumn {
  readonly name: string
  readonly type: HiveType
  /** What the column is called in the rows; its name when it is not said. */
  readonly alias?: string
  /** A row without a value for it is a bad one. */
  readonly required?: boolean
}

/** Of all lines, under this name for the engine. */
export const linesFile = 'batch.json'

/** How lines of JSON are read as rows, and how it is found out why some cannot. */
export interface RowsPlan {
  /** A SELECT of all rows of a file, in the order of the lines, of which none is longer. One that does not fit fails. */
  sql(lineBytesMax: number, file: string): string
  /** The shortest way, for records whose values are just of their columns' types: those are taken as columns. Undefined when that cannot be told of these columns. */
  readonly columns:
    | {
        readonly taken: readonly ColumnField[]
        readonly sql: (file: string) => string
        /** A file of them is what the engine would make of it. */
        readonly areFinal: boolean
      }
    | undefined
  /** A statement whose rows are line and reason. `exempt` is SQL over `line`: true where nothing is required. */
  classify(lineBytesMax: number, exempt?: string): string
  explain(reason: number): BadRecord
}

/** A key that holds such is not found by its bytes. */
const escapedInJson = /["\\\p{Cc}]/u
const malformed = -1
const repeated = -2

export function planRows(columns: readonly RowColumn[], reader: JsonReader): RowsPlan {
  const sql = new ColumnSql(reader)
  const read = columns.map((column) => ({
    ...column,
    key: keyOf(column.name, reader),
    readAs: sql.readAs(column.type),
  }))
  const keys = new Map(read.map(({ key, readAs }) => [key, readAs]))
  const source = (key: string, table = '') => `${table}${identifier(key)}`
  const taken = read.flatMap((column) => {
    const name = column.alias ?? column.name
    const reading = sql.taken(identifier(name), column.type)
    return reading ? [{ ...column, ...reading.shape, ...reading, name }] : []
  })
  const mayBeTaken =
    taken.length === read.length &&
    keys.size === read.length &&
    new Set(taken.map(({ name }) => name.toLowerCase())).size === read.length &&
    leafCount(taken) <= columnsMax &&
    read.every(({ key }) => !escapedInJson.test(key))
  const plain = read.map((column) => ({
    ...column,
    sql: sql.column(source(column.key), column.type),
  }))
  const structure = literal(JSON.stringify(Object.fromEntries(keys)))
  const fits = read.map(({ key, type }, index) => {
    const value = source(key, 'fields.')
    return `WHEN ${value} IS NOT NULL AND TRY(${sql.column(value, type)}) IS NULL THEN ${index}`
  })
  const missing = read.flatMap(({ key, type, required }, index) =>
    required
      ? [
          `WHEN TRY(${sql.column(source(key, 'fields.'), type)}) IS NULL THEN ${read.length + index}`,
        ]
      : [],
  )
  return {
    columns: mayBeTaken
      ? {
          taken,
          sql: (file) => `SELECT ${selection(taken)} FROM read_parquet('{in}/${file}')`,
          areFinal: taken.every(({ isFinal, required }) => isFinal && !required),
        }
      : undefined,
    sql: (lineBytesMax, file) => {
      const readColumns = [...keys].map(([key, type]) => `${literal(key)}: '${type}'`)
      return `SELECT ${selection(plain)} FROM read_json('{in}/${file}', columns = {${readColumns.join(', ')}}, format = 'newline_delimited', records = true, maximum_object_size = ${objectBytesMax(lineBytesMax)})`
    },
    classify: (lineBytesMax, exempt) => {
      const sizeMax = objectBytesMax(lineBytesMax)
      const required =
        missing.length > 0 && exempt !== undefined
          ? [`WHEN ${exempt} THEN NULL`, ...missing]
          : missing
      const reasons = [
        `WHEN document IS NULL THEN ${malformed}`,
        `WHEN length(json_keys(document)) <> length(list_distinct(json_keys(document))) THEN ${repeated}`,
        ...fits,
        ...required,
      ].join(' ')
      return `SELECT line, reason FROM (SELECT line, CASE ${reasons} END AS reason FROM (SELECT row_number() OVER () AS line, json AS document, json_transform(json, ${structure}) AS fields FROM read_json_objects('{in}/${linesFile}', format = 'newline_delimited', ignore_errors = true, maximum_object_size = ${sizeMax}))) WHERE reason IS NOT NULL ORDER BY line`
    },
    explain: (reason) => {
      if (reason === malformed || reason === repeated) {
        const why = reason === malformed ? '' : ' A key is there twice.'
        return {
          code: 'DataFormatConversion.ParseError',
          message: `Encountered malformed JSON.${why}`,
        }
      }
      const { name } = read[reason % read.length]!
      const why =
        reason < read.length
          ? `The value of the column '${name}' is not of its type.`
          : `The column '${name}' must have a value.`
      return {
        code: 'DataFormatConversion.MalformedData',
        message: `Data does not match the schema. ${why}`,
      }
    },
  }
}

function selection(columns: readonly (RowColumn & { readonly sql: string })[]): string {
  return columns
    .map(({ name, alias, sql: value }) => `${value} AS ${identifier(alias ?? name)}`)
    .join(', ')
}

/** The engine's buffers are a multiple of it, so it is no more than it has to be; its own default is 16 MiB. */
function objectBytesMax(lineBytesMax: number): number {
  return Math.max(1 << 20, lineBytesMax + (1 << 16))
}

/** The key under which the framing leaves a column's value. */
function keyOf(name: string, reader: JsonReader): string {
  if (reader.kind === 'hive') return name.toLowerCase()
  const key = reader.mappings[name] ?? name
  const cased = reader.caseInsensitive ? key.toLowerCase() : key
  return reader.dotsToUnderscores ? cased.replaceAll('.', '_') : cased
}
