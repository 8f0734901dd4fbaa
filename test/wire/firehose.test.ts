import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetPartitionsCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { deliveryActions } from './firehose-lake.ts'
import { createServiceRole } from '../harness/service-role.ts'

let lake: TestLake
let firehose: FirehoseClient
let s3: S3Client
let glue: GlueClient
let kinesis: KinesisClient
let logs: CloudWatchLogsClient
const account = '123456789012'
const roleArn = `arn:aws:iam::${account}:role/firehose`
const bucket = 'delivered'

before(async () => {
  lake = await startLake()
  firehose = lake.client(FirehoseClient)
  s3 = lake.client(S3Client)
  glue = lake.client(GlueClient)
  kinesis = lake.client(KinesisClient)
  logs = lake.client(CloudWatchLogsClient)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  for (const service of ['firehose', 'lambda']) {
    await createServiceRole(lake.client(IAMClient), {
      name: service,
      services: [service],
      actions: deliveryActions,
    })
  }
})
after(() => lake.stop())

const refused = (name: string, message: RegExp) => (error: Error) => {
  assert.equal(error.name, name, error.message)
  assert.match(error.message, message)
  return true
}

const create = (
  name: string,
  destination: Partial<ExtendedS3DestinationConfiguration>,
  more: Partial<CreateDeliveryStreamCommandInput> = {},
) =>
  firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      ExtendedS3DestinationConfiguration: {
        RoleARN: roleArn,
        BucketARN: `arn:aws:s3:::${bucket}`,
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
        ...destination,
      },
      ...more,
    }),
  )

const put = (name: string, records: readonly string[]) =>
  firehose.send(
    new PutRecordBatchCommand({
      DeliveryStreamName: name,
      Records: records.map((text) => ({ Data: Buffer.from(text) })),
    }),
  )

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  )
  return Contents.map(({ Key }) => Key!)
}

async function body(key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return Buffer.from(await Body!.transformToByteArray())
}

/** All bytes under a prefix, when there are as many as wanted. */
const delivered = (prefix: string, isComplete: (text: string) => boolean, decode = plain) =>
  poll(`objects under ${prefix}`, async () => {
    const texts = await Promise.all(
      (await keys(prefix)).map(async (key) => decode(await body(key))),
    )
    const text = texts.join('')
    return isComplete(text) ? text : undefined
  })
const plain = (bytes: Buffer) => bytes.toString()

