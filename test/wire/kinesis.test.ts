import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetRecordsCommand,
  GetResourcePolicyCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  PutResourcePolicyCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  SplitShardCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamRecordDistributionStrategyCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  UpdateStreamWarmThroughputCommand,
  type GetShardIteratorCommandInput,
  type Shard,
} from '@aws-sdk/client-kinesis'
import { ManualClock } from '#kit'
import { startLake, type TestLake } from '../harness/index.ts'

const startMs = Date.now()
let lake: TestLake
let client: KinesisClient
const clock = new ManualClock(startMs)

before(async () => {
  lake = await startLake({}, { clock })
  client = lake.client(KinesisClient)
})
after(() => lake.stop())

const accountId = '123456789012'
const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:${accountId}:stream/${name}`
const bytes = (text: string) => Buffer.from(text)

async function createStream(name: string, shardCount = 1) {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shardCount }))
  return name
}

async function refuses(sent: Promise<unknown>, name: string, message: string | RegExp) {
  await assert.rejects(sent, (error: Error) => {
    assert.equal(error.name, name)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  })
}

async function iterator(
  input: Omit<GetShardIteratorCommandInput, 'ShardId'> & { ShardId?: string },
) {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ ShardId: 'shardId-000000000000', ...input }),
  )
  return ShardIterator!
}

async function texts(shardIterator: string, limit?: number) {
  const page = await client.send(
    new GetRecordsCommand({ ShardIterator: shardIterator, Limit: limit }),
  )
  return page.Records!.map((record) => Buffer.from(record.Data!).toString())
}

const put = (stream: string, text: string, key = 'k') =>
  client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: key, Data: bytes(text) }))

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

describe('Kinesis records', () => {
  test('records come back in order, as they were sent', async () => {
    await createStream('order')
    const one = await put('order', 'one', 'ключ')
    assert.match(one.SequenceNumber!, /^\d{56}$/)
    assert.equal(one.ShardId, 'shardId-000000000000')
    assert.equal(one.EncryptionType, 'NONE')
    clock.advance(1000)
    const many = await client.send(
      new PutRecordsCommand({
        StreamARN: arnOf('order'),
        Records: ['two', 'three', ''].map((text) => ({ PartitionKey: 'k', Data: bytes(text) })),
      }),
    )
    assert.equal(many.FailedRecordCount, 0)
    const numbers = [one.SequenceNumber!, ...many.Records!.map((record) => record.SequenceNumber!)]
    assert.deepEqual(numbers.toSorted(), numbers)
    const page = await client.send(
      new GetRecordsCommand({
        ShardIterator: await iterator({ StreamName: 'order', ShardIteratorType: 'TRIM_HORIZON' }),
      }),
    )
    assert.equal(page.MillisBehindLatest, 0)
    assert.deepEqual(
      page.Records!.map((record) => [
        Buffer.from(record.Data!).toString(),
        record.PartitionKey,
        record.SequenceNumber,
      ]),
      [
        ['one', 'ключ', numbers[0]],
        ['two', 'k', numbers[1]],
        ['three', 'k', numbers[2]],
        ['', 'k', numbers[3]],
      ],
    )
    assert.equal(
      page.Records![1]!.ApproximateArrivalTimestamp!.getTime(),
      page.Records![0]!.ApproximateArrivalTimestamp!.getTime() + 1000,
    )
    assert.deepEqual(await texts(page.NextShardIterator!), [])
    await put('order', 'four')
    assert.deepEqual(await texts(page.NextShardIterator!), ['four'])
  })

  test('each kind of iterator begins where it says', async () => {
    await createStream('kinds')
    const stamps: number[] = []
    const numbers: string[] = []
    for (const text of ['a', 'b', 'c']) {
      stamps.push(clock.now())
      numbers.push((await put('kinds', text)).SequenceNumber!)
      clock.advance(10)
    }
    const from = async (input: Partial<GetShardIteratorCommandInput>) =>
      texts(await iterator({ StreamName: 'kinds', ShardIteratorType: 'TRIM_HORIZON', ...input }))
    assert.deepEqual(await from({}), ['a', 'b', 'c'])
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER' } as const
    const behind = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' } as const
    const time = { ShardIteratorType: 'AT_TIMESTAMP' } as const
    assert.deepEqual(await from({ ...at, StartingSequenceNumber: numbers[1] }), ['b', 'c'])
    assert.deepEqual(await from({ ...behind, StartingSequenceNumber: numbers[1] }), ['c'])
    assert.deepEqual(await from({ ...time, Timestamp: new Date(stamps[1]!) }), ['b', 'c'])
    assert.deepEqual(await from({ ...time, Timestamp: new Date(stamps[1]! + 1) }), ['c'])
    assert.deepEqual(await from({ ...time, Timestamp: new Date(clock.now()) }), [])
    assert.deepEqual(await from({ ...time, Timestamp: new Date(0) }), ['a', 'b', 'c'])
    const latest = await iterator({ StreamName: 'kinds', ShardIteratorType: 'LATEST' })
    assert.deepEqual(await texts(latest), [])
    await put('kinds', 'd')
    assert.deepEqual(await texts(latest), ['d'])
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamName: 'kinds' }),
    )
    const start = StreamDescription!.Shards![0]!.SequenceNumberRange!.StartingSequenceNumber
    assert.deepEqual(await from({ ...at, StartingSequenceNumber: start }), ['a', 'b', 'c', 'd'])
    assert.equal(
      await iterator({ StreamName: 'kinds', ShardId: '0', ShardIteratorType: 'LATEST' }).then(
        (text) => text.length > 0,
      ),
      true,
    )
  })

  test('an iterator expires after five minutes, and a made-up one is refused', async () => {
    await createStream('expiry')
    const old = await iterator({ StreamName: 'expiry', ShardIteratorType: 'TRIM_HORIZON' })
    clock.advance(300_000)
    assert.deepEqual(await texts(old), [])
    clock.advance(1)
    await refuses(
      texts(old),
      'ExpiredIteratorException',
      /^Iterator expired\. The iterator was created at time \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} while right now it is .* which is further in the future than the tolerated delay of 300000 milliseconds\.$/,
    )
    const bits = Buffer.from(old, 'base64')
    bits[30]! ^= 1
    for (const made of ['AAAA', 'x', bits.toString('base64')]) {
      await refuses(texts(made), 'InvalidArgumentException', 'Invalid ShardIterator.')
    }
  })

  test('wrong iterators are refused in the words of AWS', async () => {
    // The messages are those that kinesalite recorded: https://github.com/mhart/kinesalite/blob/main/test/getShardIterator.js
    await createStream('wrong', 2)
    const { SequenceNumber } = await put('wrong', 'x')
    const owner = (await put('wrong', 'x')).ShardId!
    const otherShard = owner.endsWith('0') ? 'shardId-000000000001' : 'shardId-000000000000'
    const ask = (input: Partial<GetShardIteratorCommandInput>) =>
      iterator({ StreamName: 'wrong', ShardIteratorType: 'AT_SEQUENCE_NUMBER', ...input })
    await refuses(
      ask({ ShardId: 'shardId-000000000009', ShardIteratorType: 'LATEST' }),
      'ResourceNotFoundException',
      'Shard shardId-000000000009 in stream wrong under account 123456789012 does not exist',
    )
    await refuses(
      ask({ ShardId: 'nonsense', ShardIteratorType: 'LATEST' }),
      'ResourceNotFoundException',
      'Could not find shard nonsense in stream wrong under account 123456789012.',
    )
    await refuses(
      ask({ ShardIteratorType: 'LATEST', StartingSequenceNumber: SequenceNumber }),
      'InvalidArgumentException',
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified LATEST and also a StartingSequenceNumber.',
    )
    await refuses(ask({}), 'InvalidArgumentException', /and no StartingSequenceNumber\.$/)
    await refuses(
      ask({ ShardId: otherShard, StartingSequenceNumber: SequenceNumber }),
      'InvalidArgumentException',
      `Invalid StartingSequenceNumber. It encodes ${owner}, while it was used in a call to a shard with ${otherShard}`,
    )
    await refuses(
      ask({ StartingSequenceNumber: '123' }),
      'InvalidArgumentException',
      'StartingSequenceNumber 123 used in GetShardIterator on shard shardId-000000000000 in stream wrong under account 123456789012 is invalid.',
    )
    await refuses(
      ask({ ShardIteratorType: 'AT_TIMESTAMP' }),
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    )
    await refuses(
      ask({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(clock.now() + 5000) }),
      'InvalidArgumentException',
      /^The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\./,
    )
  })

  test('keys are spread over the shards by their MD5, or by the explicit hash key', async () => {
    await createStream('spread', 4)
    const { Records } = await client.send(
      new PutRecordsCommand({
        StreamName: 'spread',
        Records: [
          { PartitionKey: 'a', Data: bytes('') },
          { PartitionKey: 'a', ExplicitHashKey: '0', Data: bytes('') },
          { PartitionKey: 'a', ExplicitHashKey: String(2n ** 128n - 1n), Data: bytes('') },
          { PartitionKey: 'a', ExplicitHashKey: String(2n ** 127n), Data: bytes('') },
        ],
      }),
    )
    // MD5('a') = 0cc175b9c0f1b6a831c399e269772661
    assert.deepEqual(
      Records!.map((record) => Number(record.ShardId!.split('-')[1])),
      [0, 0, 3, 2],
    )
    await refuses(
      client.send(
        new PutRecordCommand({
          StreamName: 'spread',
          PartitionKey: 'a',
          ExplicitHashKey: String(2n ** 128n),
          Data: bytes(''),
        }),
      ),
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`,
    )
  })

  test('a page ends at its limit and says how far behind it is', async () => {
    await createStream('pages')
    for (const text of ['a', 'b', 'c']) {
      await put('pages', text)
      clock.advance(100)
    }
    const first = await client.send(
      new GetRecordsCommand({
        ShardIterator: await iterator({ StreamName: 'pages', ShardIteratorType: 'TRIM_HORIZON' }),
        Limit: 2,
      }),
    )
    assert.equal(first.Records!.length, 2)
    assert.equal(first.MillisBehindLatest, 200)
    assert.deepEqual(await texts(first.NextShardIterator!), ['c'])
  })

  test('a page holds ten mebibytes', async () => {
    await createStream('large')
    const record = { PartitionKey: 'k', Data: Buffer.alloc(1024 * 1024, 7) }
    for (let sent = 0; sent < 3; sent += 1) {
      await client.send(
        new PutRecordsCommand({ StreamName: 'large', Records: [record, record, record, record] }),
      )
    }
    const page = await client.send(
      new GetRecordsCommand({
        ShardIterator: await iterator({ StreamName: 'large', ShardIteratorType: 'TRIM_HORIZON' }),
      }),
    )
    assert.equal(page.Records!.length, 10)
    assert.deepEqual(await texts(page.NextShardIterator!).then((found) => found.length), 2)
  })

  test('records older than the retention are not returned', async () => {
    await createStream('retention')
    await put('retention', 'old')
    clock.advance(23 * 3_600_000)
    await put('retention', 'young')
    clock.advance(3_600_001)
    assert.deepEqual(
      await texts(await iterator({ StreamName: 'retention', ShardIteratorType: 'TRIM_HORIZON' })),
      ['young'],
    )
  })

  test('records are spread without keys once the stream does so by itself, and not before', async () => {
    await createStream('spread-by-itself')
    const put = () =>
      client.send(
        new PutRecordsCommand({
          StreamName: 'spread-by-itself',
          Records: [{ Data: bytes('a'), PartitionKey: undefined as unknown as string }],
        }),
      )
    await refuses(put(), 'InvalidArgumentException', /PartitionKey is required/)
    await client.send(
      new UpdateStreamRecordDistributionStrategyCommand({
        StreamARN: arnOf('spread-by-itself'),
        RecordDistributionStrategy: 'AUTO',
      }),
    )
    assert.equal((await put()).FailedRecordCount, 0)
  })

  test('what is too large or out of range is refused as on AWS', async () => {
    await createStream('limits')
    await refuses(
      client.send(
        new PutRecordCommand({
          StreamName: 'limits',
          PartitionKey: 'k',
          Data: Buffer.alloc(1_048_577),
        }),
      ),
      'ValidationException',
      "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    )
    await client.send(
      new UpdateMaxRecordSizeCommand({ StreamARN: arnOf('limits'), MaxRecordSizeInKiB: 2048 }),
    )
    await client.send(
      new PutRecordCommand({
        StreamName: 'limits',
        PartitionKey: 'k',
        Data: Buffer.alloc(1_048_577),
      }),
    )
    const many = Array.from({ length: 501 }, () => ({ PartitionKey: 'k', Data: bytes('') }))
    await refuses(
      client.send(new PutRecordsCommand({ StreamName: 'limits', Records: many })),
      'ValidationException',
      /at 'records' failed to satisfy constraint: Member must have length less than or equal to 500/,
    )
    await refuses(
      client.send(
        new PutRecordsCommand({
          StreamName: 'limits',
          Records: Array.from({ length: 6 }, () => ({
            PartitionKey: 'k',
            Data: Buffer.alloc(1.9 * 1024 * 1024),
          })),
        }),
      ),
      'InvalidArgumentException',
      'Records size exceeds 10 MB limit',
    )
    await refuses(
      put('limits', 'x', 'k'.repeat(257)),
      'ValidationException',
      /at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256/,
    )
    await refuses(
      put('no such stream', 'x'),
      'ValidationException',
      /at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[a-zA-Z0-9_.-\]\+/,
    )
    await refuses(
      client.send(new PutRecordCommand({ PartitionKey: 'k', Data: bytes('x') })),
      'InvalidArgumentException',
      'Either StreamName or StreamARN should be provided.',
    )
    await refuses(
      client.send(
        new PutRecordCommand({
          StreamName: 'limits',
          PartitionKey: 'k',
          Data: bytes('x'),
          DryRun: true,
        }),
      ),
      'DryRunOperationException',
      /DryRun/,
    )
    await refuses(
      client.send(
        new PutRecordCommand({
          StreamName: 'limits',
          PartitionKey: 'k',
          Data: bytes('x'),
          SequenceNumberForOrdering: '99',
        }),
      ),
      'InvalidArgumentException',
      'ExclusiveMinimumSequenceNumber 99 used in PutRecord on stream limits under account 123456789012 is invalid.',
    )
  })
})

