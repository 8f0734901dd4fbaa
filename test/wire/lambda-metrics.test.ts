import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import {
  CreateEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { lambdaOf, type Lambda } from './lambda-fixture.ts'

let folder: string
let lake: TestLake
let lambda: Lambda
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-lambda-metrics-'))
  lake = await startLake({ ephemeral: false, dataDir: folder })
  lambda = await lambdaOf(lake, ['logs:*', 'kinesis:*'])
})
after(async () => {
  await lake.stop()
  await rm(folder, { recursive: true })
})

const code = `export const handler = async ({ throws, waitMs = 0 }) => {
  await new Promise((done) => setTimeout(done, waitMs))
  if (throws) throw new Error('as asked')
  return process.env.SECRET ?? null
}`

async function statistics(MetricName: string, dimensions: Readonly<Record<string, string>>) {
  const { Datapoints } = await lake.client(CloudWatchClient).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 600_000),
      Period: 3600,
      Statistics: ['Sum', 'SampleCount', 'Maximum'],
    }),
  )
  const sum = (which: 'Sum' | 'SampleCount') =>
    Datapoints!.reduce((total, point) => total + point[which]!, 0)
  return {
    sum: sum('Sum'),
    samples: sum('SampleCount'),
    max: Math.max(...Datapoints!.map(({ Maximum }) => Maximum!)),
  }
}

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
test('invocations, errors, durations, throttles and concurrency are counted', async () => {
  await lambda.create('counted', code)
  const ofFunction = { FunctionName: 'counted' }
  await lambda.invoke('counted', { waitMs: 120 })
  await lambda.invoke('counted', { throws: true })
  await lambda.invoke('counted', {}, { Qualifier: '$LATEST' })
  const invocations = await statistics('Invocations', ofFunction)
  assert.deepEqual([invocations.sum, invocations.samples], [3, 3])
  assert.equal((await statistics('Invocations', {})).sum, 3)
  const latest = { ...ofFunction, Resource: 'counted:$LATEST' }
  assert.equal((await statistics('Invocations', latest)).sum, 1)
  const errors = await statistics('Errors', ofFunction)
  assert.deepEqual([errors.sum, errors.samples], [1, 3])
  const duration = await statistics('Duration', ofFunction)
  assert.equal(duration.samples, 3)
  assert.ok(duration.max >= 119 && duration.max < 20_000, String(duration.max))

  // Two at once, then one that finds no room.
  await Promise.all([1, 2].map(() => lambda.invoke('counted', { waitMs: 1500 })))
  assert.equal((await statistics('ConcurrentExecutions', ofFunction)).max, 2)
  await lambda.client.send(
    new PutFunctionConcurrencyCommand({
      FunctionName: 'counted',
      ReservedConcurrentExecutions: 0,
    }),
  )
  await assert.rejects(lambda.invoke('counted', {}), { name: 'TooManyRequestsException' })
  assert.equal((await statistics('Throttles', ofFunction)).sum, 1)
  assert.equal((await statistics('Invocations', ofFunction)).sum, 5)
})

test('mappings tell how old the records are that they give', async () => {
  const kinesis = lake.client(KinesisClient)
  const StreamName = 'ages'
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
  await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from('x') }),
  )
  await lambda.create('ages', code)
  await lambda.client.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'ages',
      EventSourceArn: `arn:aws:kinesis:us-east-1:${lake.accountId}:stream/${StreamName}`,
      StartingPosition: 'TRIM_HORIZON',
    }),
  )
  const age = await poll('the age', async () => {
    const found = await statistics('IteratorAge', { FunctionName: 'ages' })
    return found.samples > 0 && found
  })
  assert.equal(age.samples, 1)
  assert.ok(age.max >= 0 && age.max < 60_000, String(age.max))
})

test('environment variables can be read through the API, and not in the files of the lake', async () => {
  const FunctionName = 'secretive'
  const SECRET = 'a-secret-that-no-file-holds'
  const PLAIN = 'the description, which is no secret'
  await lambda.create(FunctionName, code, {
    Description: PLAIN,
    Environment: { Variables: { SECRET } },
  })
  assert.equal((await lambda.invoke(FunctionName, {})).payload, SECRET)
  const shown = await lambda.client.send(new GetFunctionConfigurationCommand({ FunctionName }))
  assert.deepEqual(shown.Environment, { Variables: { SECRET } })
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const holding = async (text: string) => {
    const found: string[] = []
    for (const file of files.filter((each) => each.isFile())) {
      const path = join(file.parentPath, file.name)
      if ((await readFile(path)).includes(text)) found.push(file.name)
    }
    return found
  }
  assert.deepEqual(await holding(SECRET), [])
  assert.ok((await holding(PLAIN)).length > 0, 'the database was looked at')

  // The same variables again are no change: no version is made for them.
  const publish = async () =>
    (await lambda.client.send(new PublishVersionCommand({ FunctionName }))).Version
  assert.equal(await publish(), '1')
  const set = (Variables: Record<string, string>) =>
    lambda.client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
    )
  await set({ SECRET })
  assert.equal(await publish(), '1')
  await set({ SECRET: 'another' })
  assert.equal(await publish(), '2')
  assert.equal((await lambda.invoke(FunctionName, {})).payload, 'another')
  assert.equal((await lambda.invoke(FunctionName, {}, { Qualifier: '1' })).payload, SECRET)
})