test('a delivery stream, from its creation to its end', async () => {
  const { DeliveryStreamARN: arn } = await create(
    'life',
    { Prefix: 'life/', BufferingHints: undefined },
    { Tags: [{ Key: 'env', Value: 'dev' }] },
  )
  assert.equal(arn, `arn:aws:firehose:us-east-1:${account}:deliverystream/life`)
  await assert.rejects(
    create('life', {}),
    refused('ResourceInUseException', /Firehose life under accountId 123456789012 already exists/),
  )
  const describe = async () =>
    (await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'life' })))
      .DeliveryStreamDescription!
  const first = await describe()
  assert.equal(first.DeliveryStreamStatus, 'ACTIVE')
  assert.equal(first.DeliveryStreamType, 'DirectPut')
  assert.equal(first.VersionId, '1')
  assert.equal(first.Destinations![0]!.DestinationId, 'destinationId-000000000001')
  assert.deepEqual(first.Destinations![0]!.ExtendedS3DestinationDescription, {
    RoleARN: roleArn,
    BucketARN: `arn:aws:s3:::${bucket}`,
    Prefix: 'life/',
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
    CompressionFormat: 'UNCOMPRESSED',
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
    CloudWatchLoggingOptions: { Enabled: false },
    S3BackupMode: 'Disabled',
    CustomTimeZone: 'UTC',
  })
  const update = (version: string, id = 'destinationId-000000000001') =>
    firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName: 'life',
        CurrentDeliveryStreamVersionId: version,
        DestinationId: id,
        ExtendedS3DestinationUpdate: {
          Prefix: 'changed/',
          BufferingHints: { IntervalInSeconds: 0 },
        },
      }),
    )
  await assert.rejects(update('7'), refused('ConcurrentModificationException', /do not match/))
  await assert.rejects(
    update('1', 'destinationId-2'),
    refused('InvalidArgumentException', /not found/),
  )
  const { RecordId } = await firehose.send(
    new PutRecordCommand({ DeliveryStreamName: 'life', Record: { Data: Buffer.from('a|') } }),
  )
  assert.ok(RecordId)
  await update('1')
  const second = await describe()
  assert.equal(second.VersionId, '2')
  assert.ok(second.LastUpdateTimestamp)
  assert.deepEqual(second.Destinations![0]!.ExtendedS3DestinationDescription!.BufferingHints, {
    SizeInMBs: 5,
    IntervalInSeconds: 0,
  })
  assert.equal(await delivered('changed/', (text) => text !== ''), 'a|')
  const [key] = await keys('changed/')
  assert.match(
    key!,
    /^changed\/\d{4}\/\d\d\/\d\d\/\d\d\/life-2-\d{4}(-\d\d){5}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  )

  const stream = { DeliveryStreamName: 'life' }
  await firehose.send(
    new TagDeliveryStreamCommand({
      ...stream,
      Tags: [{ Key: 'team' }, { Key: 'env', Value: 'p' }],
    }),
  )
  const tags = await firehose.send(new ListTagsForDeliveryStreamCommand({ ...stream, Limit: 1 }))
  assert.deepEqual(tags.Tags, [{ Key: 'env', Value: 'p' }])
  assert.equal(tags.HasMoreTags, true)
  await firehose.send(new UntagDeliveryStreamCommand({ ...stream, TagKeys: ['env'] }))
  const left = await firehose.send(new ListTagsForDeliveryStreamCommand(stream))
  assert.deepEqual(left.Tags, [{ Key: 'team', Value: '' }])

  await firehose.send(
    new StartDeliveryStreamEncryptionCommand({
      ...stream,
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
    }),
  )
  assert.deepEqual((await describe()).DeliveryStreamEncryptionConfiguration, {
    Status: 'ENABLED',
    KeyType: 'AWS_OWNED_CMK',
  })
  await firehose.send(new StopDeliveryStreamEncryptionCommand(stream))

  await create('life-2', { Prefix: 'other/' })
  const list = await firehose.send(new ListDeliveryStreamsCommand({ Limit: 1 }))
  assert.deepEqual(list.DeliveryStreamNames, ['life'])
  assert.equal(list.HasMoreDeliveryStreams, true)
  const rest = await firehose.send(
    new ListDeliveryStreamsCommand({ ExclusiveStartDeliveryStreamName: 'life' }),
  )
  assert.deepEqual(rest.DeliveryStreamNames, ['life-2'])

  await firehose.send(new DeleteDeliveryStreamCommand(stream))
  const gone = refused(
    'ResourceNotFoundException',
    /Firehose life under account 123456789012 not found\./,
  )
  await assert.rejects(describe(), gone)
  await assert.rejects(put('life', ['x']), gone)
  await assert.rejects(firehose.send(new DeleteDeliveryStreamCommand(stream)), gone)
  const other = lake.client(FirehoseClient, { region: 'eu-west-1' })
  assert.deepEqual((await other.send(new ListDeliveryStreamsCommand({}))).DeliveryStreamNames, [])
})

test('compressed, with delimiters, and with an extension', async () => {
  const delimiter = {
    Enabled: true,
    Processors: [
      {
        Type: 'AppendDelimiterToRecord' as const,
        Parameters: [{ ParameterName: 'Delimiter' as const, ParameterValue: '\\n' }],
      },
    ],
  }
  await create('gz', {
    Prefix: 'gz/',
    CompressionFormat: 'GZIP',
    ProcessingConfiguration: delimiter,
    FileExtension: '.json.gz',
  })
  await create('zip', { Prefix: 'zip/', CompressionFormat: 'ZIP' })
  await put('gz', ['{"a":1}', '{"a":2}'])
  await put('zip', ['x'.repeat(100_000)])
  const text = await delivered(
    'gz/',
    (found) => found !== '',
    (bytes) => gunzipSync(bytes).toString(),
  )
  assert.equal(text, '{"a":1}\n{"a":2}\n')
  assert.match((await keys('gz/'))[0]!, /\.json\.gz$/)
  const unzip = (bytes: Buffer) => {
    const end = bytes.subarray(bytes.length - 22)
    const central = bytes.subarray(end.readUInt32LE(16))
    const stored = central.readUInt32LE(20)
    const start = 30 + bytes.readUInt16LE(26)
    const data = inflateRawSync(bytes.subarray(start, start + stored))
    assert.equal(data.length, central.readUInt32LE(24))
    return data.toString()
  }
  assert.equal(await delivered('zip/', (found) => found !== '', unzip), 'x'.repeat(100_000))
  assert.match((await keys('zip/'))[0]!, /\.zip$/)
})

