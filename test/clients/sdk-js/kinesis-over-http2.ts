// The JavaScript Kinesis client as it comes: it speaks HTTP/2 without asking first.
import assert from 'node:assert/strict'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
  waitUntilStreamExists,
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
const { ShardIterator: iterator } = await client.send(
  new GetShardIteratorCommand({
    StreamName: stream,
    ShardId: shard,
    ShardIteratorType: 'TRIM_HORIZON',
  }),
)
const { Records: records } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
assert.equal(records!.length, 400)
await client.send(new DeleteStreamCommand({ StreamName: stream }))
client.destroy()
process.stdout.write('ok\n')
