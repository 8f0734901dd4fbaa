// The JavaScript Kinesis client as it comes: it speaks HTTP/2 without asking first. Records are read, and pushed to two consumers.
import assert from 'node:assert/strict'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  waitUntilStreamExists,
  type GetShardIteratorCommandInput,
  type _Record,
} from '@aws-sdk/client-kinesis'

const stream = process.argv[2]!
const client = new KinesisClient({})
assert.match(client.config.requestHandler.constructor.name, /Http2/)

await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 1 }))
await waitUntilStreamExists({ client, maxWaitTime: 30, minDelay: 1 }, { StreamName: stream })
const batches = await Promise.all(
  Array.from({ length: 8 }, (_, batch) =>
    client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: Array.from({ length: 50 }, (_unused, n) => ({
          Data: Buffer.from(`${batch}/${n}`),
          PartitionKey: `${batch}`,
        })),
      }),
    ),
  ),
)
assert.ok(batches.every((batch) => batch.FailedRecordCount === 0))
const shard = batches[0]!.Records![0]!.ShardId!

/** What is read from a position in the shard. */
async function readFrom(position: Omit<GetShardIteratorCommandInput, 'StreamName' | 'ShardId'>) {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: shard, ...position }),
  )
  return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records!
}
const records = await readFrom({ ShardIteratorType: 'TRIM_HORIZON' })
assert.equal(records.length, 400)
const { SequenceNumber: StartingSequenceNumber, ApproximateArrivalTimestamp: Timestamp } =
  records[200]!
const since = records.filter((each) => each.ApproximateArrivalTimestamp! >= Timestamp!)
const numbers = (list: readonly _Record[]) => list.map(({ SequenceNumber }) => SequenceNumber)
for (const [position, wanted] of [
  [{ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber }, records.slice(200)],
  [{ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber }, records.slice(201)],
  [{ ShardIteratorType: 'AT_TIMESTAMP', Timestamp }, since],
  [{ ShardIteratorType: 'LATEST' }, []],
] as const) {
  assert.deepEqual(numbers(await readFrom(position)), numbers(wanted), position.ShardIteratorType)
}

/** All that is pushed of the shard until it is closed, and the names of its children. */
async function pushed(ConsumerARN: string, onFirst: () => void) {
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({
      ConsumerARN,
      ShardId: shard,
      StartingPosition: { Type: 'TRIM_HORIZON' },
    }),
  )
  const texts: string[] = []
  for await (const { SubscribeToShardEvent: event } of EventStream!) {
    texts.push(...event!.Records!.map(({ Data }) => Buffer.from(Data!).toString()))
    if (texts.length > 0) onFirst()
    if (event!.ContinuationSequenceNumber !== undefined) continue
    return { texts, children: event!.ChildShards!.map(({ ShardId }) => ShardId) }
  }
  throw new Error('the subscription ended before the shard did')
}

const { StreamDescriptionSummary: summary } = await client.send(
  new DescribeStreamSummaryCommand({ StreamName: stream }),
)
const consumers = await Promise.all(
  ['one', 'two'].map(async (ConsumerName) => {
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN: summary!.StreamARN, ConsumerName }),
    )
    return Consumer!.ConsumerARN!
  }),
)
const begun = consumers.map(() => Promise.withResolvers<void>())
const all = Promise.all(consumers.map((arn, index) => pushed(arn, begun[index]!.resolve)))
await Promise.race([all, Promise.all(begun.map(({ promise }) => promise))])
await client.send(
  new PutRecordsCommand({
    StreamName: stream,
    Records: [{ Data: Buffer.from('last'), PartitionKey: 'last' }],
  }),
)
await client.send(
  new SplitShardCommand({
    StreamName: stream,
    ShardToSplit: shard,
    NewStartingHashKey: String(2n ** 127n),
  }),
)
const wanted = [...records.map(({ Data }) => Buffer.from(Data!).toString()), 'last']
for (const { texts, children } of await all) {
  assert.deepEqual(texts, wanted)
  assert.deepEqual(children, ['shardId-000000000001', 'shardId-000000000002'])
}
await client.send(new DeleteStreamCommand({ StreamName: stream, EnforceConsumerDeletion: true }))
client.destroy()
process.stdout.write('ok\n')
