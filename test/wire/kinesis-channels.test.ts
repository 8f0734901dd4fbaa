import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { FirehoseClient, ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateChannelCommand,
  CreateStreamCommand,
  DeleteChannelCommand,
  DeleteStreamCommand,
  DescribeChannelCommand,
  DescribeLimitsCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListChannelsCommand,
  ListTagsForResourceCommand,
  PutRecordsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateChannelCommand,
  UpdateStreamModeCommand,
  type CreateChannelCommandInput,
  type S3DestinationConfiguration,
} from '@aws-sdk/client-kinesis'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'

const accountId = '123456789012'
const bucket = 'channelled'
let lake: TestLake
let kinesis: KinesisClient
let s3: S3Client
let roleArn: string

before(async () => {
  lake = await startLake()
  kinesis = lake.client(KinesisClient)
  s3 = lake.client(S3Client)
  for (const Bucket of [bucket, 'dead-letters']) await s3.send(new CreateBucketCommand({ Bucket }))
  roleArn = await createServiceRole(lake.client(IAMClient), {
    name: 'channels',
    services: ['kinesis'],
    actions: ['s3:*', 'kms:*', 'logs:*'],
  })
})
after(() => lake.stop())

const streamArn = (name: string) => `arn:aws:kinesis:us-east-1:${accountId}:stream/${name}`

async function createStream(StreamName: string): Promise<string> {
  const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const
  await kinesis.send(new CreateStreamCommand({ StreamName, StreamModeDetails }))
  return streamArn(StreamName)
}

type Storage = Partial<NonNullable<S3DestinationConfiguration['StorageConfiguration']>>

/** Of a stream of the same name, at once, to the bucket. */
function channel(
  name: string,
  format: 'JSON' | 'STRING' | 'BYTE_ARRAY',
  storage: Storage = {},
  destination: Partial<S3DestinationConfiguration> = {},
): CreateChannelCommandInput {
  return {
    ChannelName: name,
    ServiceExecutionRoleARN: roleArn,
    StreamConfigurationList: [
      { StreamARN: streamArn(name), RecordConfiguration: { RecordFormatType: format } },
    ],
    S3DestinationConfiguration: {
      DataFreshnessInSeconds: 0,
      StorageConfiguration: {
        BucketARN: `arn:aws:s3:::${bucket}`,
        ExpectedBucketOwner: accountId,
        CompressionType: 'NONE',
        ...storage,
      },
      ...destination,
    },
  }
}

const create = async (input: CreateChannelCommandInput) =>
  (await kinesis.send(new CreateChannelCommand(input))).ChannelDescription!

const put = (StreamName: string, records: readonly (string | Uint8Array)[]) =>
  kinesis.send(
    new PutRecordsCommand({
      StreamName,
      Records: records.map((data) => ({ Data: Buffer.from(data), PartitionKey: 'k' })),
    }),
  )

async function keys(Bucket: string, Prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
  return Contents.map(({ Key }) => Key!)
}

async function body(Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from(await Body!.transformToByteArray())
}

/** The objects under a prefix once their bytes, taken together, are as wanted. */
const delivered = (
  prefix: string,
  isComplete: (bytes: Buffer) => boolean,
  unpack: (bytes: Buffer) => Buffer = (bytes) => bytes,
  from = bucket,
) =>
  poll(`objects under ${prefix}`, async () => {
    const names = await keys(from, prefix)
    const bodies = await Promise.all(names.map((key) => body(from, key)))
    const bytes = Buffer.concat(bodies.map(unpack))
    return isComplete(bytes) ? { names, text: bytes.toString() } : undefined
  })

const refused = (name: string, message: RegExp) => (error: Error) => {
  assert.equal(error.name, name, error.message)
  assert.match(error.message, message)
  return true
}

