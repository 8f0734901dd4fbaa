import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  UpdateDestinationCommand,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
  type Processor,
  type ProcessorParameterName,
  type ProcessorType,
} from '@aws-sdk/client-firehose'
import { startFirehose } from './firehose-lake.ts'
import { atLeast, atMost, oneOf, pattern, refuses, whole } from './validation-errors.ts'

/*
 * Ranges, patterns and values of the members are those of https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html and the pages it leads to. A
 * member that is taken and does nothing would be worse than one that is refused.
 */
let front: Awaited<ReturnType<typeof startFirehose>>
before(async () => {
  front = await startFirehose('checked')
})
after(() => front.lake.stop())

const mebibyte = 1024 * 1024
const place = () => ({ RoleARN: front.roleArn, BucketARN: 'arn:aws:s3:::checked' })
const s3 = 'extendedS3DestinationConfiguration'
let made = 0
const create = (input: Partial<CreateDeliveryStreamCommandInput>) =>
  front.lake.client(FirehoseClient).send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: `checked-${(made += 1)}`,
      ...input,
    }),
  )
const toS3 = (destination: object, more: Partial<CreateDeliveryStreamCommandInput> = {}) =>
  create({
    ExtendedS3DestinationConfiguration: {
      ...place(),
      ...destination,
    } as ExtendedS3DestinationConfiguration,
    ...more,
  })
const says = (message: string | RegExp) => ({ name: 'InvalidArgumentException', message })
const processor = (
  Type: ProcessorType,
  parameters: readonly (readonly [ProcessorParameterName, string])[],
): Processor => ({
  Type,
  Parameters: parameters.map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
  })),
})
const through = (...Processors: readonly Processor[]) => ({
  ProcessingConfiguration: { Enabled: true, Processors: [...Processors] },
})

