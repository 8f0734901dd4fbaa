import { after, before, test } from 'node:test'
import * as firehose from '@aws-sdk/client-firehose'
import * as sdk from '@aws-sdk/client-kinesis'
import { startLake, type TestLake } from '../harness/index.ts'
import { atLeast, atMost, notNull, oneOf, pattern, refuses } from './validation-errors.ts'

/*
 * The words are those that AWS answers with, as kinesalite's author recorded them
 * (https://github.com/mhart/kinesalite/tree/main/test); the limits those of the services' references.
 */
let lake: TestLake
let kinesis: sdk.KinesisClient
before(async () => {
  lake = await startLake()
  kinesis = lake.client(sdk.KinesisClient)
})
after(() => lake.stop())

const long = 'a'.repeat(129)
const name = '[a-zA-Z0-9_.-]+'
const emptyName = (path: string) => [pattern(path, '', name), atLeast(path, '', 1)]

test('what each operation of Kinesis misses or cannot take, one and several at once', async () => {
  const types = 'AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON'
  const cases: readonly (readonly [() => Promise<unknown>, readonly string[]])[] = [
    [
      () => kinesis.send(new sdk.GetShardIteratorCommand({} as never)),
      [notNull('shardId'), notNull('shardIteratorType')],
    ],
    [
      () =>
        kinesis.send(
          new sdk.GetShardIteratorCommand({
            StreamName: '',
            ShardIteratorType: '' as never,
            ShardId: '',
            StartingSequenceNumber: '',
          }),
        ),
      [
        ...emptyName('shardId'),
        oneOf('shardIteratorType', '', types),
        pattern('startingSequenceNumber', '', '0|([1-9]\\d{0,128})'),
        ...emptyName('streamName'),
      ],
    ],
    [
      () =>
        kinesis.send(
          new sdk.GetShardIteratorCommand({
            StreamName: long,
            ShardId: long,
            ShardIteratorType: 'LATEST',
          }),
        ),
      [atMost('shardId', long, 128), atMost('streamName', long, 128)],
    ],
    [
      () =>
        kinesis.send(
          new sdk.UpdateShardCountCommand({
            StreamName: '',
            ScalingType: '' as never,
            TargetShardCount: 0,
          }),
        ),
      [
        oneOf('scalingType', '', 'UNIFORM_SCALING'),
        ...emptyName('streamName'),
        atLeast('targetShardCount', '0', 1, 'value'),
      ],
    ],
    [
      () =>
        kinesis.send(
          new sdk.UpdateShardCountCommand({
            StreamName: 'a',
            ScalingType: 'UNIFORM_SCALING',
            TargetShardCount: 100_001,
          }),
        ),
      [atMost('targetShardCount', '100001', 100_000, 'value')],
    ],
    [
      () => kinesis.send(new sdk.CreateStreamCommand({ StreamName: 'a', ShardCount: 100_001 })),
      [atMost('shardCount', '100001', 100_000, 'value')],
    ],
    [
      () => kinesis.send(new sdk.GetRecordsCommand({ ShardIterator: '', Limit: 0 })),
      [atLeast('limit', '0', 1, 'value'), atLeast('shardIterator', '', 1)],
    ],
    [
      () =>
        kinesis.send(new sdk.GetRecordsCommand({ ShardIterator: 'a'.repeat(513), Limit: 10_001 })),
      [atMost('limit', '10001', 10_000, 'value'), atMost('shardIterator', 'a'.repeat(513), 512)],
    ],
    [
      () =>
        kinesis.send(
          new sdk.PutRecordCommand({
            StreamName: 'a',
            PartitionKey: '',
            Data: Buffer.alloc(0),
            ExplicitHashKey: '01',
            SequenceNumberForOrdering: 'b',
          }),
        ),
      [
        pattern('sequenceNumberForOrdering', 'b', '0|([1-9]\\d{0,128})'),
        atLeast('partitionKey', '', 1),
        pattern('explicitHashKey', '01', '0|([1-9]\\d{0,38})'),
      ],
    ],
    [
      () =>
        kinesis.send(
          new sdk.PutRecordsCommand({
            StreamName: 'a',
            Records: [
              { PartitionKey: 'k', Data: Buffer.alloc(0) },
              { PartitionKey: 'k'.repeat(257), ExplicitHashKey: 'x', Data: Buffer.alloc(0) },
            ],
          }),
        ),
      [
        atMost('records.2.member.partitionKey', 'k'.repeat(257), 256),
        pattern('records.2.member.explicitHashKey', 'x', '0|([1-9]\\d{0,38})'),
      ],
    ],
    [
      () =>
        kinesis.send(
          new sdk.MergeShardsCommand({
            StreamName: 'a',
            ShardToMerge: '',
            AdjacentShardToMerge: '',
          }),
        ),
      [...emptyName('shardToMerge'), ...emptyName('adjacentShardToMerge')],
    ],
    [
      () =>
        kinesis.send(
          new sdk.SplitShardCommand({ StreamName: 'a', ShardToSplit: 'a', NewStartingHashKey: '' }),
        ),
      [pattern('newStartingHashKey', '', '0|([1-9]\\d{0,38})')],
    ],
    [
      () => kinesis.send(new sdk.ListStreamsCommand({ Limit: 0, ExclusiveStartStreamName: 'a b' })),
      [atLeast('limit', '0', 1, 'value'), pattern('exclusiveStartStreamName', 'a b', name)],
    ],
  ]
  for (const [send, expected] of cases) await refuses(send(), expected)
})

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
const roleArn = String.raw`arn:.*:iam::\d{12}:role\/[a-zA-Z_0-9+=,.@\-_/]+`

test('of Firehose', async () => {
  const client = lake.client(firehose.FirehoseClient)
  await refuses(client.send(new firehose.PutRecordCommand({} as never)), [
    notNull('deliveryStreamName'),
    notNull('record'),
  ])
  await refuses(
    client.send(
      new firehose.PutRecordBatchCommand({ DeliveryStreamName: 'a'.repeat(65), Records: [] }),
    ),
    [atMost('deliveryStreamName', 'a'.repeat(65), 64), atLeast('records', '[]', 1)],
  )
  await refuses(
    client.send(
      new firehose.CreateDeliveryStreamCommand({
        DeliveryStreamName: 'a b',
        ExtendedS3DestinationConfiguration: {
          RoleARN: 'role',
          BucketARN: 'arn:aws:s3:::b',
          BufferingHints: { SizeInMBs: 0, IntervalInSeconds: 901 },
        },
      }),
    ),
    [
      pattern('deliveryStreamName', 'a b', name),
      pattern('extendedS3DestinationConfiguration.roleARN', 'role', roleArn),
      atLeast('extendedS3DestinationConfiguration.bufferingHints.sizeInMBs', '0', 1, 'value'),
      atMost(
        'extendedS3DestinationConfiguration.bufferingHints.intervalInSeconds',
        '901',
        900,
        'value',
      ),
    ],
  )
})
