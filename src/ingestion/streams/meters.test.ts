import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricPoint } from './meters.ts'
import { scope, workshop } from './workshop.fixture.ts'

const name = 's'

test('what is put, read and pushed is counted, by shard where the stream asks for it', async () => {
  await using shop = await workshop()
  const { clock } = shop
  await using opened = await shop.open()
  const { streams } = opened
  await streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 2 })
  const { arn } = await streams.find(scope, { name })
  const [first, second] = ['0', String(2n ** 127n)]
  const record = (explicitHashKey: string, text: string) => ({
    partitionKey: 'key',
    explicitHashKey,
    data: Buffer.from(text),
  })
  const records = [record(first!, '12345'), record(first!, '1'), record(second!, '12')]
  await streams.put(scope, { name }, records)
  await streams.put(scope, { name }, [record(first!, 'x')], 'PutRecord')
  clock.advance(500)
  const iterator = await streams.shardIterator(scope, { name }, '0', { type: 'TRIM_HORIZON' })
  await streams.read(scope, iterator, 2)
  const whole = streams.metrics()
  const sums = (points: readonly MetricPoint[]) =>
    Object.fromEntries(
      points
        .filter((point) => !point.name.endsWith('Latency'))
        .map((point) => [point.name, point.sum]),
    )
  assert.deepEqual(sums(whole), {
    'GetRecords.Bytes': 6,
    'GetRecords.IteratorAgeMilliseconds': 500,
    'GetRecords.Records': 2,
    'GetRecords.Success': 1,
    IncomingBytes: 17 + 4,
    IncomingRecords: 4,
    'PutRecord.Bytes': 4,
    'PutRecord.Success': 1,
    'PutRecords.Bytes': 17,
    'PutRecords.FailedRecords': 0,
    'PutRecords.Success': 1,
    'PutRecords.SuccessfulRecords': 3,
    'PutRecords.ThrottledRecords': 0,
    'PutRecords.TotalRecords': 3,
    WriteProvisionedThroughputExceeded: 0,
  })
  assert.deepEqual(
    whole.find((point) => point.name === 'IncomingRecords'),
    {
      ...scope,
      streamName: name,
      name: 'IncomingRecords',
      unit: 'Count',
      sampleCount: 2,
      sum: 4,
      minimum: 1,
      maximum: 3,
    },
  )
  assert.deepEqual(streams.metrics(), [])

  await streams.change(scope, { name }, () => ({
    shard_level_metrics: JSON.stringify(['IncomingRecords', 'OutgoingBytes']),
  }))
  await streams.put(scope, { name }, records)
  const consumer = await streams.consumers.register(scope, {
    streamArn: arn,
    name: 'fan',
    tags: {},
  })
  const events = await streams.subscribe(
    scope,
    { consumerArn: consumer.arn, shardId: '1', position: { type: 'TRIM_HORIZON' } },
    new AbortController().signal,
  )
  const pushed = events[Symbol.asyncIterator]()
  assert.equal((await pushed.next()).value.records.length, 2)
  await pushed.return?.()
  const points = streams.metrics()
  const ofShards = points.filter((point) => point.shardId !== undefined)
  assert.deepEqual(
    ofShards.map((point) => [point.shardId, point.name, point.sum]),
    [
      ['shardId-000000000000', 'IncomingRecords', 2],
      ['shardId-000000000001', 'IncomingRecords', 1],
      ['shardId-000000000001', 'OutgoingBytes', 4],
    ],
  )
  assert.deepEqual(sums(points.filter((point) => point.consumerName === 'fan')), {
    'SubscribeToShard.Success': 1,
    'SubscribeToShardEvent.Bytes': 4,
    'SubscribeToShardEvent.MillisBehindLatest': 0,
    'SubscribeToShardEvent.Records': 2,
    'SubscribeToShardEvent.Success': 1,
  })
})
