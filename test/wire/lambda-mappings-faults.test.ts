import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DeleteFunctionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { poll } from '../harness/index.ts'
import type { Json } from './lambda-fixture.ts'
import { Bucket, code, startMappings } from './lambda-mapping-lake.ts'

let front: Awaited<ReturnType<typeof startMappings>>
before(async () => {
  front = await startMappings()
})
after(() => front.lake.stop())

const toBucket = { OnFailure: { Destination: `arn:aws:s3:::${Bucket}` } }

const news = (id: string | undefined, count: number): Promise<readonly Json[]> =>
  poll('the news', async () => {
    const found = await front.batches(`aws/lambda/${id}/`)
    return found.length >= count && found
  })
const lostTexts = ({ payload }: Json): readonly string[] =>
  JSON.parse(payload).Records.map(({ kinesis }: Json) =>
    Buffer.from(kinesis.data, 'base64').toString(),
  )

const givenUp = (told: Json): void => {
  const { requestContext, KinesisBatchInfo } = told
  assert.equal(requestContext.condition, 'RetryAttemptsExhausted')
  assert.equal(requestContext.approximateInvokeCount, 2)
  assert.equal(KinesisBatchInfo.batchSize, 1)
}

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
test('whatever way a function fails, its batch is tried again, given up and told of, and the next one comes', async () => {
  const { map } = await front.mapped(
    'fails',
    {
      BatchSize: 1,
      MaximumRetryAttempts: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: toBucket,
    },
    { timeoutSeconds: 120 },
  )
  const ways = ['bad', 'ends', 'swells', 'large', 'stranger']
  await front.put('fails', [...ways, 'good'], () => 'k')
  const { UUID } = await map()
  const seen = await front.sees('fails', ways.length * 2 + 1, 240_000)
  assert.deepEqual(seen, [...ways.flatMap((way) => [way, way]), 'good'])
  const told = await news(UUID, ways.length)
  assert.deepEqual(told.flatMap(lostTexts).toSorted(), ways.toSorted())
  for (const each of told) givenUp(each)
})

// The time of a function is too short for it to load its libraries on a machine that is busy: what it saw is not asked.
test('a function that hangs is ended when its time is over, its batch given up, and the next one comes', async () => {
  const { map } = await front.mapped(
    'hangs',
    { BatchSize: 1, MaximumRetryAttempts: 1, DestinationConfig: toBucket },
    { timeoutSeconds: 1 },
  )
  await front.put('hangs', ['hangs'], () => 'k')
  const { UUID } = await map()
  const [told] = await news(UUID, 1)
  assert.deepEqual(lostTexts(told), ['hangs'])
  givenUp(told)
  await front.lambda.client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: 'hangs', Timeout: 120 }),
  )
  await front.put('hangs', ['good'], () => 'k')
  await poll('the next', async () => (await front.seen('hangs')).at(-1) === 'good')
})

test('records that became too old are given up before they are tried', async () => {
  const { map } = await front.mapped('ages', {
    BatchSize: 1,
    MaximumRecordAgeInSeconds: 60,
    DestinationConfig: toBucket,
  })
  await front.put('ages', ['bad'], () => 'k')
  const { UUID } = await map()
  await poll('some tries', async () => (await front.seen('ages')).length >= 2)
  front.clock.advance(61_000)
  await front.put('ages', ['young'], () => 'k')
  await poll('the next', async () => (await front.seen('ages')).at(-1) === 'young')
  const [told] = await news(UUID, 1)
  assert.equal(told.requestContext.condition, 'RecordAgeExceeded')
  assert.deepEqual(lostTexts(told), ['bad'])
})

test('news that find no place hold nothing up', async () => {
  const { map } = await front.mapped('untold', {
    BatchSize: 1,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::not-there' } },
  })
  await front.put('untold', ['bad', 'good'], () => 'k')
  await map()
  assert.deepEqual(await front.sees('untold', 2), ['bad', 'good'])
})

test('a function that is away: its records wait until it is back', async () => {
  const { map } = await front.mapped('away', { MaximumRetryAttempts: 0 })
  await front.lambda.client.send(new DeleteFunctionCommand({ FunctionName: 'away' }))
  await assert.rejects(map(), { name: 'ResourceNotFoundException' })
  await front.lambda.create('away', code, { Environment: { Variables: { PREFIX: 'away/' } } })
  await front.put('away', ['before'])
  await map()
  await front.sees('away', 1)
  await front.lambda.client.send(new DeleteFunctionCommand({ FunctionName: 'away' }))
  await front.put('away', ['meanwhile'])
  await front.lambda.create('away', code, { Environment: { Variables: { PREFIX: 'away/' } } })
  await front.put('away', ['after'])
  assert.deepEqual(await front.sees('away', 3), ['before', 'meanwhile', 'after'])
})
