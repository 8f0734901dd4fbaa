import type { WriteProperties } from '#consumption/sql'
import { failed } from '../planning/failure.ts'
import type { Compression, WriteFormat } from './file-format.ts'

/** What WITH (…) of a statement that writes comes to. */
export interface WriteOptions {
  readonly format: WriteFormat
  readonly partitionedBy: readonly string[]
  /** Of CREATE TABLE AS. */
  readonly location: string | undefined
  readonly buckets?: { readonly by: readonly string[]; readonly count: number }
}

const known = {
  createTableAs: [
    'format',
    'write_compression',
    'parquet_compression',
    'external_location',
    'partitioned_by',
    'field_delimiter',
    'bucketed_by',
    'bucket_count',
    'is_external',
    'table_type',
    'orc_compression',
    'compression_level',
  ],
  unload: ['format', 'compression', 'compression_level', 'partitioned_by', 'field_delimiter'],
}

const formats: Readonly<Record<string, Exclude<WriteFormat['kind'], 'csv'>>> = {
  PARQUET: 'parquet',
  ORC: 'orc',
  AVRO: 'avro',
  JSON: 'json',
  TEXTFILE: 'text',
}

/**
 * Checks the properties of a statement and fills in Athena's defaults: Parquet and text in GZIP, ORC in ZLIB.
 * https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties,
 * https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
 */
export function writeOptions(kind: keyof typeof known, properties: WriteProperties): WriteOptions {
  for (const name of properties.keys()) {
    if (known[kind].includes(name)) continue
    const what = kind === 'unload' ? 'unload' : 'table'
    throw failed(
      'INVALID_TABLE_PROPERTY',
      `line 1:1: Catalog 'awsdatacatalog' ${what} property '${name}' does not exist`,
    )
  }
  refuse(properties)
  const buckets = bucketsGiven(properties)
  const name = (text(properties, 'format') ?? 'PARQUET').toUpperCase()
  const format = formats[name]
  if (!format) throw failed('NOT_SUPPORTED', `format ${name} is not supported in writing`)
  const partitionedBy = properties.get('partitioned_by') ?? []
  if (typeof partitionedBy === 'string') throw invalid('partitioned_by')
  const location = text(properties, 'external_location')
  const compression = compressionOf(format, properties)
  const options = {
    partitionedBy: partitionedBy.map((each) => each.toLowerCase()),
    location,
    ...(buckets && { buckets }),
  }
  if (format !== 'text') {
    if (properties.has('field_delimiter')) {
      throw failed('INVALID_TABLE_PROPERTY', `Cannot specify field_delimiter for format ${name}`)
    }
    const level = levelOf(format, compression, properties)
    return { ...options, format: { kind: format, compression, ...level } }
  }
  levelOf(format, compression, properties)
  // https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html: \001 when nothing is said.
  const delimiter = text(properties, 'field_delimiter') ?? '\u0001'
  if (delimiter.length !== 1 || delimiter === '\n' || delimiter === '\r') {
    throw invalid('field_delimiter')
  }
  return { ...options, format: { kind: format, compression, delimiter, nullText: '\\N' } }
}

const bucketsMax = 1_000_000

function bucketsGiven(properties: WriteProperties): WriteOptions['buckets'] {
  const by = properties.get('bucketed_by') ?? []
  if (typeof by === 'string') throw invalid('bucketed_by')
  const given = text(properties, 'bucket_count') ?? '0'
  const count = Number(given)
  if (!/^\d+$/.test(given)) throw invalid('bucket_count')
  if (by.length === 0 && count === 0) return undefined
  if (count > bucketsMax) {
    throw failed('INVALID_TABLE_PROPERTY', `bucket_count should be no more than ${bucketsMax}`)
  }
  if (by.length === 0 || count === 0) {
    throw failed(
      'INVALID_TABLE_PROPERTY',
      'bucketed_by and bucket_count must be specified together',
    )
  }
  return { by: by.map((each) => each.toLowerCase()), count }
}

function refuse(properties: WriteProperties): void {
  const type = text(properties, 'table_type')?.toUpperCase() ?? 'HIVE'
  if (type !== 'HIVE') throw failed('NOT_SUPPORTED', `table_type ${type} is not supported`)
  if (text(properties, 'is_external') === 'false') {
    throw failed('NOT_SUPPORTED', 'is_external = false is not supported for a Hive table')
  }
}

function compressionOf(format: WriteFormat['kind'], properties: WriteProperties): Compression {
  const own = { parquet_compression: 'parquet', orc_compression: 'orc' } as const
  const given = ['write_compression', 'compression', ...Object.keys(own)].filter((name) =>
    properties.has(name),
  )
  if (given.length > 1) {
    throw failed('INVALID_TABLE_PROPERTY', `Cannot specify both ${given.join(' and ')}`)
  }
  const [property] = given
  if (property && property in own && own[property as keyof typeof own] !== format) {
    throw invalid(property)
  }
  return checkCompression(format, property ? text(properties, property)! : undefined)
}

/** https://docs.aws.amazon.com/athena/latest/ug/compression-support-zstd-levels.html */
function levelOf(
  format: WriteFormat['kind'],
  compression: Compression,
  properties: WriteProperties,
): { readonly level?: number } {
  const given = text(properties, 'compression_level')
  if (given === undefined) return {}
  const level = Number(given)
  if (compression !== 'zstd' || !Number.isInteger(level) || level < 1 || level > 22) {
    throw failed(
      'INVALID_TABLE_PROPERTY',
      'compression_level takes 1 to 22, with ZSTD compression alone',
    )
  }
  if (format !== 'parquet') {
    throw failed('NOT_SUPPORTED', `compression_level of ${format} is not supported`)
  }
  return { level }
}

/** By its name, or Athena's default: ZLIB for ORC, else GZIP. */
export function checkCompression(
  format: WriteFormat['kind'],
  given: string | undefined,
): Compression {
  const name = (given ?? (format === 'orc' ? 'ZLIB' : 'GZIP')).toLowerCase()
  const asked = name === 'uncompressed' ? 'none' : name
  if (compressions[format].includes(asked as Compression)) return asked as Compression
  throw failed('NOT_SUPPORTED', `compression ${name.toUpperCase()} of ${format} is not supported`)
}

const compressions: Readonly<Record<WriteFormat['kind'], readonly Compression[]>> = {
  parquet: ['none', 'snappy', 'gzip', 'zstd'],
  orc: ['none', 'snappy', 'zlib', 'zstd'],
  // What is called GZIP is deflate in Avro.
  avro: ['none', 'snappy', 'gzip', 'deflate', 'zstd'],
  json: ['none', 'gzip', 'zstd'],
  text: ['none', 'gzip', 'zstd'],
  csv: ['none', 'gzip', 'zstd'],
}

function text(properties: WriteProperties, name: string): string | undefined {
  const value = properties.get(name)
  if (value !== undefined && typeof value !== 'string') throw invalid(name)
  return value
}

function invalid(name: string) {
  return failed('INVALID_TABLE_PROPERTY', `line 1:1: Unable to set table property '${name}'`)
}
