import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  SplitShardCommand,
  type GetShardIteratorCommandInput,
} from '@aws-sdk/client-kinesis'
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { ManualClock } from '#kit'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { prepareFirehose } from './firehose-lake.ts'
import { lambdaOf } from './lambda-fixture.ts'

const hourMs = 3_600_000
const clock = new ManualClock(Date.now())
let lake: TestLake
let kinesis: KinesisClient
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startLake({}, { clock })
  kinesis = lake.client(KinesisClient)
  front = await prepareFirehose(lake, 'jumps')
})
after(() => lake.stop())

const put = (StreamName: string, text: string, ExplicitHashKey?: string) =>
  kinesis.send(
    new PutRecordCommand({
      StreamName,
      PartitionKey: 'k',
      ExplicitHashKey,
      Data: Buffer.from(text),
    }),
  )

async function texts(
  StreamName: string,
  position: Partial<GetShardIteratorCommandInput>,
  ShardId = 'shardId-000000000000',
) {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName,
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
      ...position,
    }),
  )
  const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }))
  return Records!.map(({ Data }) => Buffer.from(Data!).toString())
}

const at = (ms: number) => ({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(ms) }) as const

test('sequence numbers rise, and times lead to records, whatever the clock does', async () => {
  const StreamName = 'streams'
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
  const startMs = clock.now()
  const numbers: bigint[] = []
  for (const [text, jumpMs] of [
    ['a', 0],
    ['forward', hourMs],
    ['back', -hourMs],
    ['back again', 1000],
  ] as const) {
    clock.advance(jumpMs)
    numbers.push(BigInt((await put(StreamName, text)).SequenceNumber!))
  }
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => (a < b ? -1 : 1)),
  )
  // Time stands still in a shard until the clock has caught up: nothing that came later is before a time.
  const all = ['a', 'forward', 'back', 'back again']
  assert.deepEqual(await texts(StreamName, {}), all)
  assert.deepEqual(await texts(StreamName, at(startMs)), all)
  assert.deepEqual(await texts(StreamName, at(startMs + 1)), all.slice(1))
  clock.advance(hourMs)
  assert.deepEqual(await texts(StreamName, at(startMs + hourMs)), all.slice(1))
  assert.deepEqual(await texts(StreamName, at(startMs + hourMs + 1)), [])

  // A shard that is made while the clock is an hour back has greater numbers than its parent all the same.
  clock.advance(-hourMs)
  await kinesis.send(
    new SplitShardCommand({
      StreamName,
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: (2n ** 127n).toString(),
    }),
  )
  const child = await put(StreamName, 'child', '0')
  assert.ok(BigInt(child.SequenceNumber!) > numbers.at(-1)!)

  // Retention, a day, goes by the clock.
  clock.advance(23 * hourMs)
  await put(StreamName, 'today', '0')
  clock.advance(hourMs - 2000)
  assert.deepEqual(await texts(StreamName, {}), all)
  clock.advance(2000)
  assert.deepEqual(await texts(StreamName, {}), all.slice(1))
  assert.deepEqual(await texts(StreamName, {}, child.ShardId), ['child', 'today'])
  clock.advance(1000)
  assert.deepEqual(await texts(StreamName, {}, child.ShardId), ['today'])
  clock.advance(23 * hourMs)
  assert.deepEqual(await texts(StreamName, {}, child.ShardId), [])
})

test('a delivery that waits for its time is not held up by a clock that is set back', async () => {
  await front.create('waits', {
    Prefix: 'waits/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 2 },
  })
  await front.put('waits', ['1'])
  clock.advance(-hourMs)
  await front.put('waits', ['2'])
  await front.delivered('waits/', (text) => text === '12')
  // Set forward, what waits is due at once.
  await front.create('due', {
    Prefix: 'due/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
  })
  await front.put('due', ['1'])
  clock.advance(hourMs)
  await front.delivered('due/', (text) => text === '1')
})

test('a batching window of a mapping ends though the clock is set back', async () => {
  const lambda = await lambdaOf(lake, ['logs:*', 'kinesis:*', 's3:PutObject'])
  await kinesis.send(new CreateStreamCommand({ StreamName: 'windows', ShardCount: 1 }))
  await lambda.create(
    'windows',
    `import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
     const s3 = new S3Client({ forcePathStyle: true, systemClockOffset: Number(process.env.OFFSET) })
     export const handler = async ({ Records }) => {
       const Body = Records.map(({ kinesis }) => kinesis.data).join(' ')
       await s3.send(new PutObjectCommand({ Bucket: 'jumps', Key: 'windows/' + Records.length, Body }))
     }`,
    { Environment: { Variables: { OFFSET: String(clock.now() - hourMs - Date.now()) } } },
  )
  await lambda.client.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'windows',
      EventSourceArn: `arn:aws:kinesis:us-east-1:${lake.accountId}:stream/windows`,
      StartingPosition: 'TRIM_HORIZON',
      MaximumBatchingWindowInSeconds: 2,
    }),
  )
  await put('windows', '1')
  await put('windows', '2')
  clock.advance(-hourMs)
  await poll('the batch', async () => (await front.keys('windows/')).length > 0)
  assert.deepEqual(await front.keys('windows/'), ['windows/2'])
})
