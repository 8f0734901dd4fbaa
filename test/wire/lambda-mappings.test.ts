import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis'
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { poll } from '../harness/index.ts'
import { lambdaOf } from './lambda-fixture.ts'
import { Bucket, code, startMappings } from './lambda-mapping-lake.ts'

let front: Awaited<ReturnType<typeof startMappings>>
before(async () => {
  front = await startMappings()
})
after(() => front.lake.stop())

test('records come to the function in their order, with all that AWS tells of them', async () => {
  const { EventSourceArn, map } = await front.mapped('plain', { BatchSize: 2 })
  const first = await front.kinesis.send(
    new PutRecordCommand({ StreamName: 'plain', PartitionKey: 'k', Data: Buffer.from('1') }),
  )
  await front.put('plain', ['2', '3', '4', '5'], () => 'k')
  const made = await map()
  assert.equal(made.State, 'Enabled')
  assert.equal(made.BatchSize, 2)
  assert.deepEqual(await front.sees('plain', 5), ['1', '2', '3', '4', '5'])
  const all = await front.batches('plain/')
  assert.ok(all.every(({ texts }) => texts.length <= 2))
  const [record] = all[0].event.Records
  assert.deepEqual(record, {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'k',
      sequenceNumber: first.SequenceNumber,
      data: Buffer.from('1').toString('base64'),
      approximateArrivalTimestamp: record.kinesis.approximateArrivalTimestamp,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${first.SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: front.lambda.roleArn,
    awsRegion: 'us-east-1',
    eventSourceARN: EventSourceArn,
  })
  assert.ok(Math.abs(record.kinesis.approximateArrivalTimestamp * 1000 - Date.now()) < 120_000)
  await front.put('plain', ['6'])
  await front.sees('plain', 6)
  const { UUID } = made
  const got = await front.lambda.client.send(new GetEventSourceMappingCommand({ UUID }))
  assert.equal(got.LastProcessingResult, 'OK')
})

test('LATEST begins behind what is there, and a window gathers', async () => {
  const { map } = await front.mapped('latest', {
    StartingPosition: 'LATEST',
    MaximumBatchingWindowInSeconds: 1,
  })
  await front.put('latest', ['old'])
  await map()
  for (const text of ['a', 'b', 'c']) await front.put('latest', [text])
  assert.deepEqual(await front.sees('latest', 3), ['a', 'b', 'c'])
  assert.equal((await front.batches('latest/')).length, 1)
})

test('shards that were split are read after their parent', async () => {
  const { map } = await front.mapped('split', { BatchSize: 1 })
  await front.put('split', ['p1', 'p2', 'p3'])
  const half = (2n ** 127n).toString()
  await front.kinesis.send(
    new SplitShardCommand({
      StreamName: 'split',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: half,
    }),
  )
  await front.put('split', ['c1', 'c2', 'c3', 'c4'])
  await map()
  const texts = await front.sees('split', 7)
  assert.deepEqual(texts.slice(0, 3).toSorted(), ['p1', 'p2', 'p3'])
  assert.deepEqual(texts.slice(3).toSorted(), ['c1', 'c2', 'c3', 'c4'])
})

test('with a parallelization factor the order of each key is kept', async () => {
  const { map } = await front.mapped('parallel', { ParallelizationFactor: 3, BatchSize: 4 })
  const keys = ['a', 'b', 'c', 'd', 'e']
  const texts = Array.from({ length: 60 }, (_, n) => `${keys[n % 5]}${String(n).padStart(3, '0')}`)
  await front.put('parallel', texts, (text) => text[0]!)
  await map()
  const got = await front.sees('parallel', 60)
  assert.deepEqual(got.toSorted(), texts.toSorted())
  for (const key of keys) {
    const own = (list: readonly string[]) => list.filter((text) => text.startsWith(key))
    assert.deepEqual(own(got), own(texts))
  }
})

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
test('a bad record is found by halves, given up, and told of', async () => {
  const { EventSourceArn, map } = await front.mapped('halves', {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: `arn:aws:s3:::${Bucket}` } },
  })
  await front.put('halves', ['1', '2', '3', 'bad', '5', '6'], () => 'k')
  const { UUID } = await map()
  const good = await poll('the last good ones', async () => {
    const found = (await front.batches('halves/')).filter(({ texts }) => !texts.includes('bad'))
    return found.some(({ texts }) => texts.includes('6')) && found
  })
  assert.deepEqual(
    good.flatMap(({ texts }) => texts as string[]),
    ['1', '2', '3', '5', '6'],
  )
  const news = await poll('the news', async () => {
    const found = await front.batches(`aws/lambda/${UUID}/shardId-000000000000/`)
    return found.length > 0 && found
  })
  assert.equal(news.length, 1)
  const [{ requestContext, KinesisBatchInfo: info, payload }] = news
  assert.equal(requestContext.condition, 'RetryAttemptsExhausted')
  assert.equal(info.batchSize, 1)
  assert.equal(info.streamArn, EventSourceArn)
  assert.equal(info.startSequenceNumber, info.endSequenceNumber)
  const [lost] = JSON.parse(payload).Records
  assert.equal(Buffer.from(lost.kinesis.data, 'base64').toString(), 'bad')
})

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
test('a function that reports failures is given again only what follows the first', async () => {
  const { map } = await front.mapped(
    'reports',
    { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 },
    { variables: { REPORTS: '1' } },
  )
  await front.put('reports', ['1', '2', 'bad', '4'], () => 'k')
  await map()
  await poll('a second try', async () => (await front.batches('reports/')).length >= 2)
  await front.put('reports', ['5'], () => 'k')
  await poll('what follows', async () => (await front.seen('reports')).includes('5'))
  const all = (await front.batches('reports/')).map(({ texts }) => texts.join(' '))
  assert.deepEqual(all, ['1 2 bad 4', 'bad 4', '5'])
})