describe('delivery', () => {
  /** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-key-template.html */
  test('JSON goes to objects with the keys of the default template', async () => {
    await createStream('orders')
    await put('orders', ['{"before":1}'])
    const { ChannelId: id } = await create(channel('orders', 'JSON'))
    await put('orders', ['{"a":1}', '{"a":2}'])
    const found = await delivered(`kinesis-channel/orders/${id}/`, (bytes) => bytes.length >= 16)
    assert.equal(found.text, '{"a":1}\n{"a":2}\n')
    const time = String.raw`\d{4}-\d\d-\d\d-\d\d-\d\d`
    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
    for (const name of found.names) {
      assert.match(
        name,
        new RegExp(
          `^kinesis-channel/orders/${id}/\\d{4}/\\d\\d/\\d\\d/\\d\\d/orders-${id}-${time}-${uuid}$`,
        ),
      )
    }
  })

  test('a template of its own, packed as Zstandard, in another storage class', async () => {
    await createStream('packed')
    await create(
      channel('packed', 'STRING', {
        OutputKeyTemplate: 'data/stream=!{stream-name}/year=!{yyyy}/part!{extension}',
        CompressionType: 'ZSTD',
        StorageClass: 'GLACIER_IR',
      }),
    )
    await put('packed', ['one', 'two'])
    const isComplete = (bytes: Buffer) => bytes.length >= 8
    const found = await delivered('data/stream=packed/year=', isComplete, zstdDecompressSync)
    assert.equal(found.text, 'one\ntwo\n')
    for (const Key of found.names) {
      assert.match(Key, /^data\/stream=packed\/year=\d{4}\/part-[0-9a-f-]{36}\.zst$/)
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }))
      assert.equal(head.StorageClass, 'GLACIER_IR')
    }
  })

  test('bytes stay as they are', async () => {
    await createStream('raw')
    await create(
      channel('raw', 'BYTE_ARRAY', {
        OutputKeyTemplate: 'raw/!{channel-name}!{extension:.bin.gz}',
        CompressionType: 'GZIP',
      }),
    )
    const first = Buffer.from([0xff, 0, 0xfe])
    await put('raw', [first, Buffer.from([0x80, 1])])
    const found = await delivered('raw/raw-', (bytes) => bytes.length >= 5, gunzipSync)
    const bodies = await Promise.all(found.names.map((key) => body(bucket, key)))
    const bytes = Buffer.concat(bodies.map((each) => gunzipSync(each)))
    assert.deepEqual(bytes, Buffer.from([0xff, 0, 0xfe, 0x80, 1]))
    assert.ok(found.names.every((name) => name.endsWith('.bin.gz')))
  })

  /** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-about.html */
  test('what is not of the format goes to the dead-letter queue', async () => {
    await createStream('checked')
    const { ChannelId: id, S3DestinationConfiguration: described } = await create(
      channel(
        'checked',
        'JSON',
        { OutputKeyTemplate: 'checked/!{channel-id}' },
        {
          DeadLetterQueueS3Configuration: {
            BucketARN: 'arn:aws:s3:::dead-letters',
            ExpectedBucketOwner: accountId,
          },
        },
      ),
    )
    const prefix = `kinesis-channel/errors/checked/${id}/`
    assert.equal(described?.DeadLetterQueueS3Configuration?.ErrorOutputPrefix, prefix)
    const { Records } = await put('checked', ['{"good":true}', '{bad', Buffer.from([0xff])])
    const isComplete = (bytes: Buffer) => bytes.toString().split('\n').length === 3
    const dead = await delivered(prefix, isComplete, undefined, 'dead-letters')
    const lines = dead.text.trimEnd().split('\n')
    const failures = lines.map((line) => JSON.parse(line) as Record<string, string>)
    assert.deepEqual(
      failures.map(({ rawData }) => rawData),
      [Buffer.from('{bad').toString('base64'), Buffer.from([0xff]).toString('base64')],
    )
    assert.deepEqual(
      failures.map(({ sequenceNumber }) => sequenceNumber),
      Records!.slice(1).map(({ SequenceNumber }) => SequenceNumber),
    )
    assert.match(failures[0]!['errorMessage']!, /not valid JSON/)
    assert.match(failures[1]!['errorMessage']!, /not valid UTF-8/)
    const good = await delivered(`checked/${id}-`, (bytes) => bytes.length > 0)
    assert.equal(good.text, '{"good":true}\n')
    const sumOf = async (MetricName: string) => {
      const { Datapoints = [] } = await lake.client(CloudWatchClient).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/Kinesis',
          MetricName: `DeliveryToS3.${MetricName}`,
          Dimensions: [
            { Name: 'ChannelName', Value: 'checked' },
            { Name: 'ChannelId', Value: id },
            { Name: 'StreamName', Value: 'checked' },
          ],
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 3_600_000),
          Period: 60,
          Statistics: ['Sum'],
        }),
      )
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
    }
    // They are told after the objects are there.
    await poll('the metrics', async () => (await sumOf('RecordCount')) === 3)
    assert.equal(await sumOf('SuccessfulRecordCount'), 1)
    assert.equal(await sumOf('FailedRecordCount'), 2)
    assert.equal(await sumOf('BytesIn'), 18)
  })

  test('a channel that is gone delivers no more, and its stream stays', async () => {
    await createStream('ended')
    const template = { OutputKeyTemplate: 'ended/!{yyyy}' }
    const made = await create(channel('ended', 'STRING', template))
    await put('ended', ['first'])
    await delivered('ended/', (bytes) => bytes.length > 0)
    await kinesis.send(new DeleteChannelCommand({ ChannelARN: made.ChannelARN }))
    await put('ended', ['between'])
    const again = await create(channel('ended', 'STRING', template))
    assert.notEqual(again.ChannelId, made.ChannelId)
    await put('ended', ['last'])
    const found = await delivered('ended/', (bytes) => bytes.includes('last'))
    assert.ok(!found.text.includes('between'))
    await assert.rejects(
      kinesis.send(new DescribeChannelCommand({ ChannelARN: made.ChannelARN })),
      refused('ResourceNotFoundException', /not found/),
    )
  })
})

