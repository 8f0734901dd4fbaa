import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  CreateStreamCommand,
  DescribeLimitsCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListStreamConsumersCommand,
  PutRecordCommand,
  PutRecordsCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis'
import { startKinesis } from './kinesis-lake.ts'

// The limits: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const { lake, clock, client } = await startKinesis({ awsQuotas: true })
after(() => lake.stop())

const lower = '0'
const upper = String(2n ** 127n)
const put = (StreamName: string, count: number, sizeBytes: number, ExplicitHashKey = lower) =>
  client.send(
    new PutRecordsCommand({
      StreamName,
      Records: Array.from({ length: count }, () => ({
        PartitionKey: 'k',
        ExplicitHashKey,
        Data: Buffer.alloc(sizeBytes),
      })),
    }),
  )

describe('--aws-quotas', () => {
  test('a shard takes a thousand records a second; the rest of a request fails record by record', async () => {
    const StreamName = 'records'
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }))
    assert.equal((await put(StreamName, 500, 1)).FailedRecordCount, 0)
    assert.equal((await put(StreamName, 400, 1)).FailedRecordCount, 0)
    const part = await put(StreamName, 150, 1)
    assert.equal(part.FailedRecordCount, 50)
    assert.ok(part.Records![99]!.SequenceNumber)
    // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html, the second example
    assert.deepEqual(part.Records![100], {
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage:
        'Rate exceeded for shard shardId-000000000000 in stream records under account 123456789012.',
    })
    assert.equal((await put(StreamName, 3, 1)).FailedRecordCount, 3)
    await assert.rejects(
      client.send(
        new PutRecordCommand({
          StreamName,
          PartitionKey: 'k',
          ExplicitHashKey: lower,
          Data: Buffer.from('x'),
        }),
      ),
      { name: 'ProvisionedThroughputExceededException', message: /^Rate exceeded for shard/ },
    )
    assert.equal((await put(StreamName, 500, 1, upper)).FailedRecordCount, 0)
    clock.advance(100)
    assert.equal((await put(StreamName, 101, 1)).FailedRecordCount, 1)
  })

  test('a shard takes a megabyte a second, and one large record at a time', async () => {
    const StreamName = 'bytes'
    await client.send(
      new CreateStreamCommand({ StreamName, ShardCount: 1, MaxRecordSizeInKiB: 4096 }),
    )
    const keyBytes = 1
    const half = 512 * 1024 - keyBytes
    assert.equal((await put(StreamName, 3, half)).FailedRecordCount, 1)
    clock.advance(1000)
    assert.equal((await put(StreamName, 1, 3 * 1024 * 1024)).FailedRecordCount, 0)
    clock.advance(1000)
    assert.equal((await put(StreamName, 1, 1)).FailedRecordCount, 1)
    clock.advance(1001)
    assert.equal((await put(StreamName, 1, 1)).FailedRecordCount, 0)
    assert.equal((await put(StreamName, 1, 1024 * 1024)).FailedRecordCount, 1)
    // A clock that is set back starts a second of its own.
    clock.advance(-60_000)
    assert.equal((await put(StreamName, 1, 1024 * 1024)).FailedRecordCount, 1)
    clock.advance(1000)
    assert.equal((await put(StreamName, 1, 1024 * 1024 - 1)).FailedRecordCount, 0)
    clock.advance(60_000)
  })

  test('a shard is read five times and two megabytes a second', async () => {
    const StreamName = 'reads'
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    )
    const read = async () =>
      (await client.send(new GetRecordsCommand({ ShardIterator }))).Records!.length
    const refused = () =>
      assert.rejects(read(), {
        name: 'ProvisionedThroughputExceededException',
        message: 'Rate exceeded for Shard - 123456789012/reads/shardId-000000000000',
      })
    for (let index = 0; index < 5; index += 1) assert.equal(await read(), 0)
    await refused()
    for (let index = 0; index < 4; index += 1) {
      clock.advance(1001)
      assert.equal((await put(StreamName, 1, 1024 * 1024 - 1)).FailedRecordCount, 0)
    }
    // Four megabytes at once: nothing for two seconds.
    assert.equal(await read(), 4)
    clock.advance(1900)
    await refused()
    clock.advance(100)
    assert.equal(await read(), 4)
  })

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
  test('a shard gives five iterators a second', async () => {
    await client.send(new CreateStreamCommand({ StreamName: 'iterators', ShardCount: 2 }))
    const iterate = (ShardId: string) =>
      client.send(
        new GetShardIteratorCommand({
          StreamName: 'iterators',
          ShardId,
          ShardIteratorType: 'LATEST',
        }),
      )
    for (let index = 0; index < 5; index += 1) await iterate('shardId-000000000000')
    await assert.rejects(iterate('shardId-000000000000'), {
      name: 'ProvisionedThroughputExceededException',
    })
    await iterate('shardId-000000000001')
    clock.advance(200)
    await iterate('shardId-000000000000')
  })

  test('calls that change a stream are counted by stream, however it is named', async () => {
    clock.advance(1000)
    const lengthen = (stream: { StreamName: string } | { StreamARN: string }) =>
      client.send(new IncreaseStreamRetentionPeriodCommand({ RetentionPeriodHours: 24, ...stream }))
    const StreamARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/iterators'
    for (let index = 0; index < 3; index += 1) await lengthen({ StreamName: 'iterators' })
    for (let index = 0; index < 2; index += 1) await lengthen({ StreamARN })
    for (const stream of [{ StreamName: 'iterators' }, { StreamARN }]) {
      await assert.rejects(lengthen(stream), {
        name: 'LimitExceededException',
        message: 'Rate exceeded for stream iterators under account 123456789012.',
      })
    }
    await lengthen({ StreamName: 'records' })
    clock.advance(200)
    await lengthen({ StreamARN })
  })

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
  test('a stream is not given more than ten thousand shards', async () => {
    await assert.rejects(
      client.send(
        new UpdateShardCountCommand({
          StreamName: 'iterators',
          TargetShardCount: 10_001,
          ScalingType: 'UNIFORM_SCALING',
        }),
      ),
      { name: 'LimitExceededException', message: /may have 10000 shards/ },
    )
  })

  test('an account has fifty on-demand streams, made so or switched to it', async () => {
    const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const
    const create = (number: number) => {
      clock.advance(1000)
      return client.send(
        new CreateStreamCommand({ StreamName: `on-demand-${number}`, StreamModeDetails }),
      )
    }
    const full = { name: 'LimitExceededException', message: /may have 50 on-demand streams/ }
    for (let number = 0; number < 49; number += 1) await create(number)
    const toOnDemand = (name: string) =>
      client.send(
        new UpdateStreamModeCommand({
          StreamARN: `arn:aws:kinesis:us-east-1:123456789012:stream/${name}`,
          StreamModeDetails,
        }),
      )
    await toOnDemand('iterators')
    await assert.rejects(toOnDemand('records'), full)
    await assert.rejects(create(50), full)
    await toOnDemand('iterators')
  })

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html
  test('calls about consumers are counted by stream', async () => {
    clock.advance(1000)
    const list = (name: string) =>
      client.send(
        new ListStreamConsumersCommand({
          StreamARN: `arn:aws:kinesis:us-east-1:123456789012:stream/${name}`,
        }),
      )
    for (let index = 0; index < 5; index += 1) await list('iterators')
    await assert.rejects(list('iterators'), { name: 'LimitExceededException' })
    await list('records')
  })

  test('calls of an account are counted', async () => {
    clock.advance(1000)
    assert.equal((await client.send(new DescribeLimitsCommand({}))).OnDemandStreamCountLimit, 50)
    await assert.rejects(client.send(new DescribeLimitsCommand({})), {
      name: 'LimitExceededException',
    })
    clock.advance(1000)
    await client.send(new DescribeLimitsCommand({}))
  })
})