test('only records that a filter matches reach the function', async () => {
  const Filters = [
    { Pattern: JSON.stringify({ data: { level: ['error'], code: [{ numeric: ['>=', 500] }] } }) },
    { Pattern: JSON.stringify({ partitionKey: [{ prefix: 'always' }] }) },
  ]
  const { map } = await front.mapped('filtered', { FilterCriteria: { Filters } })
  const texts = ['{"level":"error","code":404}', '{"level":"error","code":503}', 'text']
  await front.put('filtered', texts, () => 'k')
  await front.put('filtered', ['last'], () => 'always')
  const { FilterCriteria } = await map()
  assert.deepEqual(FilterCriteria, { Filters })
  assert.deepEqual(await front.sees('filtered', 2), ['{"level":"error","code":503}', 'last'])
  const wrong = { FilterCriteria: { Filters: [{ Pattern: '{"data":{}}' }] } }
  await assert.rejects((await front.mapped('misfiltered', wrong)).map(), {
    name: 'InvalidParameterValueException',
  })
})

test('a mapping is listed, switched off and on, changed, tagged and removed', async () => {
  const { EventSourceArn, map } = await front.mapped('managed', {
    Enabled: false,
    Tags: { a: '1' },
  })
  const { UUID, EventSourceMappingArn, State } = await map()
  assert.equal(State, 'Disabled')
  await assert.rejects(map(), { name: 'ResourceConflictException' })
  await front.put('managed', ['x'])
  const update = (input: object) =>
    front.lambda.client.send(new UpdateEventSourceMappingCommand({ UUID, ...input }))
  assert.equal((await update({ BatchSize: 7 })).BatchSize, 7)
  assert.deepEqual(await front.seen('managed'), [])
  assert.equal((await update({ Enabled: true })).State, 'Enabled')
  assert.deepEqual(await front.sees('managed', 1), ['x'])
  await update({ ParallelizationFactor: 2 })
  await front.put('managed', ['y', 'z'])
  await poll('the others', async () => new Set(await front.seen('managed')).size === 3)

  const Resource = EventSourceMappingArn!
  await front.lambda.client.send(new TagResourceCommand({ Resource, Tags: { b: '2' } }))
  const { Tags } = await front.lambda.client.send(new ListTagsCommand({ Resource }))
  assert.deepEqual(Tags, { a: '1', b: '2' })
  const list = (input: object) =>
    front.lambda.client.send(new ListEventSourceMappingsCommand(input))
  assert.deepEqual(
    (await list({ EventSourceArn })).EventSourceMappings!.map((mapping) => mapping.UUID),
    [UUID],
  )
  assert.deepEqual((await list({ FunctionName: 'managed:other' })).EventSourceMappings, [])
  await front.lambda.client.send(new DeleteEventSourceMappingCommand({ UUID }))
  await assert.rejects(front.lambda.client.send(new GetEventSourceMappingCommand({ UUID })), {
    name: 'ResourceNotFoundException',
  })
})

test('the role of the function must be allowed to read the stream', async () => {
  const EventSourceArn = await front.stream('unread')
  const { create, client } = await lambdaOf(front.lake, ['logs:*'], 'reads-nothing')
  await create('unread', code)
  await assert.rejects(
    client.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'unread',
        EventSourceArn,
        StartingPosition: 'LATEST',
      }),
    ),
    {
      name: 'InvalidParameterValueException',
      message: /Please ensure the role can perform the GetRecords/,
    },
  )
})
