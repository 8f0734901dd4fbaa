import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordCommand,
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { poll } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'
import { startFirehose } from './firehose-lake.ts'

const { lake, firehose, s3, roleArn, bucket, create, put, keys, delivered } =
  await startFirehose('delivered')
after(() => lake.stop())
const account = '123456789012'

const refused = (name: string, message: RegExp) => ({ name, message })

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
          BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 0 },
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

test('what cannot be delivered yet is kept, and told', async () => {
  const logs = lake.client(CloudWatchLogsClient)
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/fh' }))
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
  await createServiceRole(lake.client(IAMClient), {
    name: 'lambda',
    services: ['lambda'],
    actions: ['s3:*'],
  })
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
  await invalid(/Firehose is unable to assume role nobody/, {
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    DataFormatConversionConfiguration: {
      SchemaConfiguration: { RoleARN: 'nobody', DatabaseName: 'd', TableName: 't' },
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    },
  })
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
})

test('what is refused of a put', async () => {
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
