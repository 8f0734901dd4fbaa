import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose'
import { ManualClock } from '#kit'
import { startLake } from '../harness/index.ts'
import { prepareFirehose } from './firehose-lake.ts'

/*
 * The limits: https://docs.aws.amazon.com/firehose/latest/dev/limits.html. What a record that is too much is answered:
 * https://github.com/boto/boto3/issues/2804
 */
const clock = new ManualClock(Date.now())
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  front = await prepareFirehose(await startLake({ awsQuotas: true }, { clock }), 'quotas')
})
after(() => front.lake.stop())

const mib = 1024 * 1024
const slow = { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' }
const put = (DeliveryStreamName: string, sizes: readonly number[], client = front.firehose) =>
  client.send(
    new PutRecordBatchCommand({
      DeliveryStreamName,
      Records: sizes.map((size, index) => ({ Data: Buffer.alloc(size, `${index % 10}`) })),
    }),
  )

test('a delivery stream takes five megabytes a second; the records beyond fail each for itself', async () => {
  await front.create('bytes', { Prefix: 'bytes/' })
  const quarters = Array.from({ length: 4 }, () => mib / 4)
  for (let index = 0; index < 4; index += 1) {
    assert.equal((await put('bytes', quarters)).FailedPutCount, 0)
  }
  const part = await put('bytes', [mib / 2, mib / 2 - 2, 3, 2, 1])
  assert.equal(part.FailedPutCount, 2)
  const [first, second, third, fourth, fifth] = part.RequestResponses!
  assert.ok(first!.RecordId && second!.RecordId && fourth!.RecordId)
  assert.deepEqual([third, fifth], [slow, slow])
  const none = await put('bytes', [1, 1])
  assert.equal(none.FailedPutCount, 2)
  assert.deepEqual(none.RequestResponses, [slow, slow])
  await assert.rejects(
    front.firehose.send(
      new PutRecordCommand({ DeliveryStreamName: 'bytes', Record: { Data: Buffer.from('x') } }),
    ),
    { name: 'ServiceUnavailableException', message: 'Slow down.', $fault: 'server' },
  )
  clock.advance(1000)
  assert.equal((await put('bytes', quarters)).FailedPutCount, 0)
  const total = 6 * mib
  const text = await front.delivered('bytes/', (found) => found.length >= total)
  assert.equal(text.length, total)
  assert.ok(text.includes(`${'1'.repeat(mib / 2 - 2)}33`), 'the records that were taken, in order')
})

test('in a smaller region it takes one, and a thousand requests', async () => {
  const client = front.lake.client(FirehoseClient, { region: 'eu-central-1' })
  await client.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'small',
      ExtendedS3DestinationConfiguration: {
        RoleARN: front.roleArn,
        BucketARN: `arn:aws:s3:::${front.bucket}`,
      },
    }),
  )
  const answer = await put('small', [mib / 2, mib / 2, 1], client)
  assert.deepEqual(answer.RequestResponses![2], slow)
  clock.advance(1000)
  const one = async () => {
    await client.send(
      new PutRecordCommand({ DeliveryStreamName: 'small', Record: { Data: Buffer.from('x') } }),
    )
  }
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let index = 0; index < 50; index += 1) await one()
    }),
  )
  const slowed = { name: 'ServiceUnavailableException' }
  await assert.rejects(one(), slowed)
  await assert.rejects(put('small', [1], client), slowed)
  clock.advance(1000)
  await one()
})

// What is said: https://github.com/hashicorp/terraform-provider-aws/pull/26197
test('each operation that manages delivery streams is called five times a second', async () => {
  clock.advance(1000)
  const describe = () =>
    front.firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'bytes' }))
  for (let index = 0; index < 5; index += 1) await describe()
  await assert.rejects(describe(), { name: 'ThrottlingException', message: 'Rate exceeded' })
  await front.firehose.send(new ListDeliveryStreamsCommand({}))
  clock.advance(200)
  await describe()
})