describe('management', () => {
  test('a channel is described, listed and tagged as it was made', async () => {
    const StreamARN = await createStream('told')
    const made = await create({
      ...channel('told', 'JSON', {}, { DataFreshnessInSeconds: undefined }),
      Tags: { team: 'a' },
      LoggingConfiguration: { CloudWatchLogs: { Enabled: true } },
    })
    assert.match(
      made.ChannelARN!,
      /^arn:aws:kinesis:us-east-1:123456789012:channel\/[0-9a-f-]{36}$/,
    )
    assert.deepEqual(made.LoggingConfiguration?.CloudWatchLogs, {
      Enabled: true,
      LogGroupName: `/aws/kinesis/told/${made.ChannelId}`,
      LogStreamName: 'DestinationDelivery',
    })
    assert.equal(made.ChannelStatus, 'ACTIVE')
    assert.equal(made.S3DestinationConfiguration?.DataFreshnessInSeconds, 300)
    assert.deepEqual(made.S3DestinationConfiguration?.StorageConfiguration, {
      BucketARN: `arn:aws:s3:::${bucket}`,
      ExpectedBucketOwner: accountId,
      CompressionType: 'NONE',
      StorageClass: 'STANDARD',
      OutputKeyTemplate:
        'kinesis-channel/!{channel-name}/!{channel-id}/!{yyyy}/!{MM}/!{dd}/!{HH}/!{channel-name}-!{channel-id}-!{yyyy}-!{MM}-!{dd}-!{HH}-!{mm}!{extension}',
    })
    const ChannelARN = made.ChannelARN!
    const described = await kinesis.send(new DescribeChannelCommand({ ChannelARN }))
    assert.deepEqual(described.ChannelDescription, made)
    const { StreamDescriptionSummary: summary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: 'told' }),
    )
    assert.equal(summary?.ChannelCount, 1)
    const StreamCreationTimestamp = summary!.StreamCreationTimestamp!
    assert.deepEqual(made.StreamConfigurationList, [
      { StreamARN, StreamCreationTimestamp, RecordConfiguration: { RecordFormatType: 'JSON' } },
    ])
    const listed = await kinesis.send(
      new ListChannelsCommand({ StreamFilter: [{ StreamARN, StreamCreationTimestamp }] }),
    )
    assert.deepEqual(listed.ChannelSummaries, [
      {
        ChannelName: 'told',
        ChannelARN,
        ChannelId: made.ChannelId,
        ChannelStatus: 'ACTIVE',
        ChannelCreationTimestamp: made.ChannelCreationTimestamp,
        ChannelDestinationType: 'S3',
        Streams: [{ StreamARN, StreamCreationTimestamp }],
      },
    ])
    await kinesis.send(new TagResourceCommand({ ResourceARN: ChannelARN, Tags: { cost: '7' } }))
    await kinesis.send(new UntagResourceCommand({ ResourceARN: ChannelARN, TagKeys: ['team'] }))
    const { Tags } = await kinesis.send(new ListTagsForResourceCommand({ ResourceARN: ChannelARN }))
    assert.deepEqual(Tags, [{ Key: 'cost', Value: '7' }])
  })

  test('lists have pages, in the order of names', async () => {
    const StreamFilter = []
    for (const name of ['page-a', 'page-b', 'page-c']) {
      StreamFilter.push({ StreamARN: await createStream(name) })
      await create(channel(name, 'STRING'))
    }
    const names: string[] = []
    let NextToken: string | undefined
    do {
      const page = await kinesis.send(
        new ListChannelsCommand({ StreamFilter, MaxResults: 2, NextToken }),
      )
      for (const { ChannelName } of page.ChannelSummaries!) names.push(ChannelName!)
      NextToken = page.NextToken
    } while (NextToken)
    assert.deepEqual(names, ['page-a', 'page-b', 'page-c'])
    const all = await kinesis.send(new ListChannelsCommand({}))
    const limits = await kinesis.send(new DescribeLimitsCommand({}))
    assert.equal(limits.ChannelCount, all.ChannelSummaries!.length)
    assert.equal(limits.ChannelCountLimit, limits.OnDemandStreamCountLimit)
    const streams = await lake.client(FirehoseClient).send(new ListDeliveryStreamsCommand({}))
    assert.deepEqual(streams.DeliveryStreamNames, [])
  })

  test('how soon it delivers and where it logs can be changed, nothing else', async () => {
    await createStream('changed')
    const template = { OutputKeyTemplate: 'changed/!{mm}' }
    const { ChannelARN } = await create(
      channel('changed', 'STRING', template, { DataFreshnessInSeconds: 900 }),
    )
    await put('changed', ['waits'])
    const { ChannelDescription: changed } = await kinesis.send(
      new UpdateChannelCommand({
        ChannelARN,
        S3DestinationConfiguration: { DataFreshnessInSeconds: 0 },
        LoggingConfiguration: { CloudWatchLogs: { Enabled: true, LogGroupName: 'own' } },
      }),
    )
    assert.equal(changed?.S3DestinationConfiguration?.DataFreshnessInSeconds, 0)
    assert.equal(changed?.LoggingConfiguration?.CloudWatchLogs?.LogGroupName, 'own')
    await delivered('changed/', (bytes) => bytes.toString() === 'waits\n')
    const { ChannelDescription: off } = await kinesis.send(
      new UpdateChannelCommand({
        ChannelARN,
        LoggingConfiguration: { CloudWatchLogs: { Enabled: false } },
      }),
    )
    assert.deepEqual(off?.LoggingConfiguration, { CloudWatchLogs: { Enabled: false } })
    assert.equal(off?.S3DestinationConfiguration?.DataFreshnessInSeconds, 0)
    await assert.rejects(
      kinesis.send(new UpdateChannelCommand({ ChannelARN })),
      refused('InvalidArgumentException', /must be given/),
    )
    await assert.rejects(
      kinesis.send(
        new UpdateChannelCommand({
          ChannelARN,
          S3TablesDestinationConfiguration: { DataFreshnessInSeconds: 300 },
        }),
      ),
      refused('InvalidArgumentException', /general purpose bucket/),
    )
  })

  /** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteChannel.html */
  test('a stream with a channel is neither deleted nor made provisioned', async () => {
    const StreamARN = await createStream('held')
    const { ChannelARN } = await create(channel('held', 'STRING'))
    await assert.rejects(
      kinesis.send(new DeleteStreamCommand({ StreamARN, EnforceConsumerDeletion: true })),
      refused('ResourceInUseException', /has channels/),
    )
    const mode = { StreamARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } } as const
    await assert.rejects(
      kinesis.send(new UpdateStreamModeCommand(mode)),
      refused('ResourceInUseException', /has channels/),
    )
    await kinesis.send(new DeleteChannelCommand({ ChannelARN }))
    await kinesis.send(new DeleteStreamCommand({ StreamARN }))
  })

  test('what cannot be is refused', async () => {
    await createStream('strict')
    const good = channel('strict', 'JSON')
    const s3Destination = good.S3DestinationConfiguration!
    const refuses = (input: Partial<CreateChannelCommandInput>, name: string, message: RegExp) =>
      assert.rejects(create({ ...good, ...input }), refused(name, message))
    const argument = 'InvalidArgumentException'
    const withStorage = (storage: Storage) => channel('strict', 'JSON', storage)
    const template = (OutputKeyTemplate: string, more: Storage = {}) =>
      refuses(withStorage({ OutputKeyTemplate, ...more }), argument, /OutputKeyTemplate/)

    await refuses({ S3DestinationConfiguration: undefined }, argument, /Exactly one/)
    const tables = {
      DeadLetterQueueS3Configuration: {
        BucketARN: 'arn:aws:s3:::dead-letters',
        ExpectedBucketOwner: accountId,
      },
      S3TablesConfigurationList: [
        {
          TableBucketARN: `arn:aws:s3tables:us-east-1:${accountId}:bucket/tables`,
          Namespace: 'n',
          TableName: 't',
          CompressionType: 'ZSTD' as const,
        },
      ],
    }
    await refuses(
      { S3DestinationConfiguration: undefined, S3TablesDestinationConfiguration: tables },
      argument,
      /S3 Tables/,
    )
    await refuses({ S3TablesDestinationConfiguration: tables }, argument, /Exactly one/)
    const elsewhere = (StreamARN: string) => ({
      StreamConfigurationList: [{ ...good.StreamConfigurationList![0]!, StreamARN }],
    })
    await refuses(
      elsewhere('arn:aws:kinesis:eu-west-1:123456789012:stream/strict'),
      argument,
      /own account and region/,
    )
    await refuses(
      elsewhere('arn:aws:kinesis:us-east-1:999999999999:stream/strict'),
      'AccessDeniedException',
      /./,
    )
    await refuses(channel('nowhere', 'JSON'), 'ResourceNotFoundException', /nowhere/)
    const [source] = good.StreamConfigurationList!
    await refuses({ StreamConfigurationList: [source!, source!] }, argument, /one stream/)
    const gsr = { ...source!, RecordConfiguration: { RecordFormatType: 'GSR_JSON' as const } }
    await refuses({ StreamConfigurationList: [gsr] }, argument, /streaming tables/)
    await refuses({ ServiceExecutionRoleARN: `${roleArn}-none` }, argument, /unable to assume/)
    await refuses(withStorage({ BucketARN: 'arn:aws:s3:::nobucket' }), argument, /no bucket/)
    await refuses(withStorage({ ExpectedBucketOwner: '999999999999' }), argument, /other account/)
    for (const DataFreshnessInSeconds of [-1, 901, 1.5]) {
      const destination = { ...s3Destination, DataFreshnessInSeconds }
      await refuses({ S3DestinationConfiguration: destination }, argument, /between 0 and 900/)
    }
    await refuses(
      { EncryptionConfiguration: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } },
      argument,
      /customer managed/,
    )
    await refuses(
      { EncryptionConfiguration: { EncryptionType: 'KMS', KeyId: 'alias/none' } },
      'KMSNotFoundException',
      /none/,
    )
    await refuses(channel('bad name', 'JSON'), 'ValidationException', /channelName/)
    // The table of examples: https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-key-template.html
    await template('/data/!{channel-name}!{extension}')
    await template('data/../!{channel-name}!{extension}')
    await template('data//!{channel-name}!{extension}')
    await template('!{channel-name}!{extension}/!{yyyy}')
    await template('data/!{partition-id}!{extension}')
    await template('data/!{channel-name}', { CompressionType: 'GZIP' })
    await template('data/!{channel-name}/!{yyyy')
    await template('data/!{extension:.JSON}')
    await template('data/{x}')

    const StreamName = 'strict-provisioned'
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
    await refuses(channel(StreamName, 'JSON'), 'ValidationException', /on-demand/)
    await create(good)
    await refuses({}, 'ResourceInUseException', /already exists/)
    await refuses({ ChannelName: 'another' }, 'LimitExceededException', /may have 1 channel/)
  })
})