describe('Kinesis settings', () => {
  test('tags, by name and by ARN', async () => {
    const stream = { StreamName: await createStream('tags') }
    await client.send(new AddTagsToStreamCommand({ ...stream, Tags: { a: '1', b: '2' } }))
    await client.send(
      new TagResourceCommand({ ResourceARN: arnOf('tags'), Tags: { c: 'x:y', a: '3' } }),
    )
    await client.send(new RemoveTagsFromStreamCommand({ ...stream, TagKeys: ['b', 'z'] }))
    const listed = await client.send(new ListTagsForStreamCommand({ ...stream, Limit: 1 }))
    assert.deepEqual(listed.Tags, [{ Key: 'a', Value: '3' }])
    assert.equal(listed.HasMoreTags, true)
    await client.send(new UntagResourceCommand({ ResourceARN: arnOf('tags'), TagKeys: ['a'] }))
    const rest = await client.send(new ListTagsForResourceCommand({ ResourceARN: arnOf('tags') }))
    assert.deepEqual(rest.Tags, [{ Key: 'c', Value: 'x:y' }])
    await refuses(
      client.send(new AddTagsToStreamCommand({ ...stream, Tags: { 'a;': '' } })),
      'InvalidArgumentException',
      /^Some tags contain invalid characters\./,
    )
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, '']))
    await refuses(
      client.send(new AddTagsToStreamCommand({ ...stream, Tags: many })),
      'InvalidArgumentException',
      /cannot have more than 50 tags/,
    )
  })

  test('retention, monitoring and encryption', async () => {
    const stream = { StreamName: await createStream('settings') }
    const increase = (hours: number) =>
      client.send(
        new IncreaseStreamRetentionPeriodCommand({ ...stream, RetentionPeriodHours: hours }),
      )
    await increase(48)
    await refuses(
      increase(24),
      'InvalidArgumentException',
      'Requested retention period (24 hours) for stream settings can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
    )
    await refuses(
      increase(23),
      'InvalidArgumentException',
      'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
    )
    await refuses(increase(8761), 'InvalidArgumentException', /is too long\.$/)
    await client.send(
      new DecreaseStreamRetentionPeriodCommand({ ...stream, RetentionPeriodHours: 24 }),
    )
    const enabled = await client.send(
      new EnableEnhancedMonitoringCommand({ ...stream, ShardLevelMetrics: ['ALL'] }),
    )
    assert.deepEqual(enabled.CurrentShardLevelMetrics, [])
    assert.equal(enabled.DesiredShardLevelMetrics!.length, 7)
    const disabled = await client.send(
      new DisableEnhancedMonitoringCommand({ ...stream, ShardLevelMetrics: ['IncomingBytes'] }),
    )
    assert.equal(disabled.DesiredShardLevelMetrics!.length, 6)
    await client.send(
      new StartStreamEncryptionCommand({
        ...stream,
        EncryptionType: 'KMS',
        KeyId: 'alias/aws/kinesis',
      }),
    )
    const { StreamDescription } = await client.send(new DescribeStreamCommand(stream))
    assert.equal(StreamDescription!.EncryptionType, 'KMS')
    assert.equal(StreamDescription!.KeyId, 'alias/aws/kinesis')
    assert.equal(StreamDescription!.RetentionPeriodHours, 24)
    assert.equal(StreamDescription!.EnhancedMonitoring![0]!.ShardLevelMetrics!.length, 6)
    await client.send(
      new StopStreamEncryptionCommand({
        ...stream,
        EncryptionType: 'KMS',
        KeyId: 'alias/aws/kinesis',
      }),
    )
    assert.equal((await put('settings', 'x')).EncryptionType, 'NONE')
  })

  test('consumers are registered, found and deregistered', async () => {
    const StreamARN = arnOf(await createStream('fans'))
    const names = ['c', 'a', 'b']
    for (const ConsumerName of names) {
      await client.send(
        new RegisterStreamConsumerCommand({ StreamARN, ConsumerName, Tags: { of: ConsumerName } }),
      )
    }
    await refuses(
      client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'a' })),
      'ResourceInUseException',
      /already exists/,
    )
    const first = await client.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 2 }))
    const second = await client.send(
      new ListStreamConsumersCommand({ StreamARN, NextToken: first.NextToken }),
    )
    const consumers = [...first.Consumers!, ...second.Consumers!]
    assert.deepEqual(
      consumers.map((consumer) => consumer.ConsumerName),
      ['a', 'b', 'c'],
    )
    const { ConsumerARN } = consumers[0]!
    assert.match(ConsumerARN!, /^arn:aws:kinesis:.*:stream\/fans\/consumer\/a:\d+$/)
    const byName = await client.send(
      new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: 'a' }),
    )
    const byArn = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))
    assert.deepEqual(byName.ConsumerDescription, byArn.ConsumerDescription)
    assert.equal(byArn.ConsumerDescription!.ConsumerStatus, 'ACTIVE')
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceARN: ConsumerARN }))
    assert.deepEqual(tags.Tags, [{ Key: 'of', Value: 'a' }])
    await refuses(
      client.send(new DeleteStreamCommand({ StreamARN })),
      'ResourceInUseException',
      /has registered consumers/,
    )
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }))
    await refuses(
      client.send(new DescribeStreamConsumerCommand({ ConsumerARN })),
      'ResourceNotFoundException',
      /^Consumer .* not found\.$/,
    )
    await client.send(new DeleteStreamCommand({ StreamARN, EnforceConsumerDeletion: true }))
  })

  test('resource policies are kept', async () => {
    const ResourceARN = arnOf(await createStream('policy'))
    const empty = await client.send(new GetResourcePolicyCommand({ ResourceARN }))
    assert.equal(empty.Policy, '{}')
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: lake.accountId },
          Action: 'kinesis:DescribeStreamSummary',
          Resource: ResourceARN,
        },
      ],
    })
    await client.send(new PutResourcePolicyCommand({ ResourceARN, Policy }))
    assert.equal((await client.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy, Policy)
    await refuses(
      client.send(new PutResourcePolicyCommand({ ResourceARN, Policy: 'no' })),
      'InvalidArgumentException',
      /not a valid policy/,
    )
    await client.send(new DeleteResourcePolicyCommand({ ResourceARN }))
    await refuses(
      client.send(new DeleteResourcePolicyCommand({ ResourceARN })),
      'ResourceNotFoundException',
      /No resource policy/,
    )
  })
})

