import type { Column, StorageDescriptor, TextMap } from '#catalog/metastore'
import type { FileSchema } from './file-schema.ts'
import { formatType } from './hive-type.ts'

export interface DataFacts {
  readonly objectCount: number
  readonly sizeBytes: number
  readonly exclusions: readonly string[]
}

/** What Glue's crawlers write about data: the same on a table, its storage, and a partition. */
export function crawlerParameters(crawler: string, schema: FileSchema, facts: DataFacts): TextMap {
  const { records, sampledBytes } = schema
  const averageBytes = records > 0 ? Math.max(1, Math.round(sampledBytes / records)) : 0
  const recordCount = averageBytes > 0 ? Math.round(facts.sizeBytes / averageBytes) : 0
  return {
    CrawlerSchemaDeserializerVersion: '1.0',
    CrawlerSchemaSerializerVersion: '1.0',
    UPDATED_BY_CRAWLER: crawler,
    averageRecordSize: String(averageBytes),
    classification: schema.format,
    compressionType: schema.compression,
    ...(facts.exclusions.length > 0 ? { exclusions: JSON.stringify(facts.exclusions) } : {}),
    objectCount: String(facts.objectCount),
    recordCount: String(recordCount),
    sizeKey: String(facts.sizeBytes),
    typeOfData: 'file',
    ...csvParameters(schema),
  }
}

export function storageOf(
  schema: FileSchema,
  location: string,
  columns: readonly Column[],
  parameters: TextMap,
): StorageDescriptor {
  return {
    columns,
    location,
    ...formats[schema.format],
    compressed: schema.compression !== 'none',
    numberOfBuckets: -1,
    serde: serdeOf(schema),
    bucketColumns: [],
    sortColumns: [],
    parameters,
    storedAsSubDirectories: false,
  }
}

/** The SerDe for quoted CSV reads every column as text. */
export function columnsOf(schema: FileSchema, partitionKeys: readonly string[]): readonly Column[] {
  const keys = new Set(partitionKeys)
  return schema.columns
    .filter((column) => !keys.has(column.name))
    .map(({ name, type }) => ({ name, type: schema.csv?.quoted ? 'string' : formatType(type) }))
}

const textFormat = {
  inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
}

const formats = {
  parquet: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  },
  json: textFormat,
  csv: textFormat,
}

function serdeOf(schema: FileSchema): NonNullable<StorageDescriptor['serde']> {
  if (schema.format === 'parquet') {
    return {
      serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      parameters: { 'serialization.format': '1' },
    }
  }
  if (schema.format === 'json') {
    return {
      serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      parameters: { paths: (schema.paths ?? []).toSorted().join(',') },
    }
  }
  const { delimiter, quoted, quoteSymbol } = schema.csv!
  if (!quoted) {
    return {
      serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
      parameters: { 'field.delim': delimiter },
    }
  }
  return {
    serializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
    parameters: { quoteChar: quoteSymbol, separatorChar: delimiter, 'serialization.format': '1' },
  }
}

function csvParameters({ csv }: FileSchema): TextMap {
  if (!csv) return {}
  return {
    areColumnsQuoted: String(csv.quoted),
    columnsOrdered: 'true',
    delimiter: csv.delimiter,
    ...(csv.hasHeader ? { 'skip.header.line.count': '1' } : {}),
  }
}
