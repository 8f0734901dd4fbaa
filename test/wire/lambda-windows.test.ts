import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import { poll } from '../harness/index.ts'
import type { Json } from './lambda-fixture.ts'
import { Bucket, startMappings } from './lambda-mapping-lake.ts'

/** Counts by key, as in https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html, and keeps each event. */
const code = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
let calls = 0
export const handler = async (event) => {
  const Key = process.env.PREFIX + String(Date.now()).padStart(15, '0') + String(calls++).padStart(6, '0')
  await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key, Body: JSON.stringify(event) }))
  const { state = {} } = event
  for (const { kinesis } of event.Records) state[kinesis.partitionKey] = (state[kinesis.partitionKey] ?? 0) + 1
  return { state }
}`

let front: Awaited<ReturnType<typeof startMappings>>
before(async () => {
  front = await startMappings()
})
after(() => front.lake.stop())

const mapped = async (name: string, input: Partial<CreateEventSourceMappingCommandInput>) => {
  const EventSourceArn = await front.stream(name)
  await front.lambda.create(name, code, {
    Timeout: 120,
    Environment: { Variables: { PREFIX: `${name}/` } },
  })
  return { EventSourceArn, map: () => front.map(name, EventSourceArn, input) }
}

const events = (name: string, count: number): Promise<readonly Json[]> =>
  poll(`${count} events`, async () => {
    const found = await front.batches(`${name}/`)
    return found.length >= count && found
  })

test('a function counts within a window, and is told when it is over', async () => {
  const { EventSourceArn, map } = await mapped('counts', { TumblingWindowInSeconds: 60 })
  const minuteMs = 60_000
  front.clock.advance(minuteMs - (front.clock.now() % minuteMs))
  const start = new Date(front.clock.now()).toISOString().replace('.000Z', 'Z')
  const end = new Date(front.clock.now() + minuteMs).toISOString().replace('.000Z', 'Z')
  const made = await map()
  assert.equal(made.TumblingWindowInSeconds, 60)
  await front.put('counts', ['a', 'b', 'a'])
  await events('counts', 1)
  await front.put('counts', ['b', 'c'])
  await events('counts', 2)
  front.clock.advance(minuteMs + 6000)
  const [first, second, last] = await events('counts', 3)
  assert.deepEqual(
    [first, second, last].map(({ Records }) => Records.length),
    [3, 2, 0],
  )
  assert.deepEqual([first.state, second.state], [{}, { a: 2, b: 1 }])
  const { Records: _, ...said } = last
  assert.deepEqual(said, {
    window: { start, end },
    state: { a: 2, b: 2, c: 1 },
    shardId: 'shardId-000000000000',
    eventSourceARN: EventSourceArn,
    isFinalInvokeForWindow: true,
    isWindowTerminatedEarly: false,
  })

  const { UUID } = made
  const update = (input: object) =>
    front.lambda.client.send(new UpdateEventSourceMappingCommand({ UUID, ...input }))
  assert.equal((await update({ BatchSize: 7 })).TumblingWindowInSeconds, 60)
  await assert.rejects(update({ ParallelizationFactor: 2 }), {
    name: 'InvalidParameterValueException',
  })
  assert.equal((await update({ TumblingWindowInSeconds: 0 })).TumblingWindowInSeconds, 0)
  await front.put('counts', ['d'])
  const plain = (await events('counts', 4))[3]
  assert.deepEqual(Object.keys(plain), ['Records'])
  const got = await front.lambda.client.send(new GetEventSourceMappingCommand({ UUID }))
  assert.equal(got.TumblingWindowInSeconds, 0)
})

// https://github.com/terraform-aws-modules/terraform-aws-lambda/issues/619
test('windows and batches beside each other are refused together', async () => {
  const { map } = await mapped('beside', { TumblingWindowInSeconds: 1, ParallelizationFactor: 2 })
  await assert.rejects(map(), {
    name: 'InvalidParameterValueException',
    message: /ParallelizationFactor must be 1/,
  })
})