describe('Kinesis resharding', () => {
  const shardsOf = async (StreamName: string, latest = false): Promise<readonly Shard[]> => {
    const { Shards } = await client.send(
      new ListShardsCommand({
        StreamName,
        ...(latest ? { ShardFilter: { Type: 'AT_LATEST' } } : {}),
      }),
    )
    return Shards!
  }

  test('a split closes the parent, whose iterators end with its children', async () => {
    const StreamName = await createStream('split')
    await put('split', 'before')
    const parent = await iterator({ StreamName, ShardIteratorType: 'TRIM_HORIZON' })
    await client.send(
      new SplitShardCommand({
        StreamName,
        ShardToSplit: 'shardId-000000000000',
        NewStartingHashKey: String(2n ** 127n),
      }),
    )
    const shards = await shardsOf(StreamName)
    assert.deepEqual(
      shards.map((shard) => [shard.ShardId, shard.ParentShardId]),
      [
        ['shardId-000000000000', undefined],
        ['shardId-000000000001', 'shardId-000000000000'],
        ['shardId-000000000002', 'shardId-000000000000'],
      ],
    )
    assert.ok(shards[0]!.SequenceNumberRange!.EndingSequenceNumber)
    assert.ok(
      shards[1]!.SequenceNumberRange!.StartingSequenceNumber! >
        shards[0]!.SequenceNumberRange!.EndingSequenceNumber!,
    )
    const later = await put('split', 'after', 'a')
    assert.equal(later.ShardId, 'shardId-000000000001')
    const page = await client.send(new GetRecordsCommand({ ShardIterator: parent }))
    assert.equal(Buffer.from(page.Records![0]!.Data!).toString(), 'before')
    assert.equal(page.NextShardIterator, undefined)
    assert.deepEqual(
      page.ChildShards!.map((child) => [child.ShardId, child.ParentShards]),
      [
        ['shardId-000000000001', ['shardId-000000000000']],
        ['shardId-000000000002', ['shardId-000000000000']],
      ],
    )
    await client.send(
      new MergeShardsCommand({
        StreamName,
        ShardToMerge: 'shardId-000000000001',
        AdjacentShardToMerge: 'shardId-000000000002',
      }),
    )
    const [only] = await shardsOf(StreamName, true)
    assert.equal(only!.ShardId, 'shardId-000000000003')
    assert.equal(only!.AdjacentParentShardId, 'shardId-000000000002')
  })

  test('a new shard count gives shards of equal size, and loses nothing that is put meanwhile', async () => {
    const StreamName = await createStream('resize', 3)
    const sent: string[] = []
    const producers = Array.from({ length: 4 }, async (_, producer) => {
      for (let index = 0; index < 25; index += 1) {
        const text = `${producer}-${index}`
        await put(StreamName, text, `key-${producer}`)
        sent.push(text)
      }
    })
    for (const TargetShardCount of [5, 4, 8]) {
      const result = await client.send(
        new UpdateShardCountCommand({
          StreamName,
          TargetShardCount,
          ScalingType: 'UNIFORM_SCALING',
        }),
      )
      assert.equal(result.TargetShardCount, TargetShardCount)
      const open = await shardsOf(StreamName, true)
      const size = 2n ** 128n / BigInt(TargetShardCount)
      assert.deepEqual(
        open
          .map((shard) => BigInt(shard.HashKeyRange!.StartingHashKey!))
          .toSorted((one, other) => (one < other ? -1 : 1)),
        Array.from({ length: TargetShardCount }, (_, index) => size * BigInt(index)),
      )
    }
    await Promise.all(producers)
    const found: string[] = []
    for (const shard of await shardsOf(StreamName)) {
      found.push(
        ...(await texts(
          await iterator({
            StreamName,
            ShardId: shard.ShardId,
            ShardIteratorType: 'TRIM_HORIZON',
          }),
        )),
      )
    }
    assert.deepEqual(found.toSorted(), sent.toSorted())
    for (let producer = 0; producer < 4; producer += 1) {
      const own = found.filter((text) => text.startsWith(`${producer}-`))
      assert.deepEqual(
        own,
        Array.from({ length: 25 }, (_, index) => `${producer}-${index}`),
      )
    }
    await refuses(
      client.send(
        new UpdateShardCountCommand({
          StreamName,
          TargetShardCount: 17,
          ScalingType: 'UNIFORM_SCALING',
        }),
      ),
      'InvalidArgumentException',
      /cannot scale up over double/,
    )
  })

  test('a warm throughput gives an on-demand stream its shards at once', async () => {
    const StreamName = await createStream('warm', 2)
    const warm = (WarmThroughputMiBps: number) =>
      client.send(new UpdateStreamWarmThroughputCommand({ StreamName, WarmThroughputMiBps }))
    await refuses(warm(5), 'InvalidArgumentException', /Provisioned mode/)
    await client.send(
      new UpdateStreamModeCommand({
        StreamARN: arnOf(StreamName),
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        WarmThroughputMiBps: 3,
      }),
    )
    assert.equal((await shardsOf(StreamName, true)).length, 3)
    const { WarmThroughput } = await warm(7)
    assert.deepEqual(WarmThroughput, { TargetMiBps: 7, CurrentMiBps: 7 })
    assert.equal((await shardsOf(StreamName, true)).length, 7)
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName }))
    assert.equal(summary.StreamDescriptionSummary!.WarmThroughput!.TargetMiBps, 7)
    await refuses(warm(10_241), 'ValidationException', /less than or equal to 10240/)
  })
})
