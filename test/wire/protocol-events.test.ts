import assert from 'node:assert/strict'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import { AwsJson1_1Protocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols'
import {
  KinesisClient,
  ResourceInUseException,
  ResourceNotFoundException,
  SubscribeToShard$,
  SubscribeToShardCommand,
  type SubscribeToShardEventStream,
  type SubscribeToShardInput,
  type SubscribeToShardOutput,
} from '@aws-sdk/client-kinesis'
import {
  S3Client,
  SelectObjectContent$,
  SelectObjectContentCommand,
  type SelectObjectContentEventStream,
  type SelectObjectContentOutput,
  type SelectObjectContentRequest,
} from '@aws-sdk/client-s3'
import { LakeError } from '#kit'
import { AwsError, bindService, defineService, operationFor, type Call } from '#protocol/aws'
import type { HttpLimits } from '#protocol/http'
import { startGateway } from '../harness/gateway.ts'
import { poll } from '../harness/poll.ts'

type Events = AsyncIterable<unknown>

/** Kinesis and S3 with the one operation of each that answers with events. */
async function serveEvents(
  subscribe: (input: SubscribeToShardInput, ctx: Call) => Events,
  limits: Partial<HttpLimits> = {},
) {
  const operation = operationFor<object>()
  const kinesis = defineService<object>({
    name: 'kinesis',
    protocols: ['awsJson1_1', 'rpcV2Cbor'],
    targetPrefixes: ['Kinesis_20131202'],
    client: () => import('@aws-sdk/client-kinesis'),
    operations: () =>
      Promise.resolve({
        SubscribeToShard: operation<SubscribeToShardInput, SubscribeToShardOutput>(
          SubscribeToShard$,
          (input, ctx) => ({
            EventStream: subscribe(input, ctx) as AsyncIterable<SubscribeToShardEventStream>,
          }),
        ),
      }),
    errors: { Gone: 'ResourceNotFoundException' },
  })
  const s3 = defineService<object>({
    name: 's3',
    protocols: ['restXml'],
    client: () => import('@aws-sdk/client-s3'),
    operations: () =>
      Promise.resolve({
        SelectObjectContent: operation<SelectObjectContentRequest, SelectObjectContentOutput>(
          SelectObjectContent$,
          () => ({ Payload: selected() }),
        ),
      }),
    errors: {},
  })
  return startGateway([bindService(kinesis, {}), bindService(s3, {})], { limits })
}

async function* selected(): AsyncGenerator<SelectObjectContentEventStream> {
  yield { Records: { Payload: Buffer.from('a,b\n') } }
  yield { Cont: {} }
  yield { Stats: { Details: { BytesScanned: 10, BytesProcessed: 9, BytesReturned: 4 } } }
  yield { End: {} }
}

const event = (n: number, sizeBytes = 10) => ({
  SubscribeToShardEvent: {
    Records: [
      {
        SequenceNumber: String(n),
        PartitionKey: `é ${n}`,
        Data: Buffer.alloc(sizeBytes, n),
        ApproximateArrivalTimestamp: new Date(1_700_000_000_123),
      },
    ],
    ContinuationSequenceNumber: String(n),
    MillisBehindLatest: 0,
  },
})

const command = () =>
  new SubscribeToShardCommand({
    ConsumerARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1',
    ShardId: 'shardId-000000000000',
    StartingPosition: { Type: 'LATEST' },
  })

type Options = Record<string, unknown>
// The Kinesis client speaks HTTP/2 by itself; S3's brings the handler of HTTP/1.1.
const ways: readonly [name: string, options: () => Options][] = [
  ['awsJson1_1 over HTTP/2', () => ({ protocol: AwsJson1_1Protocol })],
  ['CBOR over HTTP/2', () => ({ protocol: AwsSmithyRpcV2CborProtocol })],
  [
    'awsJson1_1 over HTTP/1.1',
    () => ({
      protocol: AwsJson1_1Protocol,
      requestHandler: new S3Client({}).config.requestHandler,
    }),
  ],
]

for (const [name, options] of ways) {
  test(`SubscribeToShard by ${name}: events come as they are sent, in order, and end`, async () => {
    const taken: number[] = []
    let proceed = (): void => {}
    await using gateway = await serveEvents(async function* () {
      yield event(1)
      // Held back until the client has seen the first.
      await new Promise<void>((resolve) => (proceed = resolve))
      yield event(2)
      yield event(3)
    })
    const client = new KinesisClient({ ...gateway.config, ...options() })
    const output = await client.send(command())
    for await (const { SubscribeToShardEvent: got } of output.EventStream!) {
      assert.ok(got)
      const n = Number(got.ContinuationSequenceNumber)
      taken.push(n)
      const { Records } = event(n).SubscribeToShardEvent
      assert.equal(got.Records![0]!.PartitionKey, Records[0]!.PartitionKey)
      assert.deepEqual(Buffer.from(got.Records![0]!.Data!), Records[0]!.Data)
      assert.deepEqual(
        got.Records![0]!.ApproximateArrivalTimestamp,
        Records[0]!.ApproximateArrivalTimestamp,
      )
      proceed()
    }
    assert.deepEqual(taken, [1, 2, 3])
    client.destroy()
  })

  test(`SubscribeToShard by ${name}: what the iterable throws arrives as the model's exception`, async () => {
    const causes = [
      new AwsError({ name: 'ResourceInUseException', message: 'another has it' }),
      new LakeError('Gone', 'notFound', 'the consumer is gone'),
      new Error('a secret'),
    ]
    await using gateway = await serveEvents(async function* () {
      yield event(1)
      throw causes.shift()!
    })
    const client = new KinesisClient({ ...gateway.config, ...options() })
    const thrown = async (): Promise<Error> => {
      const seen: unknown[] = []
      try {
        for await (const got of (await client.send(command())).EventStream!) seen.push(got)
      } catch (error) {
        assert.equal(seen.length, 1)
        return error as Error
      }
      return assert.fail('nothing was thrown')
    }
    const inUse = await thrown()
    assert.ok(inUse instanceof ResourceInUseException)
    assert.equal(inUse.message, 'another has it')
    const gone = await thrown()
    assert.ok(gone instanceof ResourceNotFoundException)
    assert.equal(gone.message, 'the consumer is gone')
    const unexpected = await thrown()
    assert.equal(unexpected.name, 'InternalFailure')
    assert.doesNotMatch(unexpected.message, /secret/)
    client.destroy()
  })

  test(`SubscribeToShard by ${name}: a client that leaves ends the iterable at once`, async () => {
    let ended = false
    let aborted = false
    await using gateway = await serveEvents((_, ctx) => ({
      [Symbol.asyncIterator]: () => {
        let sent = 0
        ctx.signal.addEventListener('abort', () => (aborted = true))
        return {
          next: () =>
            sent++ === 0
              ? Promise.resolve({ done: false, value: event(1) })
              : new Promise<never>(() => {}),
          return: () => {
            ended = true
            return Promise.resolve({ done: true, value: undefined })
          },
        }
      },
    }))
    const client = new KinesisClient({ ...gateway.config, ...options() })
    let body: Readable | undefined
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        body = (result.response as { body: Readable }).body
        return result
      },
      { step: 'deserialize', priority: 'low' },
    )
    const output = await client.send(command())
    await output.EventStream![Symbol.asyncIterator]().next()
    // Nothing of the SDK cancels a single stream.
    body!.on('error', () => {}).destroy()
    await poll('the end of the iterable', () => ended && aborted)
    client.destroy()
  })

  test(`SubscribeToShard by ${name}: a server that stops ends the stream whole, whatever it lets others take`, async () => {
    const events = async function* () {
      yield event(1)
      await new Promise(() => {})
    }
    // Longer than the test may take: what does not end by itself is not cut.
    await using gateway = await serveEvents(events, { drainTimeoutMs: 3_600_000 })
    const client = new KinesisClient({ ...gateway.config, ...options() })
    const output = await client.send(command())
    const iterator = output.EventStream![Symbol.asyncIterator]()
    assert.equal((await iterator.next()).done, false)
    const closed = gateway.close()
    assert.equal((await iterator.next()).done, true)
    client.destroy()
    await closed
  })

  test(`SubscribeToShard by ${name}: a slow client holds the iterable back`, async () => {
    const sizeBytes = 256 * 1024
    const total = 100
    let sent = 0
    await using gateway = await serveEvents(async function* () {
      for (; sent < total; sent += 1) yield event(sent, sizeBytes)
    })
    const client = new KinesisClient({ ...gateway.config, ...options() })
    const output = await client.send(command())
    const iterator = output.EventStream![Symbol.asyncIterator]()
    await iterator.next()
    let before = -1
    // Sockets of both sides and the streams between them fill up, and then nothing moves.
    const stands = (): boolean => {
      const same = sent === before
      before = sent
      return same
    }
    await poll('the stream to stand still', stands, { intervalMs: 200 })
    assert.ok(sent < total, `${sent} events were made for a client that took one`)
    let got = 1
    while (!(await iterator.next()).done) got += 1
    assert.equal(got, total)
    client.destroy()
  })
}

test('what is refused before the stream begins is an ordinary error', async () => {
  await using gateway = await serveEvents(() => {
    throw new AwsError({ name: 'ResourceNotFoundException', message: 'no such consumer' })
  })
  const client = new KinesisClient(gateway.config)
  await assert.rejects(client.send(command()), {
    name: 'ResourceNotFoundException',
    message: 'no such consumer',
  })
  client.destroy()
})

test('events of a REST protocol carry their payload bare', async () => {
  await using gateway = await serveEvents(async function* () {})
  const client = new S3Client({ ...gateway.config, forcePathStyle: true })
  const output = await client.send(
    new SelectObjectContentCommand({
      Bucket: 'bucket',
      Key: 'key',
      Expression: 'select * from s3object',
      ExpressionType: 'SQL',
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    }),
  )
  const got: SelectObjectContentEventStream[] = []
  for await (const one of output.Payload!) got.push(one)
  assert.equal(Buffer.from(got[0]!.Records!.Payload!).toString(), 'a,b\n')
  assert.deepEqual(got.slice(1), [
    { Cont: {} },
    { Stats: { Details: { BytesScanned: 10, BytesProcessed: 9, BytesReturned: 4 } } },
    { End: {} },
  ])
  client.destroy()
})
