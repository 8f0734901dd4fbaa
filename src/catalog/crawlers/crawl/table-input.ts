import type { Column, StorageDescriptor, TextMap } from '#catalog/metastore'
import type { CsvForm, FileForm, FileSchema } from './file-schema.ts'
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
    classification: schema.classification,
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
    ...(formats[schema.form.format] ?? textFormat),
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
    .map(({ name, type }) => ({ name, type: onlyText(schema) ? 'string' : formatType(type) }))
}

function onlyText({ form }: FileSchema): boolean {
  return form.format === 'csv' && isOpenCsv(form.csv)
}

/** A classifier may ask for a SerDe; else quotes need the one that knows them. */
function isOpenCsv({ serde, quoted }: CsvForm): boolean {
  return serde === undefined ? quoted : serde === 'OpenCSVSerDe'
}

const textFormat = {
  inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
}

const hive = 'org.apache.hadoop.hive.ql.io'

/** Of forms that are not text. */
const formats: Readonly<Partial<Record<FileForm['format'], typeof textFormat>>> = {
  parquet: {
    inputFormat: `${hive}.parquet.MapredParquetInputFormat`,
    outputFormat: `${hive}.parquet.MapredParquetOutputFormat`,
  },
  orc: { inputFormat: `${hive}.orc.OrcInputFormat`, outputFormat: `${hive}.orc.OrcOutputFormat` },
  avro: {
    inputFormat: `${hive}.avro.AvroContainerInputFormat`,
    outputFormat: `${hive}.avro.AvroContainerOutputFormat`,
  },
  // No SerDe reads XML: the element that is a row stands in the SerDe's parameters.
  xml: { inputFormat: '', outputFormat: '' },
}

function serdeOf({ form, paths }: FileSchema): NonNullable<StorageDescriptor['serde']> {
  const serde = (serializationLibrary: string, parameters: TextMap) => ({
    serializationLibrary,
    parameters,
  })
  const plain = { 'serialization.format': '1' }
  switch (form.format) {
    case 'parquet':
      return serde(`${hive}.parquet.serde.ParquetHiveSerDe`, plain)
    case 'orc':
      // Columns in the catalog may come to differ from those in the files in their order.
      return serde(`${hive}.orc.OrcSerde`, { ...plain, 'orc.column.index.access': 'false' })
    case 'avro':
      return serde('org.apache.hadoop.hive.serde2.avro.AvroSerDe', plain)
    case 'xml':
      return serde('', { ...plain, rowTag: form.rowTag })
    case 'grok':
      return serde('com.amazonaws.glue.serde.GrokSerDe', {
        'input.format': form.pattern,
        ...(form.customPatterns === '' ? {} : { 'input.grokCustomPatterns': form.customPatterns }),
      })
    case 'json':
      return serde('org.openx.data.jsonserde.JsonSerDe', {
        paths: (paths ?? []).toSorted().join(','),
        ...(form.jsonPath === undefined ? {} : { jsonPath: form.jsonPath }),
      })
    case 'csv': {
      const { delimiter, quoteSymbol } = form.csv
      if (!isOpenCsv(form.csv)) {
        return serde('org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', {
          'field.delim': delimiter,
        })
      }
      return serde('org.apache.hadoop.hive.serde2.OpenCSVSerde', {
        quoteChar: quoteSymbol,
        separatorChar: delimiter,
        ...plain,
      })
    }
  }
}

function csvParameters({ form }: FileSchema): TextMap {
  if (form.format !== 'csv') return {}
  return {
    areColumnsQuoted: String(form.csv.quoted),
    columnsOrdered: 'true',
    delimiter: form.csv.delimiter,
    ...(form.csv.hasHeader ? { 'skip.header.line.count': '1' } : {}),
  }
}