test('a batch waits for its size or its time', async () => {
  await create('sized', {
    Prefix: 'sized/',
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 },
  })
  const record = 'r'.repeat(100_000)
  await put('sized', [record])
  await put(
    'sized',
    Array.from({ length: 11 }, () => record),
  )
  const text = await delivered('sized/', (found) => found !== '')
  assert.ok(text.length >= 1_000_000 && text.length < 1_200_000, String(text.length))
})

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
  await assert.rejects(
    put('to-parquet', ['x']),
    refused('InvalidArgumentException', /not permitted on KinesisStreamAsSource/),
  )
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

test('what cannot be delivered yet is kept, and told', async () => {
  await logs.send(new CreateLogStreamCommand({ logGroupName: '/fh', logStreamName: 'late' }))
  await create('late', {
    BucketARN: 'arn:aws:s3:::not-there-yet',
    CloudWatchLoggingOptions: { Enabled: true, LogGroupName: '/fh', LogStreamName: 'late' },
  })
  await put('late', ['kept'])
  await poll('the error', async () => {
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName: '/fh', logStreamName: 'late' }),
    )
    return events!.some(({ message }) => message!.includes('"errorCode":"S3.NoSuchBucket"'))
  })
  await s3.send(new CreateBucketCommand({ Bucket: 'not-there-yet' }))
  await poll('the object', async () => {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'not-there-yet' }))
    return Contents?.[0]?.Size === 4
  })
})

test('what is refused', async () => {
  const invalid = (
    pattern: RegExp,
    destination: Partial<ExtendedS3DestinationConfiguration>,
    more?: Partial<CreateDeliveryStreamCommandInput>,
  ) =>
    assert.rejects(
      create('refused', destination, more),
      refused('InvalidArgumentException', pattern),
      String(pattern),
    )
  await invalid(/ErrorOutputPrefix cannot be null or empty when Prefix contains expressions/, {
    Prefix: '!{timestamp:yyyy}/',
  })
  await invalid(
    /Firehose is unable to assume role arn:aws:iam::123456789012:role\/lambda\. Please check/,
    {
      RoleARN: `arn:aws:iam::${account}:role/lambda`,
    },
  )
  await invalid(/Firehose is unable to assume role/, {
    RoleARN: `arn:aws:iam::${account}:role/nobody`,
  })
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
  await invalid(/parameter LambdaArn of Lambda must be/, {
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'Lambda' }] },
  })
  await invalid(/time zone/, { CustomTimeZone: 'Mars/Base' })
  await invalid(/S3BackupConfiguration must be given/, { S3BackupMode: 'Enabled' })
  await invalid(/Exactly one destination/, {}, { ExtendedS3DestinationConfiguration: undefined })
  await invalid(
    /SplunkDestinationConfiguration is not supported/,
    {},
    {
      ExtendedS3DestinationConfiguration: undefined,
      SplunkDestinationConfiguration: {
        HECEndpoint: 'https://example.com',
        HECEndpointType: 'Raw',
        S3Configuration: { RoleARN: roleArn, BucketARN: `arn:aws:s3:::${bucket}` },
      },
    },
  )
  await assert.rejects(
    create(
      'refused',
      {},
      {
        DeliveryStreamType: 'KinesisStreamAsSource',
        KinesisStreamSourceConfiguration: {
          KinesisStreamARN: `arn:aws:kinesis:us-east-1:${account}:stream/nowhere`,
          RoleARN: roleArn,
        },
      },
    ),
    refused('ResourceNotFoundException', /Stream nowhere under account/),
  )
  await assert.rejects(
    create('no good name!', {}),
    refused('ValidationException', /1 validation error detected: .*'deliveryStreamName'/),
  )
  await assert.rejects(
    create('refused', { BufferingHints: { SizeInMBs: 129, IntervalInSeconds: 901 } }),
    refused('ValidationException', /2 validation errors detected/),
  )

  await create('limits', { Prefix: 'limits/' })
  await assert.rejects(
    put(
      'limits',
      Array.from({ length: 501 }, () => 'x'),
    ),
    refused('ValidationException', /'records'/),
  )
  await assert.rejects(
    put('limits', ['x'.repeat(1_024_001)]),
    refused(
      'ValidationException',
      /Value 'java\.nio\.HeapByteBuffer\[pos=0 lim=1024001 cap=1024001\]' at 'records\.1\.member\.data' failed/,
    ),
  )
  await assert.rejects(
    put(
      'limits',
      Array.from({ length: 5 }, () => 'x'.repeat(1_000_000)),
    ),
    refused('InvalidArgumentException', /Records size exceeds 4 MB limit/),
  )
})
