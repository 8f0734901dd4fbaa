import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  UpdateStreamWarmThroughputCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import { refuses, startKinesis } from './kinesis-lake.ts'

const { lake, client, arnOf, createStream, iterator, texts, put } = await startKinesis()
after(() => lake.stop())

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
