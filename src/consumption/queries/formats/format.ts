import type { PartitionRecord, TableRecord } from '#catalog/metastore'
import type { Encoding } from '#storage/formats'
import { failed } from '../planning/failure.ts'

/** How the files of a table, or of one of its partitions, are written. */
export type Format =
  | { readonly kind: 'parquet'; readonly byPlace: boolean }
  | { readonly kind: 'orc'; readonly byPlace: boolean }
  /** `schema`: the table's own, which files are resolved to. */
  | { readonly kind: 'avro'; readonly schema: string | undefined }
  | {
      readonly kind: 'json'
      /** Where the records are in a file; undefined: one a line. */
      readonly path: string | undefined
      readonly ignoreMalformed: boolean
      /** Dots in keys are read as underscores. */
      readonly dotsInKeys: boolean
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
      readonly escape: string | undefined
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
  /** A regular expression, a Grok pattern, or elements of XML. */
  | {
      readonly kind: 'decoded'
      readonly encoding: Extract<Encoding, { kind: 'regex' | 'grok' | 'xml' }>
    }

type Parameters = Readonly<Record<string, string>>

/** The format that a table's storage, or its partition's, declares. Fails for one that cannot be read. */
export function formatOf(table: TableRecord, partition?: PartitionRecord['storage']): Format {
  const storage = partition?.serde?.serializationLibrary ? partition : table.storage
  const library = storage?.serde?.serializationLibrary ?? ''
  const input = storage?.inputFormat ?? ''
  // Trino writes those of a SerDe among the table's own, and lets these win.
  const parameters = { ...storage?.serde?.parameters, ...table.parameters }
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
  const encoding = parameters['serialization.encoding'] ?? 'utf-8'
  if (!/^utf-?8$/i.test(encoding)) {
    throw failed('NOT_SUPPORTED', `text encoded as ${encoding} is not supported`)
  }
  const flag = (name: string) => parameters[name]?.toLowerCase()
  const need = (name: string) => {
    const value = parameters[name]
    if (value) return value
    throw failed('HIVE_METASTORE_ERROR', `SerDe property ${name} is required by ${library}`)
  }
  const classification = table.parameters?.['classification']
  const last = library.slice(library.lastIndexOf('.') + 1)
  switch (last) {
    case 'ParquetHiveSerDe':
      return { kind: 'parquet', byPlace: flag('parquet.column.index.access') === 'true' }
    // https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
    case 'OrcSerde':
      return { kind: 'orc', byPlace: flag('orc.column.index.access') !== 'false' }
    case 'AvroSerDe':
      return avro(parameters)
    case 'JsonSerDe':
      return json(parameters, input)
    case 'CloudTrailSerde':
      return json(parameters, cloudTrailInput)
    case 'RegexSerDe':
      return {
        kind: 'decoded',
        encoding: {
          kind: 'regex',
          pattern: need('input.regex'),
          ignoreCase: flag('input.regex.case.insensitive') === 'true',
          skipLines,
        },
      }
    case 'GrokSerDe':
      return {
        kind: 'decoded',
        encoding: {
          kind: 'grok',
          format: need('input.format'),
          customPatterns: parameters['input.grokCustomPatterns'] ?? '',
          skipLines,
        },
      }
    case 'IonHiveSerDe':
      throw failed('NOT_SUPPORTED', 'Amazon Ion files are not supported')
    case 'LazySimpleSerDe':
      if (/sequencefile/i.test(input)) throw unreadable(input, table)
      return text(parameters, skipLines)
    case 'OpenCSVSerde':
      return {
        kind: 'csv',
        delimiter: parameters['separatorChar']?.[0] ?? ',',
        quote: parameters['quoteChar']?.[0] ?? '"',
        // The library's own default, though Hive's says a quote.
        escape: [undefined, '"'].includes(parameters['escapeChar']?.[0])
          ? '\\'
          : parameters['escapeChar']![0]!,
        skipLines,
      }
    case '':
      if (classification === 'xml' || parameters['rowTag'] !== undefined) {
        return { kind: 'decoded', encoding: { kind: 'xml', rowTag: need('rowTag') } }
      }
      if (/parquet/i.test(input)) return { kind: 'parquet', byPlace: false }
      if (/orc/i.test(input)) return { kind: 'orc', byPlace: true }
      if (input.endsWith('TextInputFormat')) return text(parameters, skipLines)
      throw unreadable(input, table)
    default:
      throw failed('NOT_SUPPORTED', `SerDe ${library} is not supported`)
  }
}

function unreadable(input: string, table: TableRecord): Error {
  const name = `${table.database}.${table.name}`
  return failed(
    'HIVE_UNSUPPORTED_FORMAT',
    `Unable to create input format ${input} for table '${name}'`,
  )
}

const cloudTrailInput = 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'

/** https://docs.aws.amazon.com/athena/latest/ug/avro-serde.html */
function avro(parameters: Parameters): Format {
  if (parameters['avro.schema.url'] !== undefined) {
    throw failed(
      'NOT_SUPPORTED',
      'avro.schema.url is not supported: give the schema as avro.schema.literal',
    )
  }
  return { kind: 'avro', schema: parameters['avro.schema.literal'] }
}

function json(parameters: Parameters, input: string): Format {
  const flag = (name: string) => parameters[name]?.toLowerCase() === 'true'
  const mapping: Record<string, string> = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (name.startsWith('mapping.')) mapping[name.slice('mapping.'.length).toLowerCase()] = value
  }
  // The record reader of CloudTrail's files serves several SerDes; a crawler's classifier names a path.
  const path = input === cloudTrailInput ? '$.Records[*]' : parameters['jsonPath']
  return {
    kind: 'json',
    path,
    ignoreMalformed: flag('ignore.malformed.json'),
    dotsInKeys: flag('dots.in.keys'),
    mapping,
  }
}

function text(parameters: Parameters, skipLines: number): Format {
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
    escape: parameters['escape.delim'] || undefined,
    skipLines,
  }
}
