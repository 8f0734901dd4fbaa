import type {
  DataFormatConversionConfiguration,
  Deserializer,
  SchemaConfiguration,
  OrcSerDe,
  ParquetSerDe,
  Serializer,
} from '@aws-sdk/client-firehose'
import type { Conversion, JsonReader } from '#ingestion/delivery'
import { invalidArgument } from './refusal.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_DataFormatConversionConfiguration.html */
export function toConversion(
  format: DataFormatConversionConfiguration,
  call: { readonly accountId: string; readonly region: string },
): Conversion {
  const {
    InputFormatConfiguration: input,
    OutputFormatConfiguration: output,
    SchemaConfiguration: schema,
  } = format
  if (!input) throw missing('InputFormatConfiguration')
  if (!output) throw missing('OutputFormatConfiguration')
  if (!schema) throw missing('SchemaConfiguration')
  return {
    ...toTable(schema, call),
    reader: toReader(input.Deserializer),
    ...toFormat(output.Serializer),
  }
}

function missing(member: string): Error {
  return invalidArgument(`${member} must be given when data format conversion is enabled.`)
}

function toTable(
  schema: SchemaConfiguration,
  { accountId, region }: { readonly accountId: string; readonly region: string },
) {
  const { DatabaseName: database, TableName: table, CatalogId: catalogId } = schema
  if (!database) throw missing('SchemaConfiguration.DatabaseName')
  if (!table) throw missing('SchemaConfiguration.TableName')
  if (!schema.RoleARN) throw missing('SchemaConfiguration.RoleARN')
  if (catalogId && catalogId !== accountId) {
    throw invalidArgument(`The catalog ${catalogId} is not that of the account ${accountId}.`)
  }
  return {
    database,
    table,
    region: schema.Region || region,
    roleArn: schema.RoleARN,
    catalogId: catalogId || undefined,
    versionId: schema.VersionId || 'LATEST',
  }
}

function toReader(deserializer: Deserializer | undefined): JsonReader {
  const { HiveJsonSerDe: hive, OpenXJsonSerDe: openx } = deserializer ?? {}
  if ((hive === undefined) === (openx === undefined)) {
    throw invalidArgument('Exactly one of HiveJsonSerDe and OpenXJsonSerDe must be given.')
  }
  if (hive) return { kind: 'hive', timestampFormats: hive.TimestampFormats ?? [] }
  return {
    kind: 'openx',
    caseInsensitive: openx!.CaseInsensitive ?? true,
    dotsToUnderscores: openx!.ConvertDotsInJsonKeysToUnderscores ?? false,
    mappings: Object.fromEntries(
      Object.entries(openx!.ColumnToJsonKeyMappings ?? {}).map(([column, key]) => [
        column.toLowerCase(),
        key,
      ]),
    ),
  }
}

function toFormat(serializer: Serializer | undefined): Pick<Conversion, 'parquet' | 'orc'> {
  const { OrcSerDe: orc, ParquetSerDe: parquet } = serializer ?? {}
  if (orc && parquet) {
    throw invalidArgument('Exactly one of OrcSerDe and ParquetSerDe must be given.')
  }
  if (orc) return { parquet: { compression: 'SNAPPY', version: 'V1' }, orc: toOrc(orc) }
  return { parquet: toParquet(parquet) }
}

/** Its layout (stripes, strides, padding, Bloom filters, dictionaries) is the writer's own. */
function toOrc({ Compression = 'SNAPPY' }: OrcSerDe): NonNullable<Conversion['orc']> {
  const compression = orcCompressions.find((each) => each === Compression.toLowerCase())
  if (compression) return { compression }
  throw invalidArgument(`The ORC compression ${Compression} is not supported.`)
}

const orcCompressions = ['none', 'zlib', 'snappy'] as const

function toParquet(parquet: ParquetSerDe | undefined): Conversion['parquet'] {
  if (!parquet) throw missing('OutputFormatConfiguration.Serializer')
  const compression = (parquet.Compression as string | undefined) ?? 'SNAPPY'
  if (!isCompression(compression)) {
    throw invalidArgument(`The Parquet compression ${compression} is not supported.`)
  }
  return { compression, version: parquet.WriterVersion === 'V2' ? 'V2' : 'V1' }
}

const compressions = ['SNAPPY', 'GZIP', 'UNCOMPRESSED', 'ZSTD'] as const

function isCompression(text: string): text is (typeof compressions)[number] {
  return (compressions as readonly string[]).includes(text)
}
