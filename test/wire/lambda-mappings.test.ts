import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UpdateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { lambdaOf, type Json, type Lambda } from './lambda-fixture.ts'

const Bucket = 'batches'

/** Keeps each batch in the bucket; what fails is what the records say. */
const code = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
let calls = 0
export const handler = async (event, { awsRequestId }) => {
  const texts = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())
  const Key = process.env.PREFIX + String(Date.now()).padStart(15, '0') + String(calls++).padStart(6, '0') + awsRequestId
  const bad = texts.findIndex((text) => text.includes('bad'))
  await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key, Body: JSON.stringify({ texts, event }) }))
  if (bad >= 0 && !process.env.REPORTS) throw new Error('bad record')
  return { batchItemFailures: bad < 0 ? [] : [{ itemIdentifier: event.Records[bad].kinesis.sequenceNumber }] }
}`

let lake: TestLake
let lambda: Lambda
let kinesis: KinesisClient
let s3: S3Client
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake, ['logs:*', 's3:PutObject', 'kinesis:*', 'lambda:InvokeFunction'])
  kinesis = lake.client(KinesisClient)
  s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
})
after(() => lake.stop())

async function stream(StreamName: string, ShardCount = 1): Promise<string> {
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  )
  return StreamDescriptionSummary!.StreamARN!
}

function put(StreamName: string, texts: readonly string[], key = (text: string) => text) {
  return kinesis.send(
    new PutRecordsCommand({
      StreamName,
      Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: key(text) })),
    }),
  )
}

/** A stream, a function of the same name, and a mapping between them. */
async function mapped(
  name: string,
  input: Partial<CreateEventSourceMappingCommandInput> = {},
  variables: Readonly<Record<string, string>> = {},
  shards = 1,
) {
  const EventSourceArn = await stream(name, shards)
  await lambda.create(name, code, {
    Environment: { Variables: { PREFIX: `${name}/`, ...variables } },
  })
  const map = () =>
    lambda.client.send(
      new CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn,
        StartingPosition: 'TRIM_HORIZON',
        ...input,
      }),
    )
  return { EventSourceArn, map }
}

/** The batches that the function of a mapping has seen, in their order. */
async function batches(Prefix: string): Promise<readonly Json[]> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
  return Promise.all(
    (Contents ?? []).map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      return JSON.parse(await Body!.transformToString()) as Json
    }),
  )
}
const seen = async (name: string) =>
  (await batches(`${name}/`)).flatMap(({ texts }) => texts as string[])
const sees = (name: string, count: number) =>
  poll(`${count} records at ${name}`, async () => {
    const texts = await seen(name)
    return texts.length >= count && texts
  })

test('records come to the function in their order, with all that AWS tells of them', async () => {
  const { EventSourceArn, map } = await mapped('plain', { BatchSize: 2 })
  const first = await kinesis.send(
    new PutRecordCommand({ StreamName: 'plain', PartitionKey: 'k', Data: Buffer.from('1') }),
  )
  await put('plain', ['2', '3', '4', '5'], () => 'k')
  const made = await map()
  assert.equal(made.State, 'Enabled')
  assert.equal(made.BatchSize, 2)
  assert.deepEqual(await sees('plain', 5), ['1', '2', '3', '4', '5'])
  const all = await batches('plain/')
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
    invokeIdentityArn: lambda.roleArn,
    awsRegion: 'us-east-1',
    eventSourceARN: EventSourceArn,
  })
  assert.ok(Math.abs(record.kinesis.approximateArrivalTimestamp * 1000 - Date.now()) < 120_000)
  await put('plain', ['6'])
  await sees('plain', 6)
  const { UUID } = made
  const got = await lambda.client.send(new GetEventSourceMappingCommand({ UUID }))
  assert.equal(got.LastProcessingResult, 'OK')
})

test('LATEST begins behind what is there, and a window gathers', async () => {
  const { map } = await mapped('latest', {
    StartingPosition: 'LATEST',
    MaximumBatchingWindowInSeconds: 1,
  })
  await put('latest', ['old'])
  await map()
  for (const text of ['a', 'b', 'c']) await put('latest', [text])
  assert.deepEqual(await sees('latest', 3), ['a', 'b', 'c'])
  assert.equal((await batches('latest/')).length, 1)
})

test('shards that were split are read after their parent', async () => {
  const { map } = await mapped('split', { BatchSize: 1 })
  await put('split', ['p1', 'p2', 'p3'])
  const half = (2n ** 127n).toString()
  await kinesis.send(
    new SplitShardCommand({
      StreamName: 'split',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: half,
    }),
  )
  await put('split', ['c1', 'c2', 'c3', 'c4'])
  await map()
  const texts = await sees('split', 7)
  assert.deepEqual(texts.slice(0, 3).toSorted(), ['p1', 'p2', 'p3'])
  assert.deepEqual(texts.slice(3).toSorted(), ['c1', 'c2', 'c3', 'c4'])
})

test('with a parallelization factor the order of each key is kept', async () => {
  const { map } = await mapped('parallel', { ParallelizationFactor: 3, BatchSize: 4 })
  const keys = ['a', 'b', 'c', 'd', 'e']
  const texts = Array.from({ length: 60 }, (_, n) => `${keys[n % 5]}${String(n).padStart(3, '0')}`)
  await put('parallel', texts, (text) => text[0]!)
  await map()
  const got = await sees('parallel', 60)
  assert.deepEqual(got.toSorted(), texts.toSorted())
  for (const key of keys) {
    const own = (list: readonly string[]) => list.filter((text) => text.startsWith(key))
    assert.deepEqual(own(got), own(texts))
  }
})

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
test('a bad record is found by halves, given up, and told of', async () => {
  const { EventSourceArn, map } = await mapped('halves', {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: `arn:aws:s3:::${Bucket}` } },
  })
  await put('halves', ['1', '2', '3', 'bad', '5', '6'], () => 'k')
  const { UUID } = await map()
  const good = await poll('the last good ones', async () => {
    const found = (await batches('halves/')).filter(({ texts }) => !texts.includes('bad'))
    return found.some(({ texts }) => texts.includes('6')) && found
  })
  assert.deepEqual(
    good.flatMap(({ texts }) => texts as string[]),
    ['1', '2', '3', '5', '6'],
  )
  const news = await poll('the news', async () => {
    const found = await batches(`aws/lambda/${UUID}/shardId-000000000000/`)
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
  const { map } = await mapped(
    'reports',
    { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 },
    { REPORTS: '1' },
  )
  await put('reports', ['1', '2', 'bad', '4'], () => 'k')
  await map()
  await poll('a second try', async () => (await batches('reports/')).length >= 2)
  await put('reports', ['5'], () => 'k')
  await poll('what follows', async () => (await seen('reports')).includes('5'))
  const all = (await batches('reports/')).map(({ texts }) => texts.join(' '))
  assert.deepEqual(all, ['1 2 bad 4', 'bad 4', '5'])
})

test('only records that a filter matches reach the function', async () => {
  const Filters = [
    { Pattern: JSON.stringify({ data: { level: ['error'], code: [{ numeric: ['>=', 500] }] } }) },
    { Pattern: JSON.stringify({ partitionKey: [{ prefix: 'always' }] }) },
  ]
  const { map } = await mapped('filtered', { FilterCriteria: { Filters } })
  const texts = ['{"level":"error","code":404}', '{"level":"error","code":503}', 'text']
  await put('filtered', texts, () => 'k')
  await put('filtered', ['last'], () => 'always')
  const { FilterCriteria } = await map()
  assert.deepEqual(FilterCriteria, { Filters })
  assert.deepEqual(await sees('filtered', 2), ['{"level":"error","code":503}', 'last'])
  const wrong = { FilterCriteria: { Filters: [{ Pattern: '{"data":{}}' }] } }
  await assert.rejects((await mapped('misfiltered', wrong)).map(), {
    name: 'InvalidParameterValueException',
  })
})

test('a mapping is listed, switched off and on, changed, tagged and removed', async () => {
  const { EventSourceArn, map } = await mapped('managed', { Enabled: false, Tags: { a: '1' } })
  const { UUID, EventSourceMappingArn, State } = await map()
  assert.equal(State, 'Disabled')
  await assert.rejects(map(), { name: 'ResourceConflictException' })
  await put('managed', ['x'])
  const update = (input: object) =>
    lambda.client.send(new UpdateEventSourceMappingCommand({ UUID, ...input }))
  assert.equal((await update({ BatchSize: 7 })).BatchSize, 7)
  assert.deepEqual(await seen('managed'), [])
  assert.equal((await update({ Enabled: true })).State, 'Enabled')
  assert.deepEqual(await sees('managed', 1), ['x'])
  await update({ ParallelizationFactor: 2 })
  await put('managed', ['y', 'z'])
  await poll('the others', async () => new Set(await seen('managed')).size === 3)

  const Resource = EventSourceMappingArn!
  await lambda.client.send(new TagResourceCommand({ Resource, Tags: { b: '2' } }))
  const { Tags } = await lambda.client.send(new ListTagsCommand({ Resource }))
  assert.deepEqual(Tags, { a: '1', b: '2' })
  const list = (input: object) => lambda.client.send(new ListEventSourceMappingsCommand(input))
  assert.deepEqual(
    (await list({ EventSourceArn })).EventSourceMappings!.map((mapping) => mapping.UUID),
    [UUID],
  )
  assert.deepEqual((await list({ FunctionName: 'managed:other' })).EventSourceMappings, [])
  await lambda.client.send(new DeleteEventSourceMappingCommand({ UUID }))
  await assert.rejects(lambda.client.send(new GetEventSourceMappingCommand({ UUID })), {
    name: 'ResourceNotFoundException',
  })
})

test('the role of the function must be allowed to read the stream', async () => {
  const EventSourceArn = await stream('unread')
  const { create, client } = await lambdaOf(lake, ['logs:*'], 'reads-nothing')
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
