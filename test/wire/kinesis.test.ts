import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  ListTagsForStreamCommand,
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis'
import { refuses, startKinesis } from './kinesis-lake.ts'

const { lake, clock, client, arnOf, createStream, iterator, texts, put } = await startKinesis()
after(() => lake.stop())
const startMs = clock.now()

describe('Kinesis streams', () => {
  test('a stream is created, described, listed and deleted', async () => {
    await createStream('life', 3)
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamName: 'life' }),
    )
    assert.equal(StreamDescription!.StreamStatus, 'ACTIVE')
    assert.equal(StreamDescription!.StreamARN, arnOf('life'))
    assert.equal(StreamDescription!.RetentionPeriodHours, 24)
    assert.equal(StreamDescription!.EncryptionType, 'NONE')
    assert.deepEqual(StreamDescription!.EnhancedMonitoring, [{ ShardLevelMetrics: [] }])
    assert.equal(StreamDescription!.StreamCreationTimestamp!.getTime(), startMs)
    assert.deepEqual(
      StreamDescription!.Shards!.map((shard) => [shard.ShardId, shard.HashKeyRange]),
      [
        ['shardId-000000000000', '0', '113427455640312821154458202477256070484'],
        [
          'shardId-000000000001',
          '113427455640312821154458202477256070485',
          '226854911280625642308916404954512140969',
        ],
        [
          'shardId-000000000002',
          '226854911280625642308916404954512140970',
          '340282366920938463463374607431768211455',
        ],
      ].map(([id, StartingHashKey, EndingHashKey]) => [id, { StartingHashKey, EndingHashKey }]),
    )
    const summary = await client.send(
      new DescribeStreamSummaryCommand({ StreamARN: arnOf('life') }),
    )
    assert.equal(summary.StreamDescriptionSummary!.OpenShardCount, 3)
    assert.equal(summary.StreamDescriptionSummary!.ConsumerCount, 0)
    await refuses(
      createStream('life'),
      'ResourceInUseException',
      'Stream life under account 123456789012 already exists.',
    )
    await client.send(new DeleteStreamCommand({ StreamName: 'life' }))
    const message = 'Stream life under account 123456789012 not found.'
    await refuses(
      client.send(new DescribeStreamCommand({ StreamName: 'life' })),
      'ResourceNotFoundException',
      message,
    )
    await refuses(put('life', 'x'), 'ResourceNotFoundException', message)
    await refuses(
      client.send(new DeleteStreamCommand({ StreamARN: arnOf('life') })),
      'ResourceNotFoundException',
      message,
    )
  })

  test('a count of shards that is no count is refused at once', async () => {
    for (const [count, name] of [
      [1.5, 'InvalidArgumentException'],
      [100_000, 'LimitExceededException'],
      [1e12, 'ValidationException'],
    ] as const) {
      await assert.rejects(createStream('no-count', count), { name })
    }
  })

  test('a stream made anew under an old name has none of its records', async () => {
    await createStream('anew')
    await put('anew', 'old')
    const old = await iterator({ StreamName: 'anew', ShardIteratorType: 'TRIM_HORIZON' })
    await client.send(new DeleteStreamCommand({ StreamName: 'anew' }))
    await createStream('anew')
    assert.deepEqual(
      await texts(await iterator({ StreamName: 'anew', ShardIteratorType: 'TRIM_HORIZON' })),
      [],
    )
    await refuses(texts(old), 'ResourceNotFoundException', /does not exist$/)
  })

  test('lists are paged', async () => {
    for (const name of ['page-c', 'page-a', 'page-b']) await createStream(name, 2)
    const first = await client.send(
      new ListStreamsCommand({ Limit: 2, ExclusiveStartStreamName: 'page' }),
    )
    assert.deepEqual(first.StreamNames, ['page-a', 'page-b'])
    assert.equal(first.HasMoreStreams, true)
    assert.equal(first.StreamSummaries![0]!.StreamARN, arnOf('page-a'))
    const second = await client.send(
      new ListStreamsCommand({ Limit: 1, NextToken: first.NextToken }),
    )
    assert.deepEqual(second.StreamNames, ['page-c'])
    const described = await client.send(
      new DescribeStreamCommand({ StreamName: 'page-a', Limit: 1 }),
    )
    assert.equal(described.StreamDescription!.HasMoreShards, true)
    const shards = await client.send(new ListShardsCommand({ StreamName: 'page-a', MaxResults: 1 }))
    const rest = await client.send(new ListShardsCommand({ NextToken: shards.NextToken }))
    assert.deepEqual(
      [...shards.Shards!, ...rest.Shards!].map((shard) => shard.ShardId),
      ['shardId-000000000000', 'shardId-000000000001'],
    )
    assert.equal(rest.NextToken, undefined)
    await refuses(
      client.send(new ListShardsCommand({ NextToken: shards.NextToken, StreamName: 'page-a' })),
      'InvalidArgumentException',
      'NextToken and StreamName cannot be provided together.',
    )
    await refuses(
      client.send(new ListStreamsCommand({ NextToken: shards.NextToken })),
      'InvalidArgumentException',
      /NextToken .* is invalid/,
    )
  })

  test('an on-demand stream begins with four shards', async () => {
    await client.send(
      new CreateStreamCommand({
        StreamName: 'demand',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        Tags: { team: 'data' },
      }),
    )
    const { StreamDescriptionSummary: summary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: 'demand' }),
    )
    assert.equal(summary!.StreamModeDetails!.StreamMode, 'ON_DEMAND')
    assert.equal(summary!.OpenShardCount, 4)
    // Its shards are Kinesis's own: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html
    const [ShardToSplit, AdjacentShardToMerge] = ['shardId-000000000000', 'shardId-000000000001']
    const StreamName = 'demand'
    const changes = [
      new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey: String(2n ** 120n) }),
      new MergeShardsCommand({ StreamName, ShardToMerge: ShardToSplit, AdjacentShardToMerge }),
      new UpdateShardCountCommand({
        StreamName,
        TargetShardCount: 8,
        ScalingType: 'UNIFORM_SCALING',
      }),
    ]
    for (const change of changes) {
      await refuses(
        client.send(change as SplitShardCommand),
        'ValidationException',
        'Request is invalid. Stream demand under account 123456789012 is in On-Demand mode.',
      )
    }
    await client.send(
      new UpdateStreamModeCommand({
        StreamARN: arnOf('demand'),
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
      }),
    )
    const described = await client.send(new DescribeStreamCommand({ StreamName: 'demand' }))
    assert.equal(described.StreamDescription!.StreamModeDetails!.StreamMode, 'PROVISIONED')
    const tags = await client.send(new ListTagsForStreamCommand({ StreamName: 'demand' }))
    assert.deepEqual(tags.Tags, [{ Key: 'team', Value: 'data' }])
    const limits = await client.send(new DescribeLimitsCommand({}))
    assert.ok(limits.OpenShardCount! >= 4)
    const account = await client.send(new DescribeAccountSettingsCommand({}))
    assert.equal(account.MinimumThroughputBillingCommitment!.Status, 'DISABLED')
  })

  test('other accounts and regions have streams of their own', async () => {
    await createStream('mine')
    const elsewhere = lake.client(KinesisClient, { region: 'eu-west-1' })
    assert.deepEqual((await elsewhere.send(new ListStreamsCommand({}))).StreamNames, [])
    await refuses(
      elsewhere.send(new DescribeStreamCommand({ StreamARN: arnOf('mine') })),
      'ResourceNotFoundException',
      /not found/,
    )
    const other = lake.client(KinesisClient, {
      credentials: await lake.addAccount('210987654321'),
    })
    assert.deepEqual((await other.send(new ListStreamsCommand({}))).StreamNames, [])
    await refuses(
      other.send(new DescribeStreamCommand({ StreamName: 'mine' })),
      'ResourceNotFoundException',
      'Stream mine under account 210987654321 not found.',
    )
    const own = await iterator({ StreamName: 'mine', ShardIteratorType: 'LATEST' })
    await refuses(
      other.send(new GetRecordsCommand({ ShardIterator: own })),
      'InvalidArgumentException',
      'Invalid ShardIterator.',
    )
  })
})
