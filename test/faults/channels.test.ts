import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { zstdDecompressSync } from 'node:zlib'
import {
  CreateChannelCommand,
  CreateStreamCommand,
  DeleteChannelCommand,
  DescribeChannelCommand,
  ListChannelsCommand,
  PutRecordsCommand,
  UpdateChannelCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { flushSteps } from '#ingestion/delivery'
import { poll } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'
import { account, Bucket, clients, startServer, type Running } from './delivery-lake.ts'
import { objectsIn } from './delivery-order.ts'

const countDeadlineMs = 240_000
const keysMax = 7
/** Every so many records one is no JSON. */
const badEvery = 10
const batchRecords = 50

const roleArn = `arn:aws:iam::${account}:role/channels`
const isBad = (id: number) => id % badEvery === 0
const keyOf = (id: number) => `k${id % keysMax}`

/** At once, from the stream of this name into a folder of this name. */
async function createChannel(kinesis: KinesisClient, name: string): Promise<string> {
  const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const
  await kinesis.send(new CreateStreamCommand({ StreamName: name, StreamModeDetails }))
  const { ChannelDescription } = await kinesis.send(
    new CreateChannelCommand({
      ChannelName: name,
      ServiceExecutionRoleARN: roleArn,
      StreamConfigurationList: [
        {
          StreamARN: `arn:aws:kinesis:us-east-1:${account}:stream/${name}`,
          RecordConfiguration: { RecordFormatType: 'JSON' },
        },
      ],
      S3DestinationConfiguration: {
        DataFreshnessInSeconds: 0,
        StorageConfiguration: {
          BucketARN: `arn:aws:s3:::${Bucket}`,
          ExpectedBucketOwner: account,
          CompressionType: 'ZSTD',
          OutputKeyTemplate: `${name}/!{HH}!{extension}`,
        },
        DeadLetterQueueS3Configuration: {
          BucketARN: `arn:aws:s3:::${Bucket}`,
          ExpectedBucketOwner: account,
          ErrorOutputPrefix: `dead/${name}/`,
        },
      },
    }),
  )
  return ChannelDescription!.ChannelARN!
}

/** What was sent and managed, and of that what was answered. */
class Ledger {
  sent = 0
  readonly acknowledged = new Set<number>()
  /** By ARN: the freshness that was answered last, or undefined for a channel that is gone. */
  readonly channels = new Map<string, number | undefined>()

  /** Sends until the server is gone: a key's records after those before them were answered. */
  async write({ endpoint, exited }: Running): Promise<void> {
    const { kinesis } = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    while (!isOver) {
      const ids = Array.from({ length: batchRecords }, () => (this.sent += 1))
      const Records = ids.map((id) => ({
        PartitionKey: keyOf(id),
        Data: Buffer.from(isBad(id) ? `no JSON: ${id}` : `{"id":${id}}`),
      }))
      try {
        const answer = await kinesis.send(new PutRecordsCommand({ StreamName: 'main', Records }))
        for (const [index, id] of ids.entries()) {
          if (answer.Records![index]!.SequenceNumber !== undefined) this.acknowledged.add(id)
        }
      } catch {
        // The server is gone, or is about to be.
      }
      // The pace of what is sent.
      await wait(10)
    }
  }

  /** Makes channels until the server is gone; changes every other of them, and deletes every third. */
  async manage({ endpoint, exited }: Running, life: string): Promise<void> {
    const { kinesis } = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    for (let made = 1; !isOver; made += 1) {
      try {
        const ChannelARN = await createChannel(kinesis, `${life}-${made}`)
        this.channels.set(ChannelARN, 0)
        if (made % 2 === 0) await this.#update(kinesis, ChannelARN)
        if (made % 3 === 0) await this.#remove(kinesis, ChannelARN)
      } catch {
        // The same.
      }
      // The pace at which channels are made.
      await wait(50)
    }
  }

  async #update(kinesis: KinesisClient, ChannelARN: string): Promise<void> {
    const S3DestinationConfiguration = { DataFreshnessInSeconds: 900 }
    this.channels.delete(ChannelARN)
    await kinesis.send(new UpdateChannelCommand({ ChannelARN, S3DestinationConfiguration }))
    this.channels.set(ChannelARN, 900)
  }

  async #remove(kinesis: KinesisClient, ChannelARN: string): Promise<void> {
    // Whether it is gone is not known before the answer.
    this.channels.delete(ChannelARN)
    await kinesis.send(new DeleteChannelCommand({ ChannelARN }))
    this.channels.set(ChannelARN, undefined)
  }
}

