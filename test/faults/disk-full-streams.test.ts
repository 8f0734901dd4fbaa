import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
} from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { poll, spawnServer, testCredentials, type ServerProcess } from '#test/harness'
import { objectsIn } from './delivery-order.ts'
import { createServiceRole } from '../harness/service-role.ts'

const Bucket = 'filled'
const name = 'filling'
const recordBytes = 50_000
const perBatch = 4
const fullMs = 1500

/** A disk of its own, small enough to fill; only root may mount one, and only Linux has tmpfs. */
const mount = (folder: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', folder]).status === 0

/** What was acknowledged, and why the rest was not. */
class Sent {
  readonly ids: number[] = []
  readonly refusals: { readonly name: string; readonly status: number | undefined }[] = []
}

describe('a disk that fills up with records', () => {
  let folder: string
  let mounted = false
  let server: ServerProcess
  let next = 0
  const args = ['--disk-reserve-mib', '16']
  const start = () => spawnServer({ dataDir: join(folder, 'lake'), args })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-full-'))
    mounted = mount(folder)
    if (mounted) server = await start()
  })
  after(async () => {
    if (mounted) {
      await server.kill()
      spawnSync('umount', ['-l', folder])
    }
    await rm(folder, { recursive: true, force: true })
  })

  const clients = () => {
    const config = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: testCredentials,
      maxAttempts: 1,
      forcePathStyle: true,
    }
    return {
      firehose: new FirehoseClient(config),
      iam: new IAMClient(config),
      kinesis: new KinesisClient(config),
      s3: new S3Client(config),
    }
  }

  const batch = () => {
    const ids = Array.from({ length: perBatch }, () => (next += 1))
    return { ids, bodies: ids.map((id) => Buffer.from(`${id}`.padEnd(recordBytes) + '\n')) }
  }
  const put = {
    kinesis: async () => {
      const { ids, bodies } = batch()
      const Records = bodies.map((Data) => ({ PartitionKey: 'k', Data }))
      const answer = await clients().kinesis.send(
        new PutRecordsCommand({ StreamName: name, Records }),
      )
      return ids.filter((_, index) => answer.Records![index]!.SequenceNumber !== undefined)
    },
    firehose: async () => {
      const { ids, bodies } = batch()
      const Records = bodies.map((Data) => ({ Data }))
      await clients().firehose.send(
        new PutRecordBatchCommand({ DeliveryStreamName: name, Records }),
      )
      return ids
    },
  }

  /** Sends until nothing has been taken for a while. */
  async function fill(one: () => Promise<readonly number[]>, sent: Sent): Promise<void> {
    let takenAt = performance.now()
    while (performance.now() - takenAt < fullMs) {
      try {
        const ids = await one()
        if (ids.length > 0) takenAt = performance.now()
        sent.ids.push(...ids)
      } catch (error) {
        const { name: refusal, $metadata } = error as Error & {
          $metadata?: { httpStatusCode?: number }
        }
        sent.refusals.push({ name: refusal, status: $metadata?.httpStatusCode })
      }
    }
  }

  async function read(): Promise<readonly number[]> {
    const { kinesis } = clients()
    let { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: name,
        ShardId: '0',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    )
    const ids: number[] = []
    for (;;) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator }))
      if (page.Records!.length === 0) return ids
      ids.push(...page.Records!.map(({ Data }) => parseInt(Buffer.from(Data!).toString(), 10)))
      ShardIterator = page.NextShardIterator
    }
  }

  async function delivered(): Promise<readonly number[]> {
    const objects = await objectsIn(clients().s3, Bucket, 'out/')
    return objects.flatMap(({ bytes }) =>
      Buffer.from(bytes)
        .toString()
        .trim()
        .split('\n')
        .map((line) => parseInt(line, 10)),
    )
  }

  async function setUp(): Promise<void> {
    const { firehose, iam, kinesis, s3 } = clients()
    await createServiceRole(iam, { name: 'r', services: ['firehose'], actions: ['s3:*'] })
    await s3.send(new CreateBucketCommand({ Bucket }))
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }))
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          RoleARN: 'arn:aws:iam::123456789012:role/r',
          BucketARN: `arn:aws:s3:::${Bucket}`,
          Prefix: 'out/',
          BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        },
      }),
    )
  }

  const rising = (ids: readonly number[]) => ids.toSorted((a, b) => a - b)

  it('acknowledges nothing that it cannot keep, goes on reading, and delivers all when there is room', async (t) => {
    if (!mounted) return t.skip('not run: this user may not mount a tmpfs')
    await setUp()
    const ballast = join(folder, 'ballast')
    await writeFile(ballast, Buffer.alloc(24 * 1024 * 1024))
    const kinesis = new Sent()
    const firehose = new Sent()
    await Promise.all([fill(put.kinesis, kinesis), fill(put.firehose, firehose)])
    for (const [service, { ids, refusals }] of Object.entries({ kinesis, firehose })) {
      assert.ok(ids.length > 0 && refusals.length > 0, service)
      const odd = refusals.filter(({ status }) => status === undefined || status < 500)
      assert.deepEqual(odd, [], `${service} refuses as a server that cannot`)
    }
    assert.deepEqual(await read(), rising(kinesis.ids))
    // Deliveries cannot go on, and nothing of them is there by halves.
    const sofar = await delivered()
    assert.equal(sofar.length, new Set(sofar).size)

    await server.kill()
    await rm(ballast)
    server = await start()
    assert.deepEqual(await read(), rising(kinesis.ids))
    for (const [sent, one] of [
      [kinesis, put.kinesis],
      [firehose, put.firehose],
    ] as const) {
      const ids = await poll('a put that is taken', () => one().catch(() => undefined))
      assert.equal(ids.length, perBatch)
      sent.ids.push(...ids)
    }
    assert.deepEqual(await read(), rising(kinesis.ids))
    const last = await poll('every delivery', async () => {
      const ids = await delivered()
      return ids.length >= firehose.ids.length && ids
    })
    assert.deepEqual(rising(last), rising(firehose.ids))
    t.diagnostic(
      `acknowledged ${kinesis.ids.length} and ${firehose.ids.length}, refused ${kinesis.refusals.length} and ${firehose.refusals.length} requests (${[...new Set([...kinesis.refusals, ...firehose.refusals].map(({ name: refusal }) => refusal))].join(', ')}), lost 0, twice 0`,
    )
  })
})
