import type { LimitTable } from '#protocol/aws'

const word = { min: 1, max: 1024, pattern: /^\S+$/ }
const text = { min: 1, max: 1024, pattern: /^(?!\s*$).+/ }
const fraction = { min: 0, max: 1 }
const mebibyte = 1024 * 1024

/** The members of processors. https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html */
export function processingLimits(path: string): LimitTable {
  const processor = `${path}.ProcessingConfiguration.Processors[]`
  return {
    [`${processor}.Type`]: {
      enum: [
        'RecordDeAggregation',
        'Decompression',
        'CloudWatchLogProcessing',
        'Lambda',
        'MetadataExtraction',
        'AppendDelimiterToRecord',
      ],
    },
    [`${processor}.Parameters[].ParameterName`]: {
      enum: [
        'LambdaArn',
        'NumberOfRetries',
        'MetadataExtractionQuery',
        'JsonParsingEngine',
        'RoleArn',
        'BufferSizeInMBs',
        'BufferIntervalInSeconds',
        'SubRecordType',
        'Delimiter',
        'CompressionFormat',
        'DataMessageExtraction',
      ],
    },
    // Queries and delimiters may have lines.
    [`${processor}.Parameters[].ParameterValue`]: {
      min: 1,
      max: 5120,
      pattern: /^(?!\s*$)[\s\S]+/,
    },
  }
}

/**
 * The members of a conversion. https://docs.aws.amazon.com/firehose/latest/APIReference/API_DataFormatConversionConfiguration.html;
 * ZSTD is beyond AWS.
 */
export function conversionLimits(path: string): LimitTable {
  const conversion = `${path}.DataFormatConversionConfiguration`
  const schema = `${conversion}.SchemaConfiguration`
  const reader = `${conversion}.InputFormatConfiguration.Deserializer`
  const writer = `${conversion}.OutputFormatConfiguration.Serializer`
  return {
    [`${schema}.RoleARN`]: word,
    [`${schema}.CatalogId`]: word,
    [`${schema}.DatabaseName`]: word,
    [`${schema}.TableName`]: word,
    [`${schema}.Region`]: word,
    [`${schema}.VersionId`]: word,
    [`${reader}.OpenXJsonSerDe.ColumnToJsonKeyMappings{key}`]: word,
    [`${reader}.OpenXJsonSerDe.ColumnToJsonKeyMappings{}`]: text,
    [`${reader}.HiveJsonSerDe.TimestampFormats[]`]: text,
    ...parquetLimits(`${writer}.ParquetSerDe`),
    ...orcLimits(`${writer}.OrcSerDe`),
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ParquetSerDe.html */
function parquetLimits(path: string): LimitTable {
  return {
    [`${path}.BlockSizeBytes`]: { integer: true, min: 64 * mebibyte },
    [`${path}.PageSizeBytes`]: { integer: true, min: 64 * 1024 },
    [`${path}.Compression`]: { enum: ['UNCOMPRESSED', 'GZIP', 'SNAPPY', 'ZSTD'] },
    [`${path}.MaxPaddingBytes`]: { integer: true, min: 0 },
    [`${path}.WriterVersion`]: { enum: ['V1', 'V2'] },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_OrcSerDe.html */
function orcLimits(path: string): LimitTable {
  return {
    [`${path}.StripeSizeBytes`]: { integer: true, min: 8 * mebibyte },
    [`${path}.BlockSizeBytes`]: { integer: true, min: 64 * mebibyte },
    [`${path}.RowIndexStride`]: { integer: true, min: 1000 },
    [`${path}.PaddingTolerance`]: fraction,
    [`${path}.Compression`]: { enum: ['NONE', 'ZLIB', 'SNAPPY'] },
    [`${path}.BloomFilterColumns[]`]: word,
    [`${path}.BloomFilterFalsePositiveProbability`]: fraction,
    [`${path}.DictionaryKeyThreshold`]: fraction,
    [`${path}.FormatVersion`]: { enum: ['V0_11', 'V0_12'] },
  }
}
