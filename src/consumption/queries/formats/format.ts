import type { PartitionRecord, TableRecord } from '#catalog/metastore'
import { failed } from '../planning/failure.ts'

/** How the files of a table, or of one of its partitions, are written. */
export type Format =
  | { readonly kind: 'parquet' }
  | {
      readonly kind: 'json'
      readonly ignoreMalformed: boolean
      /** Column (lower case) to the key it is read from. */
      readonly mapping: Readonly<Record<string, string>>
    }
  /** LazySimpleSerDe: no quotes, NULL for what is no value of the type. */
  | {
      readonly kind: 'text'
      readonly delimiter: string
      readonly itemDelimiter: string
      readonly keyDelimiter: string
      readonly nullText: string
      readonly skipLines: number
    }
  /** OpenCSVSerde. */
  | {
      readonly kind: 'csv'
      readonly delimiter: string
      readonly quote: string
      readonly escape: string
      readonly skipLines: number
    }

type Parameters = Readonly<Record<string, string>>

/** The format that a table's storage, or its partition's, declares. Fails for one that cannot be read. */
export function formatOf(table: TableRecord, partition?: PartitionRecord['storage']): Format {
  const storage = partition?.serde?.serializationLibrary ? partition : table.storage
  const library = storage?.serde?.serializationLibrary ?? ''
  const input = storage?.inputFormat ?? ''
  const parameters = storage?.serde?.parameters ?? {}
  const skipLines = Number(
    table.parameters?.['skip.header.line.count'] ??
      storage?.parameters?.['skip.header.line.count'] ??
      0,
  )
  if (table.parameters?.['table_type']?.toUpperCase() === 'ICEBERG') {
    throw failed(
      'NOT_SUPPORTED',
      `Iceberg table '${table.database}.${table.name}' cannot be written yet`,
    )
  }
  const last = library.slice(library.lastIndexOf('.') + 1)
  switch (last) {
    case 'ParquetHiveSerDe':
      return { kind: 'parquet' }
    case 'JsonSerDe':
      return json(parameters)
    case 'LazySimpleSerDe':
      return text(parameters, skipLines)
    case 'OpenCSVSerde':
      return {
        kind: 'csv',
        delimiter: parameters['separatorChar'] ?? ',',
        quote: parameters['quoteChar'] ?? '"',
        escape: parameters['escapeChar'] ?? '"',
        skipLines,
      }
    case '':
      if (/parquet/i.test(input)) return { kind: 'parquet' }
      if (input.endsWith('TextInputFormat')) return text(parameters, skipLines)
      throw failed(
        'HIVE_UNSUPPORTED_FORMAT',
        `Unable to create input format ${input} for table '${table.database}.${table.name}'`,
      )
    default:
      throw failed('NOT_SUPPORTED', `SerDe ${library} is not supported`)
  }
}

function json(parameters: Parameters): Format {
  const flag = (name: string) => parameters[name]?.toLowerCase() === 'true'
  if (flag('dots.in.keys'))
    throw failed('NOT_SUPPORTED', 'JSON SerDe property dots.in.keys is not supported')
  const mapping: Record<string, string> = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (name.startsWith('mapping.')) mapping[name.slice('mapping.'.length).toLowerCase()] = value
  }
  return { kind: 'json', ignoreMalformed: flag('ignore.malformed.json'), mapping }
}

function text(parameters: Parameters, skipLines: number): Format {
  if (parameters['escape.delim'] !== undefined) {
    throw failed('NOT_SUPPORTED', 'delimited text with ESCAPED BY is not supported')
  }
  const char = (name: string, fallback: string) => parameters[name] ?? fallback
  const line = char('line.delim', '\n')
  if (line !== '\n') throw failed('NOT_SUPPORTED', 'lines may end only with a newline')
  return {
    kind: 'text',
    delimiter: char(
      'field.delim',
      parameters['serialization.format']?.length === 1 &&
        !/\d/.test(parameters['serialization.format'])
        ? parameters['serialization.format']
        : '\u0001',
    ),
    itemDelimiter: parameters['collection.delim'] ?? parameters['colelction.delim'] ?? '\u0002',
    keyDelimiter: char('mapkey.delim', '\u0003'),
    nullText: char('serialization.null.format', '\\N'),
    skipLines,
  }
}