test('members of an S3 destination and its conversion have the ranges and values of AWS', async () => {
  const keyArn = 'arn:.*:kms:[a-zA-Z0-9-]+:\\d{12}:(key|alias)\\/[a-zA-Z_0-9+=,.@\\-_/]+'
  await refuses(
    toS3({
      EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: 'key' } },
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: 'a b', LogStreamName: 'a:b' },
      DynamicPartitioningConfiguration: {
        Enabled: true,
        RetryOptions: { DurationInSeconds: 7201 },
      },
      ...through(
        { Type: 'Sort' as ProcessorType },
        processor('Decompression', [
          ['Level' as ProcessorParameterName, '9'],
          ['CompressionFormat', ''],
        ]),
      ),
    }),
    [
      pattern(`${s3}.encryptionConfiguration.kMSEncryptionConfig.aWSKMSKeyARN`, 'key', keyArn),
      pattern(`${s3}.cloudWatchLoggingOptions.logGroupName`, 'a b', '[.\\-_/#A-Za-z0-9]*'),
      pattern(`${s3}.cloudWatchLoggingOptions.logStreamName`, 'a:b', '[^:*]*'),
      atMost(
        `${s3}.dynamicPartitioningConfiguration.retryOptions.durationInSeconds`,
        '7201',
        7200,
        'value',
      ),
      oneOf(
        `${s3}.processingConfiguration.processors.1.member.type`,
        'Sort',
        'RecordDeAggregation, Decompression, CloudWatchLogProcessing, Lambda, MetadataExtraction, AppendDelimiterToRecord',
      ),
      oneOf(
        `${s3}.processingConfiguration.processors.2.member.parameters.1.member.parameterName`,
        'Level',
        'LambdaArn, NumberOfRetries, MetadataExtractionQuery, JsonParsingEngine, RoleArn, BufferSizeInMBs, BufferIntervalInSeconds, SubRecordType, Delimiter, CompressionFormat, DataMessageExtraction',
      ),
      atLeast(
        `${s3}.processingConfiguration.processors.2.member.parameters.2.member.parameterValue`,
        '',
        1,
      ),
      pattern(
        `${s3}.processingConfiguration.processors.2.member.parameters.2.member.parameterValue`,
        '',
        '^(?!\\s*$)[\\s\\S]+',
      ),
    ],
  )
  const writing = (Serializer: object) =>
    toS3({ DataFormatConversionConfiguration: { OutputFormatConfiguration: { Serializer } } })
  const writer = `${s3}.dataFormatConversionConfiguration.outputFormatConfiguration.serializer`
  await refuses(
    writing({
      ParquetSerDe: {
        BlockSizeBytes: 1,
        PageSizeBytes: 1,
        Compression: 'LZ4',
        MaxPaddingBytes: -1,
        WriterVersion: 'V3',
      },
    }),
    [
      atLeast(`${writer}.parquetSerDe.blockSizeBytes`, '1', 64 * mebibyte, 'value'),
      atLeast(`${writer}.parquetSerDe.pageSizeBytes`, '1', 64 * 1024, 'value'),
      oneOf(`${writer}.parquetSerDe.compression`, 'LZ4', 'UNCOMPRESSED, GZIP, SNAPPY, ZSTD'),
      atLeast(`${writer}.parquetSerDe.maxPaddingBytes`, '-1', 0, 'value'),
      oneOf(`${writer}.parquetSerDe.writerVersion`, 'V3', 'V1, V2'),
    ],
  )
  await refuses(
    writing({
      OrcSerDe: {
        StripeSizeBytes: 1,
        BlockSizeBytes: 1,
        RowIndexStride: 1,
        PaddingTolerance: 2,
        Compression: 'zlib',
        BloomFilterColumns: ['a b'],
        DictionaryKeyThreshold: 2,
        FormatVersion: 'V1',
      },
    }),
    [
      atLeast(`${writer}.orcSerDe.stripeSizeBytes`, '1', 8 * mebibyte, 'value'),
      atLeast(`${writer}.orcSerDe.blockSizeBytes`, '1', 64 * mebibyte, 'value'),
      atLeast(`${writer}.orcSerDe.rowIndexStride`, '1', 1000, 'value'),
      atMost(`${writer}.orcSerDe.paddingTolerance`, '2', 1, 'value'),
      oneOf(`${writer}.orcSerDe.compression`, 'zlib', 'NONE, ZLIB, SNAPPY'),
      pattern(`${writer}.orcSerDe.bloomFilterColumns.1.member`, 'a b', '^\\S+$'),
      atMost(`${writer}.orcSerDe.dictionaryKeyThreshold`, '2', 1, 'value'),
      oneOf(`${writer}.orcSerDe.formatVersion`, 'V1', 'V0_11, V0_12'),
    ],
  )
})

test('a processor takes its own parameters, each once', async () => {
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:f'
  const cases: readonly (readonly [Processor, RegExp])[] = [
    [
      processor('AppendDelimiterToRecord', [['LambdaArn', functionArn]]),
      /AppendDelimiterToRecord has no parameter LambdaArn/,
    ],
    [
      processor('AppendDelimiterToRecord', [
        ['Delimiter', 'a'],
        ['Delimiter', 'b'],
      ]),
      /Delimiter of AppendDelimiterToRecord is given more than once/,
    ],
    [
      processor('Lambda', [
        ['LambdaArn', functionArn],
        ['RoleArn', front.roleArn],
        ['NumberOfRetries', '1.5'],
      ]),
      /NumberOfRetries of Lambda must be a whole number/,
    ],
    [
      processor('MetadataExtraction', [['JsonParsingEngine', 'JQ-1.7']]),
      /JsonParsingEngine of MetadataExtraction must be JQ-1.6/,
    ],
    [
      processor('MetadataExtraction', [['JsonParsingEngine', 'JQ-1.6']]),
      /MetadataExtractionQuery of MetadataExtraction must be a query/,
    ],
  ]
  for (const [each, message] of cases) await assert.rejects(toS3(through(each)), says(message))
})

