import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis'
import type { Benchmark } from './benchmark.ts'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
import type { MeasuredServer } from './child.ts'

const StreamName = 'bench'
const recordBytes = 1024
const perRequest = 500
const requests = 80
const consumers = [1, 10]
const warmUpRounds = 3

/** One shard that is read to its end by some consumers at once, by asking and by being told. */
export const benchmark: Benchmark = {
  title: `reading ${requests * perRequest} records of 1 KiB from one shard, by 1 and 10 consumers: records per second of the server's processor time, all consumers together`,
  async run() {
    await using server = await spawnBoathouse()
    const client = clientOf(server)
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
    const Records = Array.from({ length: perRequest }, (_, index) => ({
      PartitionKey: `key-${index}`,
      Data: Buffer.alloc(recordBytes, `record ${index} `),
    }))
    for (let n = 0; n < requests; n += 1) {
      await client.send(new PutRecordsCommand({ StreamName, Records }))
    }
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    )
    const arn = StreamDescriptionSummary!.StreamARN!
    // The code of a fresh server has not been compiled yet: who comes first would be measured with that.
    for (let round = 0; round < warmUpRounds; round += 1) {
      await readByAsking(client)
      await readByBeingTold(client, await registered(client, arn, `warm-up-${round}`))
    }
    const asked: number[] = []
    const told: number[] = []
    for (const count of consumers) {
      asked.push(await measured(server, count, () => readByAsking(client)))
      const arns = await Promise.all(
        Array.from({ length: count }, (_, index) =>
          registered(client, arn, `consumer-${count}-${index}`),
        ),
      )
      told.push(await measured(server, count, (index) => readByBeingTold(client, arns[index]!)))
    }
    client.destroy()
    return [
      {
        title: 'signed, from the disk',
        columns: consumers.map((count) => `${count} consumer${count > 1 ? 's' : ''}`),
        better: 'greater',
        rows: [
          { name: 'GetRecords', values: asked, note: 'up to 10 MiB a call' },
          { name: 'SubscribeToShard', values: told, note: 'HTTP/2, events of up to 1 MiB' },
        ],
      },
    ]
  },
}

function clientOf(server: MeasuredServer): KinesisClient {
  return new KinesisClient({ endpoint: `http://127.0.0.1:${server.port}`, region, credentials })
}

async function measured(
  server: MeasuredServer,
  count: number,
  read: (index: number) => Promise<number>,
): Promise<number> {
  const startCpu = server.cpuSeconds()
  const found = await Promise.all(Array.from({ length: count }, (_, index) => read(index)))
  const wanted = requests * perRequest
  if (found.some((records) => records !== wanted)) throw new Error(`read ${found}, not ${wanted}`)
  return (count * wanted) / Math.max(server.cpuSeconds() - startCpu, 0.01)
}

async function readByAsking(client: KinesisClient): Promise<number> {
  const position = { ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' } as const
  let { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ...position }),
  )
  let records = 0
  while (records < requests * perRequest) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }))
    records += page.Records!.length
    ShardIterator = page.NextShardIterator
  }
  return records
}

async function registered(
  client: KinesisClient,
  StreamARN: string,
  ConsumerName: string,
): Promise<string> {
  const { Consumer } = await client.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }),
  )
  return Consumer!.ConsumerARN!
}

async function readByBeingTold(client: KinesisClient, ConsumerARN: string): Promise<number> {
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({
      ConsumerARN,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'TRIM_HORIZON' },
    }),
  )
  let records = 0
  for await (const event of EventStream!) {
    records += event.SubscribeToShardEvent?.Records?.length ?? 0
    if (records >= requests * perRequest) break
  }
  return records
}
