import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { ExtendedS3DestinationConfiguration } from '@aws-sdk/client-firehose'
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetPartitionsCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { poll } from '../harness/index.ts'
import { startFirehose } from './firehose-lake.ts'

const { lake, roleArn, bucket, create, put, keys, body, delivered } =
  await startFirehose('converted')
after(() => lake.stop())
const glue = lake.client(GlueClient)
const kinesis = lake.client(KinesisClient)
const logs = lake.client(CloudWatchLogsClient)
const account = '123456789012'

const columns = [
  { Name: 'id', Type: 'int' },
  { Name: 'event_time', Type: 'timestamp' },
  { Name: 'tags', Type: 'array<string>' },
]
const storage = (location: string) => ({
  Columns: columns,
  Location: location,
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  },
})
const conversion = (
  table: string,
): ExtendedS3DestinationConfiguration['DataFormatConversionConfiguration'] => ({
  SchemaConfiguration: { DatabaseName: 'lake', TableName: table, RoleARN: roleArn },
  InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
  OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
})

test('a stream becomes Parquet by the schema of a table, its partitions with it; bad records go to the error prefix', async () => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }))
  const input = {
    Name: 'events',
    PartitionKeys: [
      { Name: 'year', Type: 'string' },
      { Name: 'month', Type: 'string' },
    ],
    StorageDescriptor: storage(`s3://${bucket}/events/`),
  }
  await glue.send(new CreateTableCommand({ DatabaseName: 'lake', TableInput: input }))
  await kinesis.send(new CreateStreamCommand({ StreamName: 'source', ShardCount: 2 }))
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/fh' }))
  await logs.send(new CreateLogStreamCommand({ logGroupName: '/fh', logStreamName: 'S3Delivery' }))
  const streamArn = `arn:aws:kinesis:us-east-1:${account}:stream/source`
  await create(
    'to-parquet',
    {
      Prefix: 'events/year=!{timestamp:yyyy}/month=!{timestamp:MM}/',
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
      DataFormatConversionConfiguration: conversion('events'),
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: '/fh', LogStreamName: 'S3Delivery' },
      S3BackupMode: 'Enabled',
      S3BackupConfiguration: {
        RoleARN: roleArn,
        BucketARN: `arn:aws:s3:::${bucket}`,
        Prefix: 'backup/',
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
      },
    },
    {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN: streamArn, RoleARN: roleArn },
    },
  )
  await assert.rejects(put('to-parquet', ['x']), {
    name: 'InvalidArgumentException',
    message: /not permitted on KinesisStreamAsSource/,
  })
  const send = (records: readonly string[]) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: 'source',
        Records: records.map((text, index) => ({
          Data: Buffer.from(text),
          PartitionKey: `${index}`,
        })),
      }),
    )
  const good = Array.from({ length: 20 }, (_, id) =>
    JSON.stringify({ id, Event_Time: '2024-05-06T07:08:09Z', tags: ['a'] }),
  )
  await send([...good, '{"id":"no number"}', 'not json'])
  await kinesis.send(
    new SplitShardCommand({
      StreamName: 'source',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: '10000000000',
    }),
  )
  await poll('the split', async () => {
    await send(['{"id":100}'])
    return true
  })

  const errors = await delivered(
    'errors/format-conversion-failed/',
    (text) => text.split('\n').length > 2,
  )
  const lines = errors
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const raw = lines.map(({ rawData }) => Buffer.from(rawData as string, 'base64').toString())
  assert.deepEqual(raw.toSorted(), ['not json', '{"id":"no number"}'])
  const malformed = lines.find(
    ({ errorCode }) => errorCode === 'DataFormatConversion.MalformedData',
  )
  assert.match(malformed!['errorMessage'] as string, /'id'/)
  assert.equal((malformed!['dataCatalogTable'] as Record<string, unknown>)['tableName'], 'events')

  const partitions = await poll('the partition', async () => {
    const found = await glue.send(
      new GetPartitionsCommand({ DatabaseName: 'lake', TableName: 'events' }),
    )
    return found.Partitions!.length > 0 && found.Partitions
  })
  const [partition] = partitions
  const [year, month] = partition!.Values!
  assert.equal(
    partition!.StorageDescriptor!.Location,
    `s3://${bucket}/events/year=${year}/month=${month}/`,
  )
  assert.deepEqual(
    partition!.StorageDescriptor!.Columns!.map(({ Name }) => Name),
    ['id', 'event_time', 'tags'],
  )
  const files = await keys(`events/year=${year}/month=${month}/`)
  assert.ok(files.every((key) => key.endsWith('.parquet')))
  assert.equal((await body(files[0]!)).subarray(0, 4).toString(), 'PAR1')

  const backup = await delivered('backup/', (text) => text.includes('"id":100'))
  assert.equal(
    backup.length,
    [...good, '{"id":"no number"}', 'not json', '{"id":100}'].join('').length,
  )

  const events = await poll('the error log', async () => {
    const found = await logs.send(
      new GetLogEventsCommand({ logGroupName: '/fh', logStreamName: 'S3Delivery' }),
    )
    return found.events!.length >= 2 && found.events!
  })
  const told = JSON.parse(events[0]!.message!) as Record<string, unknown>
  assert.equal(
    told['deliveryStreamARN'],
    `arn:aws:firehose:us-east-1:${account}:deliverystream/to-parquet`,
  )
  assert.equal(told['deliveryStreamVersionId'], 1)
  assert.match(told['errorCode'] as string, /^DataFormatConversion\./)

  // The schema follows the catalog: from now on there is a column more, of a type that cannot be.
  await glue.send(
    new UpdateTableCommand({
      DatabaseName: 'lake',
      TableInput: {
        ...input,
        StorageDescriptor: {
          ...input.StorageDescriptor,
          Columns: [...columns, { Name: 'u', Type: 'uniontype<int,string>' }],
        },
      },
    }),
  )
  await send(['{"id":7}'])
  const invalid = await delivered('errors/', (text) => text.includes('InvalidSchema'))
  assert.ok(invalid.includes(Buffer.from('{"id":7}').toString('base64')))
})

test('a conversion that cannot be is refused', async () => {
  const invalid = (pattern: RegExp, destination: Partial<ExtendedS3DestinationConfiguration>) =>
    assert.rejects(
      create('refused', destination),
      { name: 'InvalidArgumentException', message: pattern },
      String(pattern),
    )
  await invalid(/SizeInMBs must be at least 64/, {
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 },
    DataFormatConversionConfiguration: conversion('events'),
  })
  await invalid(/must be UNCOMPRESSED/, {
    CompressionFormat: 'GZIP',
    DataFormatConversionConfiguration: conversion('events'),
  })
  await invalid(/Exactly one of OrcSerDe and ParquetSerDe/, {
    DataFormatConversionConfiguration: {
      ...conversion('events'),
      OutputFormatConfiguration: { Serializer: { OrcSerDe: {}, ParquetSerDe: {} } },
    },
  })
  await invalid(/lake\.missing/, { DataFormatConversionConfiguration: conversion('missing') })
})