test('the source is the one of the type, and its hint of a throughput is given back', async () => {
  const Connectivity = 'PUBLIC' as const
  const topic = {
    MSKClusterARN: 'arn:aws:kafka:us-east-1:123456789012:cluster/c/1',
    TopicName: 'topic',
    AuthenticationConfiguration: { RoleARN: front.roleArn, Connectivity },
  }
  await assert.rejects(
    toS3({}, { MSKSourceConfiguration: topic }),
    says('MSKSourceConfiguration must be null when the delivery stream type is DirectPut.'),
  )
  await assert.rejects(
    toS3(
      {},
      {
        DeliveryStreamType: 'KinesisStreamAsSource',
        DirectPutSourceConfiguration: { ThroughputHintInMBs: 1 },
      },
    ),
    says(/^DirectPutSourceConfiguration must be null/),
  )
  await refuses(toS3({}, { DirectPutSourceConfiguration: { ThroughputHintInMBs: 101 } }), [
    atMost('directPutSourceConfiguration.throughputHintInMBs', '101', 100, 'value'),
  ])
  const DeliveryStreamName = 'hinted'
  await toS3({}, { DeliveryStreamName, DirectPutSourceConfiguration: { ThroughputHintInMBs: 7 } })
  const { DeliveryStreamDescription: described } = await front.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
  )
  assert.deepEqual(described!.Source, {
    DirectPutSourceDescription: { ThroughputHintInMBs: 7 },
  })
})

test('an update is of the kind of the destination alone, and tables are named once', async () => {
  await toS3({}, { DeliveryStreamName: 'updated' })
  await assert.rejects(
    front.firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName: 'updated',
        CurrentDeliveryStreamVersionId: '1',
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationUpdate: { Prefix: 'p/' },
        SplunkDestinationUpdate: { HECToken: 'token' },
      }),
    ),
    says(/^Exactly one destination update/),
  )
  const table = { DestinationDatabaseName: 'd', DestinationTableName: 't' }
  await assert.rejects(
    create({
      IcebergDestinationConfiguration: {
        RoleARN: front.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        DestinationTableConfigurationList: [table, table],
        S3Configuration: place(),
      },
    }),
    says('The table d.t is given more than once.'),
  )
})

// https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html: whole numbers, and one only with the other
test('hints are whole numbers, and say both or nothing', async () => {
  const hints = (BufferingHints: object) => toS3({ BufferingHints })
  const path = `${s3}.bufferingHints`
  await refuses(hints({ SizeInMBs: 1.5, IntervalInSeconds: NaN }), [
    whole(`${path}.sizeInMBs`, '1.5'),
    whole(`${path}.intervalInSeconds`, 'NaN'),
    atLeast(`${path}.intervalInSeconds`, 'NaN', 0, 'value'),
    atMost(`${path}.intervalInSeconds`, 'NaN', 900, 'value'),
  ])
  const both = { name: 'InvalidArgumentException', message: /^Either both or none/ }
  await assert.rejects(hints({ SizeInMBs: 64 }), both)
  await assert.rejects(hints({ IntervalInSeconds: 60 }), both)
  const backup = { ...place(), BufferingHints: { SizeInMBs: 64 } }
  await assert.rejects(toS3({ S3BackupMode: 'Enabled', S3BackupConfiguration: backup }), both)
})

// https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationUpdate.html; the words are those of
// https://github.com/awsdocs/amazon-kinesis-data-firehose-developer-guide/issues/11
test('a backup is switched on by an update, and never off', async () => {
  await toS3({})
  const DeliveryStreamName = `checked-${made}`
  const update = (version: number, S3BackupMode: 'Enabled' | 'Disabled', more: object = {}) =>
    front.lake.client(FirehoseClient).send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId: String(version),
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationUpdate: { S3BackupMode, ...more },
      }),
    )
  await update(1, 'Disabled')
  await update(2, 'Enabled', { S3BackupUpdate: place() })
  await assert.rejects(update(3, 'Disabled'), {
    name: 'InvalidArgumentException',
    message: 'Disabling S3 backup is not currently supported.',
  })
  await update(3, 'Enabled')
})
