import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { DescribeStreamCommand, type GetShardIteratorCommandInput } from '@aws-sdk/client-kinesis'
import { refuses, startKinesis } from './kinesis-lake.ts'

const { lake, clock, client, createStream, iterator, texts, put } = await startKinesis()
after(() => lake.stop())

describe('Kinesis iterators', () => {
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
})
