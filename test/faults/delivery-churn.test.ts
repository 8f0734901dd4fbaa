import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  PutRecordBatchCommand,
} from '@aws-sdk/client-firehose'
import { DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { poll } from '../harness/index.ts'
import { clients, startServer } from './delivery-lake.ts'
import { objectsIn } from './delivery-order.ts'
import { createServiceRole } from '../harness/service-role.ts'

/** How long streams come and go: `BOATHOUSE_FAULT_SECONDS=600 npm test -- delivery-churn` for long. */
const seconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 5)
const workers = 8
const recordsPerStream = 100
/** A server that is only busy answers within this. */
const healthMsMax = 60_000
const timeout = seconds * 1000 + 280_000

type Clients = ReturnType<typeof clients>

test(
  'delivery streams come and go with their roles and buckets: each delivers all, and the server answers all the time',
  { timeout },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-churn-'))
    const server = await startServer(join(folder, 'lake'))
    const over = new AbortController()
    const health = watchHealth(server.endpoint, over.signal)
    const endMs = performance.now() + seconds * 1000
    try {
      const all = clients(server.endpoint)
      const work = Array.from({ length: workers }, async (_, worker) => {
        let rounds = 0
        do {
          const name = `churn-${worker}-${rounds}`
          await comeAndGo(all, name, { patient: rounds % 2 === 0, stream: rounds % 3 === 1 })
          rounds += 1
        } while (performance.now() < endMs)
        return rounds
      })
      const rounds = await Promise.race([Promise.all(work), health.failed])
      over.abort()
      const slowestMs = Math.round(await health.slowest)
      const count = rounds.reduce((sum, each) => sum + each, 0)
      t.diagnostic(`${count} delivery streams, slowest answer of the health check ${slowestMs} ms`)
    } finally {
      over.abort()
      await server.kill()
      await rm(folder, { recursive: true, force: true })
    }
  },
)

interface Life {
  /** It waits for what is delivered; others go while their first delivery is under way. */
  readonly patient: boolean
  /** It reads a stream of Kinesis, which goes before it does. */
  readonly stream: boolean
}

/** A delivery stream with a role and a bucket of its own, as short as a program's test would have it. */
async function comeAndGo(all: Clients, name: string, { patient, stream }: Life): Promise<void> {
  const { firehose, s3, iam, kinesis } = all
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  const roleArn = await createServiceRole(iam, {
    name,
    services: ['firehose'],
    actions: ['*'],
  })
  const KinesisStreamARN = stream ? await createStream(kinesis, name) : undefined
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      ...(KinesisStreamARN
        ? {
            DeliveryStreamType: 'KinesisStreamAsSource',
            KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN: roleArn },
          }
        : {}),
      ExtendedS3DestinationConfiguration: {
        RoleARN: roleArn,
        BucketARN: `arn:aws:s3:::${name}`,
        BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 64 },
        Prefix: 'lines/!{timestamp:yyyy}/',
        ErrorOutputPrefix: 'errors/',
        CompressionFormat: 'GZIP',
      },
    }),
  )
  const lines = Array.from({ length: recordsPerStream }, (_, n) => `{"n":${n}}\n`)
  if (stream) {
    const Records = lines.map((line) => ({ PartitionKey: 'one', Data: Buffer.from(line) }))
    const put = await kinesis.send(new PutRecordsCommand({ StreamName: name, Records }))
    assert.equal(put.FailedRecordCount, 0)
  } else {
    const Records = lines.map((line) => ({ Data: Buffer.from(line) }))
    const put = await firehose.send(
      new PutRecordBatchCommand({ DeliveryStreamName: name, Records }),
    )
    assert.equal(put.FailedPutCount, 0)
  }
  if (patient) {
    const objects = await poll(`what ${name} delivers`, async () => {
      const found = await objectsIn(s3, name, '')
      return found.length > 0 && found
    })
    const text = objects.map(({ bytes }) => gunzipSync(bytes).toString()).join('')
    assert.equal(text, lines.join(''))
  }
  if (stream) await kinesis.send(new DeleteStreamCommand({ StreamName: name }))
  await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }))
  await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: 'own' }))
  await iam.send(new DeleteRoleCommand({ RoleName: name }))
  const Objects = (await objectsIn(s3, name, '')).map(({ key: Key }) => ({ Key }))
  if (Objects.length > 0) {
    await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }))
  }
  await s3.send(new DeleteBucketCommand({ Bucket: name }))
}

async function createStream(kinesis: Clients['kinesis'], StreamName: string): Promise<string> {
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  )
  return StreamDescriptionSummary!.StreamARN!
}

/** Asks every second; `failed` never resolves, and fails with the first question that is not answered in time. */
function watchHealth(endpoint: string, signal: AbortSignal) {
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const watch = async () => {
    let slowestMs = 0
    while (!signal.aborted) {
      const startMs = performance.now()
      const answer = await fetch(`${endpoint}/_boathouse/health`, {
        signal: AbortSignal.timeout(healthMsMax),
      })
      await answer.arrayBuffer()
      assert.ok(answer.ok, `the server is well: ${answer.status}`)
      slowestMs = Math.max(slowestMs, performance.now() - startMs)
      // How often it asks.
      await wait(1000, undefined, { signal }).catch(() => undefined)
    }
    return slowestMs
  }
  const slowest = watch()
  slowest.catch(reject)
  failed.catch(() => undefined)
  return { slowest, failed }
}
