import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { CreateDeliveryStreamCommand } from '@aws-sdk/client-firehose'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import { ManualClock } from '#kit'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

const hourMs = 3_600_000
const clock = new ManualClock(Date.now())
let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startAthenaLake({ clock })
  front = await prepareFirehose(lake.lake, 'kept')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const toHttp = (name: string, Url: string, DurationInSeconds: number) =>
  front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      HttpEndpointDestinationConfiguration: {
        EndpointConfiguration: { Url },
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        RoleARN: front.roleArn,
        RetryOptions: { DurationInSeconds },
        S3Configuration: {
          RoleARN: front.roleArn,
          BucketARN: 'arn:aws:s3:::kept',
          ErrorOutputPrefix: `${name}-wrong/!{firehose:error-output-type}/`,
        },
      },
    }),
  )

const toIceberg = (name: string) =>
  front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      IcebergDestinationConfiguration: {
        RoleARN: front.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'shop', DestinationTableName: name },
        ],
        S3Configuration: {
          RoleARN: front.roleArn,
          BucketARN: 'arn:aws:s3:::kept',
          ErrorOutputPrefix: `${name}-wrong/!{firehose:error-output-type}/`,
        },
      },
    }),
  )

const makeTable = (name: string) =>
  lake.run(
    `CREATE TABLE ${name} (id int) LOCATION 's3://kept/${name}/' TBLPROPERTIES ('table_type'='ICEBERG')`,
  )

/** What went to the error prefix, as it was put. */
async function setAside(name: string): Promise<readonly string[]> {
  const bodies = await Promise.all((await front.keys(`${name}-wrong/`)).map(front.body))
  const lines = Buffer.concat(bodies).toString().split('\n').filter(Boolean)
  return lines.map((line) =>
    Buffer.from((JSON.parse(line) as { rawData: string }).rawData, 'base64').toString(),
  )
}

test('an endpoint that is slow holds up its own records only, and gets each once', async () => {
  const received: string[] = []
  const waiting: (() => void)[] = []
  const server = createServer((request, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { requestId, records } = JSON.parse(Buffer.concat(chunks).toString()) as {
        requestId: string
        records: { data: string }[]
      }
      received.push(...records.map(({ data }) => Buffer.from(data, 'base64').toString()))
      waiting.push(() => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ requestId, timestamp: 1 }))
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await toHttp('slow', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 60)
    await front.create('quick', { Prefix: 'quick/' })
    await front.put('slow', ['1'])
    await poll('the request', () => waiting.length === 1)
    // While it lets us wait, an hour goes by, more is accepted, and others are served.
    clock.advance(hourMs)
    for (const text of ['2', '3']) await front.put('slow', [text])
    await front.put('quick', ['served'])
    await front.delivered('quick/', (text) => text === 'served')
    assert.deepEqual(received, ['1'])
    const answering = setInterval(() => waiting.shift()?.(), 10)
    await poll('the others', () => received.length === 3)
    clearInterval(answering)
    for (const answer of waiting) answer()
    assert.deepEqual(received, ['1', '2', '3'])
    assert.deepEqual(await setAside('slow'), [])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('an endpoint that comes back after an hour gets what is not in the bucket by then', async () => {
  const received: string[] = []
  let isAway = true
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { requestId, records } = JSON.parse(Buffer.concat(chunks).toString()) as {
        requestId: string
        records: { data: string }[]
      }
      received.push(...records.map(({ data }) => Buffer.from(data, 'base64').toString()))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ requestId, timestamp: 1 }))
    })
  })
  // A port that is given back may be somebody else's an hour later.
  server.on('connection', (socket) => {
    if (isAway) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // One is tried for two hours, the other not again.
  await toHttp('patient', `http://127.0.0.1:${port}/`, 7200)
  await toHttp('hasty', `http://127.0.0.1:${port}/`, 0)
  await front.put('patient', ['patient 1'])
  await front.put('hasty', ['hasty 1'])
  await poll('the record that was given up', async () => (await setAside('hasty')).length === 1)
  clock.advance(hourMs)
  await front.put('patient', ['patient 2'])
  isAway = false
  try {
    await front.put('hasty', ['hasty 2'])
    await poll('what was put', () => received.length === 3)
    assert.deepEqual(received.toSorted(), ['hasty 2', 'patient 1', 'patient 2'])
    assert.ok(received.indexOf('patient 1') < received.indexOf('patient 2'))
    assert.deepEqual(await setAside('hasty'), ['hasty 1'])
    assert.deepEqual(await setAside('patient'), [])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('a bucket that is deleted and made again an hour later has every record once', async () => {
  const Bucket = 'comes-and-goes'
  await front.s3.send(new CreateBucketCommand({ Bucket }))
  await front.create('s3', { BucketARN: `arn:aws:s3:::${Bucket}`, Prefix: 's3/' })
  const found = async () => {
    const { Contents = [] } = await front.s3.send(new ListObjectsV2Command({ Bucket }))
    const bodies = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await front.s3.send(new GetObjectCommand({ Bucket, Key }))
        return Body!.transformToString()
      }),
    )
    return { keys: Contents.map(({ Key }) => ({ Key: Key! })), text: bodies.join('') }
  }
  await front.put('s3', ['1;'])
  const first = await poll('the first', async () => {
    const now = await found()
    return now.text === '1;' && now
  })
  await front.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: first.keys } }))
  await front.s3.send(new DeleteBucketCommand({ Bucket }))
  await front.put('s3', ['2;'])
  clock.advance(hourMs)
  await front.put('s3', ['3;'])
  await front.s3.send(new CreateBucketCommand({ Bucket }))
  await poll('what was put meanwhile', async () => (await found()).text.length >= 4)
  await front.put('s3', ['4;'])
  const last = await poll('all', async () => {
    const { text } = await found()
    return text.length >= 6 && text
  })
  assert.deepEqual(last.split(';').filter(Boolean).toSorted(), ['2', '3', '4'])
})

test('a table that is dropped and made again an hour later: each record is in it or in the bucket, once', async () => {
  await makeTable('dropped')
  await toIceberg('dropped')
  const ids = async () =>
    (await lake.run('SELECT id FROM dropped ORDER BY id')).map(([id]) => Number(id))
  await front.put('dropped', ['{"id":1}'])
  await poll('the delivery', async () => (await front.keys('dropped/data/')).length > 0)
  await lake.run('DROP TABLE dropped')
  await front.put('dropped', ['{"id":2}'])
  await poll('the record without a table', async () => (await setAside('dropped')).length === 1)
  clock.advance(hourMs)
  await makeTable('dropped')
  await front.put('dropped', ['{"id":3}'])
  await poll('the next', async () => (await ids()).length > 0)
  assert.deepEqual(await ids(), [3])
  // https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination.html: what has no table goes to the error prefix.
  assert.deepEqual(await setAside('dropped'), ['{"id":2}'])
})
