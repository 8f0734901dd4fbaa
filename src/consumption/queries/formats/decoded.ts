import { quoteName, typeText } from '#consumption/sql'
import type { Encoding, FieldType, FileField } from '#storage/formats'
import { type FileColumn, type FileReading, nullSql, unreadableSql } from './column.ts'
import { engineTypeOfField, textField } from './field-types.ts'
import { convertValue } from './parquet.ts'
import { csvValue } from './text.ts'
import { isNested, textValue } from './text-value.ts'

/** How files that the engine does not read itself are decoded and then read. */
export interface DecodedReading {
  readonly encoding: Encoding
  /** What the decoder gives: column `f<place>` of the decoded files. */
  readonly columns: readonly FileField[]
  readonly reading: FileReading
}

/** Reads decoded files: they are Parquet. */
const from: FileReading['from'] = (files, hive) => `read_parquet(${files}${hive})`

export interface SelfDescribedOptions {
  readonly encoding: Extract<Encoding, { kind: 'orc' | 'avro' }>
  /** Columns of the file by their place in the table, not by name. */
  readonly byPlace: boolean
  /** For messages. */
  readonly uri: string
}

/** ORC and Avro: files that say what their columns are. `wanted` tells which columns a query reads. */
export function selfDescribedReading(
  fields: readonly FileField[],
  columns: readonly FileColumn[],
  wanted: (column: FileColumn) => boolean,
  { encoding, byPlace, uri }: SelfDescribedOptions,
): DecodedReading {
  const decoded: FileField[] = []
  const values = columns.map((column, place) => {
    const field = byPlace
      ? fields[place]
      : fields.find((each) => each.name.toLowerCase() === column.name)
    if (!field || !wanted(column)) return nullSql(column.type)
    const type = engineTypeOfField(field.type)
    const converted = convertValue(quoteName(`f${decoded.length}`), type, column.type)
    if (converted === undefined) {
      return unreadableSql(column.type, incompatible(column, field.type, encoding.kind, uri))
    }
    decoded.push(field)
    return converted
  })
  return { encoding, columns: decoded, reading: { from, columns: values } }
}

function incompatible(column: FileColumn, type: FieldType, kind: string, uri: string): string {
  const format = kind === 'orc' ? 'ORC' : 'Avro'
  return `HIVE_BAD_DATA: Malformed ${format} file. Cannot read SQL type '${typeText(column.type)}' of column '${column.name}' from ${format} type ${type.kind.toUpperCase()}: ${uri}`
}

/** Text that is cut by a regular expression, a Grok pattern or an element's name, and LazySimpleSerDe's nested values. */
export function textDecodedReading(
  encoding: Encoding,
  columns: readonly FileColumn[],
): DecodedReading {
  const flat = encoding.kind === 'regex' || encoding.kind === 'grok'
  return {
    encoding,
    // Without values of their type's shape, columns are still there, by their places.
    columns: columns.map((column) =>
      flat ? { name: column.name, type: { kind: 'string' } } : textField(column),
    ),
    reading: {
      from,
      columns: columns.map((column, index) => {
        if (flat && isNested(column.type)) {
          return unreadableSql(
            column.type,
            `NOT_SUPPORTED: column ${column.name} has a nested type, which this SerDe does not read`,
          )
        }
        return textValue(`f${index}`, column.type)
      }),
    },
  }
}

/** CSV that only opencsv's own rules read rightly. */
export function csvDecodedReading(
  encoding: Extract<Encoding, { kind: 'csv' }>,
  columns: readonly FileColumn[],
): DecodedReading {
  return {
    encoding,
    columns: columns.map((column) => ({ name: column.name, type: { kind: 'string' } })),
    reading: { from, columns: columns.map((column, index) => csvValue(`f${index}`, column)) },
  }
}
