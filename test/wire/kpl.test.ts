import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis'
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { startLake, type TestLake } from '../harness/index.ts'
import { prepareFirehose } from './firehose-lake.ts'
import { lambdaOf } from './lambda-fixture.ts'

// Four records in one, made by RecordAggregator of the npm package aws-kinesis-agg 4.2.8, which is AWS's own.
const packed = Buffer.from(
  '84mawgoFYWxwaGEKCNC60LvRjtGHCgRiZXRhEiczNDAyODIzNjY5MjA5Mzg0NjM0NjMzNzQ2MDc0MzE3NjgyMTE0NTUSJzE3MDE0MTE4MzQ2MDQ2OTIzMTczMTY4NzMwMzcxNTg4NDEwNTcyOBoLCAAQABoFZmlyc3QaBAgBGgAazQEIABrIAXh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4GgoIAhABGgQA/woN3+s4BrBTCC+cjQ+8W6BXhA==',
  'base64',
)
const pieces = ['first', '', 'x'.repeat(200), '\u0000ÿ\n\r'].map((text) =>
  Buffer.from(text, 'latin1'),
)
const StreamName = 'packed'
const StreamARN = `arn:aws:kinesis:us-east-1:123456789012:stream/${StreamName}`
const ShardId = 'shardId-000000000000'

let lake: TestLake
let kinesis: KinesisClient
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startLake()
  kinesis = lake.client(KinesisClient)
  front = await prepareFirehose(lake, 'unpacked')
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
})
after(() => lake.stop())

const put = (Data: Uint8Array) =>
  kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data }))

// https://docs.aws.amazon.com/streams/latest/dev/kinesis-kpl-consumer-deaggregation.html: who reads the stream takes them apart.
test('who reads a stream is given packed records as they are', async () => {
  const { SequenceNumber } = await put(packed)
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  )
  const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }))
  assert.deepEqual(
    Records!.map(({ Data }) => Buffer.from(Data!)),
    [packed],
  )

  const { Consumer } = await kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'fan' }),
  )
  const { EventStream } = await kinesis.send(
    new SubscribeToShardCommand({
      ConsumerARN: Consumer!.ConsumerARN,
      ShardId,
      StartingPosition: { Type: 'AT_SEQUENCE_NUMBER', SequenceNumber },
    }),
  )
  for await (const { SubscribeToShardEvent } of EventStream!) {
    const [record, ...others] = SubscribeToShardEvent!.Records!
    assert.deepEqual(Buffer.from(record!.Data!), packed)
    assert.deepEqual(others, [])
    break
  }

  // https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html: a function is given what is in the stream, too.
  const lambda = await lambdaOf(lake, ['logs:*', 'kinesis:*', 's3:PutObject'])
  await lambda.create(
    'reads-packed',
    `import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
     const s3 = new S3Client({ forcePathStyle: true })
     export const handler = ({ Records }) => s3.send(new PutObjectCommand({
       Bucket: 'unpacked', Key: 'function/it', Body: Records.map(({ kinesis }) => kinesis.data).join(' '),
     })).then(() => undefined)`,
  )
  await lambda.client.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'reads-packed',
      EventSourceArn: StreamARN,
      StartingPosition: 'TRIM_HORIZON',
    }),
  )
  assert.equal(await front.delivered('function/', (text) => text !== ''), packed.toString('base64'))
})

// https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html: Firehose takes them apart, for destinations and for functions.
test('Firehose delivers the records that are in them, and gives a function each of them', async () => {
  const lambda = await lambdaOf(lake, ['logs:*'], 'counts')
  const LambdaArn = await lambda.create(
    'counts',
    `export const handler = async ({ records }) => ({ records: records.map(({ recordId, data, kinesisRecordMetadata: at }) => {
       const text = [at.subsequenceNumber, at.partitionKey, Buffer.from(data, 'base64').length].join(' ')
       return { recordId, result: 'Ok', data: Buffer.from(text + ';').toString('base64') }
     }) })`,
  )
  const source = {
    DeliveryStreamType: 'KinesisStreamAsSource',
    KinesisStreamSourceConfiguration: { KinesisStreamARN: StreamARN, RoleARN: front.roleArn },
  } as const
  await allowInvoke()
  await front.create('plain', { Prefix: 'plain/' }, source)
  await front.create(
    'counted',
    {
      Prefix: 'counted/',
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          {
            Type: 'Lambda',
            Parameters: [
              { ParameterName: 'LambdaArn', ParameterValue: LambdaArn },
              { ParameterName: 'RoleArn', ParameterValue: front.roleArn },
            ],
          },
        ],
      },
    },
    source,
  )
  await put(packed)
  await put(Buffer.from('alone'))
  // In one object or in two, which are listed in any order.
  const inside = Buffer.concat(pieces).toString()
  const text = await front.delivered('plain/', (found) => found.length >= inside.length + 5)
  assert.ok([`${inside}alone`, `alone${inside}`].includes(text), text)
  const counted = await front.delivered('counted/', (found) => found.split(';').length > 5)
  assert.deepEqual(counted.split(';').toSorted(), [
    '',
    '0 alpha 5',
    '0 k 5',
    '1 ключ 0',
    '2 alpha 200',
    '3 beta 4',
  ])
})

/** The role of deliveries may call functions. */
async function allowInvoke(): Promise<void> {
  await lake.client(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName: 'firehose',
      PolicyName: 'invokes',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
      }),
    }),
  )
}
