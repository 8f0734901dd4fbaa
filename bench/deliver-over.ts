import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CreateDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
import { createServiceRole } from '../test/harness/service-role.ts'
import { createStream, putRecords, recordsPerRequest, streamName } from './put-records.ts'

const warmUpRequests = 30
const requests = 80
const betweenMs = 20
const recordBytes = 200
const Bucket = 'bench-shards'

/**
 * Microseconds of processor time for each record that is put to a stream of so many shards and delivered to a bucket at once, with
 * all that the server does. A request's records, which lie in some 400 shards of a thousand, are an object.
 */
export async function deliverOver(shardCount: number): Promise<number> {
  await using server = await spawnBoathouse()
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket }))
  await createStream(server.port, shardCount)
  const RoleARN = await createServiceRole(new IAMClient(config), {
    name: 'firehose',
    services: ['firehose'],
    actions: ['s3:*', 'kinesis:*'],
  })
  const KinesisStreamARN = `arn:aws:kinesis:${region}:${RoleARN.split(':')[4]}:stream/${streamName}`
  await new FirehoseClient(config).send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'over',
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN },
      ExtendedS3DestinationConfiguration: {
        RoleARN,
        BucketARN: `arn:aws:s3:::${Bucket}`,
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
      },
    }),
  )
  const socket = connect(server.port, '127.0.0.1')
  let sent = 0
  const deliver = async (count: number) => {
    for (let left = count; left > 0; left -= 1) {
      await exchange(socket, putRecords(server.port, recordBytes, sent))
      sent += 1
      await pause(betweenMs)
    }
    for (const deadline = performance.now() + 60_000; performance.now() < deadline;) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
      const bytes = Contents.reduce((sum, { Size }) => sum + Size!, 0)
      if (bytes === sent * recordsPerRequest * recordBytes) return
      await pause(100)
    }
    throw new Error('not all was delivered')
  }
  // Until all of its code is compiled.
  await deliver(warmUpRequests)
  const before = server.cpuSeconds()
  await deliver(requests)
  const seconds = server.cpuSeconds() - before
  socket.destroy()
  return (seconds * 1e6) / (requests * recordsPerRequest)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Sends a request and reads its answer to the end. */
async function exchange(socket: Socket, request: Buffer): Promise<void> {
  socket.write(request)
  let got = ''
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    got += chunk.toString('latin1')
    const headEnd = got.indexOf('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(got.slice(0, Math.max(headEnd, 0)))?.[1]
    if (length === undefined) continue
    if (!got.startsWith('HTTP/1.1 200')) throw new Error(got.slice(0, 500))
    if (got.length >= headEnd + 4 + Number(length)) return
  }
}
