import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as request1 } from 'node:http'
import { connect } from 'node:http2'
import type { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { AwsJson1_1Protocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  type StartingPosition,
  type SubscribeToShardEvent,
} from '@aws-sdk/client-kinesis'
import { S3Client } from '@aws-sdk/client-s3'
import { ManualClock } from '#kit'
import { poll, startLake, type TestLake } from '../harness/index.ts'

const clock = new ManualClock(Date.now())
let lake: TestLake
let client: KinesisClient

before(async () => {
  lake = await startLake({}, { clock })
  client = lake.client(KinesisClient)
})
after(() => lake.stop())

const firstShard = 'shardId-000000000000'
const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:${lake.accountId}:stream/${name}`
const textsOf = (event: SubscribeToShardEvent) =>
  event.Records!.map((record) => Buffer.from(record.Data!).toString())

async function createStream(name: string, shards = 1): Promise<string> {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
  return name
}

async function register(StreamName: string, ConsumerName = 'fan'): Promise<string> {
  const { Consumer } = await client.send(
    new RegisterStreamConsumerCommand({ StreamARN: arnOf(StreamName), ConsumerName }),
  )
  return Consumer!.ConsumerARN!
}

const put = (StreamName: string, text: string) =>
  client.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from(text) }))

async function subscribe(
  ConsumerARN: string,
  position: StartingPosition,
  using: { readonly client?: KinesisClient; readonly shardId?: string } = {},
): Promise<AsyncIterator<SubscribeToShardEvent>> {
  const { EventStream } = await (using.client ?? client).send(
    new SubscribeToShardCommand({
      ConsumerARN,
      ShardId: using.shardId ?? firstShard,
      StartingPosition: position,
    }),
  )
  const events = (async function* () {
    for await (const { SubscribeToShardEvent: event } of EventStream!) yield event!
  })()
  return events
}

/** The events until `count` records have come. */
async function take(events: AsyncIterator<SubscribeToShardEvent>, count: number) {
  const taken: SubscribeToShardEvent[] = []
  for (let found = 0; found < count;) {
    const { value, done } = await events.next()
    assert.ok(!done, 'the subscription ended early')
    taken.push(value)
    found += value.Records!.length
  }
  return { texts: taken.flatMap(textsOf), last: taken.at(-1)! }
}

const ways: readonly [name: string, options: () => Record<string, unknown>][] = [
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

describe('SubscribeToShard', () => {
  for (const [index, [way, options]] of ways.entries()) {
    test(`${way}: records are pushed, those there before and those put later`, async () => {
      const StreamName = await createStream(`pushed-${index}`)
      const arn = await register(StreamName)
      await put(StreamName, 'a')
      const events = await subscribe(
        arn,
        { Type: 'TRIM_HORIZON' },
        { client: lake.client(KinesisClient, options()) },
      )
      const first = await take(events, 1)
      assert.deepEqual(first.texts, ['a'])
      const { Records, MillisBehindLatest, ContinuationSequenceNumber } = first.last
      assert.equal(Records![0]!.PartitionKey, 'k')
      assert.equal(Records![0]!.EncryptionType, 'NONE')
      assert.equal(Records![0]!.ApproximateArrivalTimestamp!.getTime(), clock.now())
      assert.equal(MillisBehindLatest, 0)
      assert.equal(ContinuationSequenceNumber, Records![0]!.SequenceNumber)
      for (const text of ['b', 'c', 'd']) {
        await put(StreamName, text)
        assert.deepEqual((await take(events, 1)).texts, [text])
      }
    })
  }

  test('each kind of starting position, and going on after a continuation number', async () => {
    const StreamName = await createStream('positions')
    const numbers: string[] = []
    const times: number[] = []
    for (const text of ['a', 'b', 'c']) {
      times.push(clock.now())
      numbers.push((await put(StreamName, text)).SequenceNumber!)
      clock.advance(1000)
    }
    let consumers = 0
    const from = async (position: StartingPosition) =>
      subscribe(await register(StreamName, `c${(consumers += 1)}`), position)
    const [, SequenceNumber] = numbers
    assert.deepEqual((await take(await from({ Type: 'TRIM_HORIZON' }), 3)).texts, ['a', 'b', 'c'])
    const at = await from({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber })
    assert.deepEqual((await take(at, 2)).texts, ['b', 'c'])
    const later = await from({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })
    const { texts, last } = await take(later, 1)
    assert.deepEqual(texts, ['c'])
    const atTime = await from({ Type: 'AT_TIMESTAMP', Timestamp: new Date(times[2]!) })
    assert.deepEqual((await take(atTime, 1)).texts, ['c'])
    const latest = await from({ Type: 'LATEST' })
    const empty = (await latest.next()).value as SubscribeToShardEvent
    assert.deepEqual(empty.Records, [])
    assert.equal(empty.ContinuationSequenceNumber, numbers[2])
    const on = await from({
      Type: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber: last.ContinuationSequenceNumber,
    })
    await put(StreamName, 'd')
    assert.deepEqual((await take(latest, 1)).texts, ['d'])
    assert.deepEqual((await take(on, 1)).texts, ['d'])
  })

  test('a closed shard ends with its children and without a continuation number', async () => {
    const StreamName = await createStream('ends')
    const arn = await register(StreamName)
    await put(StreamName, 'before')
    const events = await subscribe(arn, { Type: 'TRIM_HORIZON' })
    assert.deepEqual((await take(events, 1)).texts, ['before'])
    // It waits for data when the shard is closed under it.
    await client.send(
      new SplitShardCommand({
        StreamName,
        ShardToSplit: firstShard,
        NewStartingHashKey: String(2n ** 127n),
      }),
    )
    const { value } = (await events.next()) as IteratorYieldResult<SubscribeToShardEvent>
    assert.equal(value.ContinuationSequenceNumber, undefined)
    assert.deepEqual(
      value.ChildShards!.map((child) => [child.ShardId, child.ParentShards]),
      [
        ['shardId-000000000001', [firstShard]],
        ['shardId-000000000002', [firstShard]],
      ],
    )
    assert.equal((await events.next()).done, true)
    await put(StreamName, 'after')
    const child = await subscribe(arn, { Type: 'TRIM_HORIZON' }, { shardId: 'shardId-1' })
    const other = await subscribe(arn, { Type: 'TRIM_HORIZON' }, { shardId: 'shardId-2' })
    const got = await Promise.race([take(child, 1), take(other, 1)])
    assert.deepEqual(got.texts, ['after'])
  })

  test('one subscription for a consumer and shard: refused within five seconds, then it takes over', async () => {
    const StreamName = await createStream('one')
    const arn = await register(StreamName)
    const events = await subscribe(arn, { Type: 'LATEST' })
    await events.next()
    const message = `Another active subscription exists for this consumer: ${lake.accountId}:one:${firstShard}:fan`
    const again = () => subscribe(arn, { Type: 'LATEST' })
    await assert.rejects(again(), { name: 'ResourceInUseException', message })
    clock.advance(4_999)
    await assert.rejects(again(), { name: 'ResourceInUseException' })
    // Another consumer has its own.
    await subscribe(await register(StreamName, 'second'), { Type: 'LATEST' })
    clock.advance(1)
    const refused = assert.rejects(Promise.resolve(events.next()), {
      name: 'ResourceInUseException',
      message,
    })
    const taken = await again()
    await refused
    await taken.next()
    await put(StreamName, 'x')
    assert.deepEqual((await take(taken, 1)).texts, ['x'])
    // A clock that is set back keeps nobody out.
    clock.advance(-60_000)
    await (await again()).next()
    clock.advance(60_000)
  })

  test('it ends after five minutes, whole', async () => {
    const StreamName = await createStream('minutes')
    const events = await subscribe(await register(StreamName), { Type: 'LATEST' })
    await events.next()
    clock.advance(299_999)
    await put(StreamName, 'last')
    assert.deepEqual((await take(events, 1)).texts, ['last'])
    clock.advance(1)
    assert.equal((await events.next()).done, true)
  })

  test('a consumer or a stream that goes takes its subscriptions with it', async () => {
    const StreamName = await createStream('gone')
    const [first, second] = [await register(StreamName), await register(StreamName, 'other')]
    const deregistered = await subscribe(first, { Type: 'LATEST' })
    const deleted = await subscribe(second, { Type: 'LATEST' })
    await deregistered.next()
    await deleted.next()
    const refused = [deregistered, deleted].map((events) =>
      assert.rejects(Promise.resolve(events.next()), { name: 'ResourceNotFoundException' }),
    )
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN: first }))
    await refused[0]
    await client.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }))
    await refused[1]
  })

  test('what cannot be subscribed to is an ordinary error', async () => {
    const StreamName = await createStream('refused')
    const arn = await register(StreamName)
    const latest: StartingPosition = { Type: 'LATEST' }
    await assert.rejects(subscribe(`${arn}9`, latest), { name: 'ResourceNotFoundException' })
    await assert.rejects(subscribe(arn, latest, { shardId: 'shardId-7' }), {
      name: 'ResourceNotFoundException',
    })
    await assert.rejects(subscribe(arn, { Type: 'AT_SEQUENCE_NUMBER' }), {
      name: 'InvalidArgumentException',
    })
    await assert.rejects(subscribe(arn, { Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: '12345' }), {
      name: 'InvalidArgumentException',
      message: /used in SubscribeToShard on shard/,
    })
    await assert.rejects(subscribe(arn, { Type: 'NO' as 'LATEST' }), {
      name: 'ValidationException',
    })
    // None of them has taken the place.
    await subscribe(arn, latest)
  })

  test('thousands of records come once and in order, in events of bounded size, while they are put', async () => {
    const StreamName = await createStream('many')
    const events = await subscribe(await register(StreamName), { Type: 'TRIM_HORIZON' })
    const total = 4_000
    const putting = (async () => {
      for (let from = 0; from < total; from += 500) {
        await client.send(
          new PutRecordsCommand({
            StreamName,
            Records: Array.from({ length: 500 }, (_, index) => ({
              PartitionKey: 'k',
              Data: Buffer.from(String(from + index).padEnd(1024, '.')),
            })),
          }),
        )
      }
    })()
    let next = 0
    while (next < total) {
      const { value } = (await events.next()) as IteratorYieldResult<SubscribeToShardEvent>
      assert.ok(value.Records!.length <= 1024, `${value.Records!.length} records in an event`)
      for (const text of textsOf(value)) assert.equal(parseInt(text, 10), next++)
    }
    await putting
  })

  test('raw bytes: an initial response, then events, over HTTP/2 and HTTP/1.1', async () => {
    const StreamName = await createStream('raw')
    await put(StreamName, 'first')
    for (const version of ['2', '1.1']) {
      const signed = await signedRequest(await register(StreamName, `raw-${version}`))
      const { status, headers, body, close } = await (version === '2' ? send2 : send1)(signed)
      assert.equal(status, 200)
      assert.equal(headers['content-type'], 'application/vnd.amazon.eventstream')
      if (version === '1.1') assert.equal(headers['transfer-encoding'], 'chunked')
      const messages: Message[] = []
      let bytes = Buffer.alloc(0)
      body.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk])
        while (bytes.length >= 4 && bytes.length >= bytes.readUInt32BE(0)) {
          const size = bytes.readUInt32BE(0)
          messages.push(parseMessage(bytes.subarray(0, size)))
          bytes = bytes.subarray(size)
        }
      })
      await poll('an event', () => messages.length >= 2)
      assert.equal(messages[0]!.headers[':event-type'], 'initial-response')
      assert.equal(messages[1]!.headers[':message-type'], 'event')
      assert.equal(messages[1]!.headers[':event-type'], 'SubscribeToShardEvent')
      const event = JSON.parse(messages[1]!.payload.toString()) as {
        Records: { Data: string; ApproximateArrivalTimestamp: number }[]
        MillisBehindLatest: number
      }
      assert.equal(Buffer.from(event.Records[0]!.Data, 'base64').toString(), 'first')
      assert.equal(event.MillisBehindLatest, 0)
      close()
    }
  })
})

interface SignedRequest {
  readonly headers: Record<string, string>
  readonly body: string
}

/** What the SDK would send, signed by it. */
async function signedRequest(ConsumerARN: string): Promise<SignedRequest> {
  const signing = lake.client(KinesisClient, { protocol: AwsJson1_1Protocol })
  let signed: SignedRequest | undefined
  signing.middlewareStack.add(
    () => (args) => {
      signed = args.request as SignedRequest
      throw new Error('not sent')
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  const command = new SubscribeToShardCommand({
    ConsumerARN,
    ShardId: firstShard,
    StartingPosition: { Type: 'TRIM_HORIZON' },
  })
  await assert.rejects(signing.send(command), /not sent/)
  return signed!
}

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Readable
  readonly close: () => void
}

async function send2({ headers, body }: SignedRequest): Promise<RawAnswer> {
  const session = connect(lake.endpoint)
  const stream = session.request({ ...headers, ':method': 'POST', ':path': '/' })
  stream.end(body)
  const [head] = (await once(stream, 'response')) as [Record<string, unknown>]
  return {
    status: Number(head[':status']),
    headers: head,
    body: stream,
    close: () => session.destroy(),
  }
}

async function send1(signed: SignedRequest): Promise<RawAnswer> {
  const { ':authority': host, ...headers } = signed.headers
  const { body } = signed
  const sent = request1(lake.endpoint, { method: 'POST', headers: { host: host!, ...headers } })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [
    Readable & { statusCode: number; headers: Record<string, unknown> },
  ]
  answer.on('error', () => {})
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer,
    close: () => answer.destroy(),
  }
}

interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
}

/** https://smithy.io/2.0/aws/amazon-eventstream.html, with string headers only. */
function parseMessage(bytes: Buffer): Message {
  const headersEnd = 12 + bytes.readUInt32BE(4)
  const headers: Record<string, string> = {}
  let at = 12
  while (at < headersEnd) {
    const nameEnd = at + 1 + bytes[at]!
    assert.equal(bytes[nameEnd], 7)
    const valueEnd = nameEnd + 3 + bytes.readUInt16BE(nameEnd + 1)
    headers[bytes.toString('utf8', at + 1, nameEnd)] = bytes.toString('utf8', nameEnd + 3, valueEnd)
    at = valueEnd
  }
  return { headers, payload: bytes.subarray(headersEnd, bytes.length - 4) }
}