test(
  `killed after each step of a channel's delivery (${flushSteps.join(', ')}): every record is there once, and every channel that was answered`,
  { timeout: 600_000 },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-channels-'))
    const dataDir = join(folder, 'lake')
    const ledger = new Ledger()
    try {
      const first = await startServer(dataDir)
      await setUp(first).finally(() => first.kill())
      for (const step of flushSteps) {
        const server = await startServer(dataDir, { step, lanes: ['channel/main/target'] })
        await Promise.all([ledger.write(server), ledger.manage(server, step)])
        await server.exited
      }
      const last = await startServer(dataDir)
      const line = await count(last, ledger).finally(() => last.kill())
      t.diagnostic(line)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

async function setUp({ endpoint }: Running): Promise<void> {
  const { s3, iam, kinesis } = clients(endpoint)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await createServiceRole(iam, {
    name: 'channels',
    services: ['kinesis'],
    actions: ['s3:PutObject'],
  })
  await createChannel(kinesis, 'main')
}

async function count({ endpoint }: Running, ledger: Ledger): Promise<string> {
  const { s3, kinesis } = clients(endpoint)
  const stored = await poll(
    'the last records',
    async () => {
      const objects = await objectsIn(s3, Bucket, 'main/')
      const dead = await objectsIn(s3, Bucket, 'dead/main/')
      const found = [
        ...objects.map(({ bytes }) => goodIn(zstdDecompressSync(bytes))),
        ...dead.map(({ bytes }) => badIn(Buffer.from(bytes))),
      ]
      const ids = new Set(found.flat())
      return [...ledger.acknowledged].every((id) => ids.has(id)) && found
    },
    { deadlineMs: countDeadlineMs, intervalMs: 500 },
  )
  for (const ids of stored) assertOrder(ids)
  const all = stored.flat()
  const twice = all.length - new Set(all).size
  const line = `sent ${ledger.sent}, acknowledged ${ledger.acknowledged.size}, stored ${all.length}, lost 0, twice ${twice}`
  assert.equal(twice, 0, line)
  assert.ok(all.every((id) => id <= ledger.sent))
  assert.ok(ledger.acknowledged.size > 0)

  const listed = await channelsOf(kinesis)
  for (const [ChannelARN, freshness] of ledger.channels) {
    assert.equal(listed.has(ChannelARN), freshness !== undefined, `${ChannelARN} is there`)
    if (freshness === undefined) continue
    const { ChannelDescription } = await kinesis.send(new DescribeChannelCommand({ ChannelARN }))
    const { DataFreshnessInSeconds } = ChannelDescription!.S3DestinationConfiguration!
    assert.equal(DataFreshnessInSeconds, freshness)
  }
  return `${line}; ${ledger.channels.size} channels as they were answered`
}

function goodIn(bytes: Buffer): readonly number[] {
  const lines = bytes.toString().trimEnd().split('\n')
  const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id)
  assert.ok(ids.every((id) => !isBad(id)))
  return ids
}

function badIn(bytes: Buffer): readonly number[] {
  const lines = bytes.toString().trimEnd().split('\n')
  const texts = lines.map((line) => {
    const { rawData } = JSON.parse(line) as { rawData: string }
    return Buffer.from(rawData, 'base64').toString()
  })
  return texts.map((text) => Number(/^no JSON: (\d+)$/.exec(text)![1]))
}

/** Of each key, within an object. */
function assertOrder(ids: readonly number[]): void {
  const newest = new Map<string, number>()
  for (const id of ids) {
    assert.ok(id > (newest.get(keyOf(id)) ?? 0), `${id} is behind a later record of its key`)
    newest.set(keyOf(id), id)
  }
}

async function channelsOf(kinesis: KinesisClient): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  let NextToken: string | undefined
  do {
    const page = await kinesis.send(new ListChannelsCommand({ NextToken }))
    for (const { ChannelARN } of page.ChannelSummaries!) found.add(ChannelARN!)
    NextToken = page.NextToken
  } while (NextToken)
  return found
}
