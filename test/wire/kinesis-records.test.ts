import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamRecordDistributionStrategyCommand,
} from '@aws-sdk/client-kinesis'
import { bytes, refuses, startKinesis } from './kinesis-lake.ts'

const { lake, clock, client, arnOf, createStream, iterator, texts, put } = await startKinesis()
after(() => lake.stop())

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
    await client.send(
      new CreateStreamCommand({
        StreamName: 'spread-by-itself',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      }),
    )
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
