import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  type Processor,
  type ProcessorParameter,
} from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'
import { lambdaOf, type Json, type Lambda } from './lambda-fixture.ts'
import { createServiceRole } from '../harness/service-role.ts'

const Bucket = 'transformed'

/** Does with each record what the record says. */
const code = `
export const handler = async (event) => {
  const texts = event.records.map(({ data }) => JSON.parse(Buffer.from(data, 'base64')))
  if (texts.some(({ throws }) => throws)) throw new Error('as asked')
  if (texts.some(({ hangs }) => hangs)) await new Promise((done) => setTimeout(done, 60_000))
  if (texts.some(({ large }) => large)) return { records: 'x'.repeat(7_000_000) }
  if (texts.some(({ ends }) => ends)) process.exit(7)
  if (texts.some(({ swells }) => swells)) for (const all = [];;) all.push(Buffer.alloc(20_000_000, 1))
  if (texts.some(({ nothing }) => nothing)) return undefined
  const extra = texts.flatMap(({ more }, index) => more ? [
    { recordId: 'never-sent', result: 'Ok', data: 'eA==' },
    ...Array(more).fill({ recordId: event.records[index].recordId, result: 'Ok', data: 'eA==' }),
  ] : [])
  return { records: event.records.map((record, index) => {
    const { recordId } = record
    const asked = texts[index]
    if (asked.drop) return { recordId, result: 'Dropped' }
    if (asked.fail) return { recordId, result: 'ProcessingFailed', data: record.data }
    if (asked.lose) return { recordId: 'lost', result: 'Ok', data: record.data }
    const seen = { ...asked, of: event.deliveryStreamArn.split('/')[1], kinesis: record.kinesisRecordMetadata }
    const metadata = asked.shop ? { partitionKeys: { shop: asked.shop } } : undefined
    return { recordId, metadata, result: 'Ok', data: Buffer.from(JSON.stringify(seen) + '\\n').toString('base64') }
  }).concat(extra) }
}`

let lake: TestLake
let lambda: Lambda
let firehose: FirehoseClient
let s3: S3Client
let functionArn: string
/** The same, with little time. */
let hastyArn: string
const RoleARN = 'arn:aws:iam::123456789012:role/delivers'
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake)
  firehose = lake.client(FirehoseClient)
  s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
  functionArn = await lambda.create('transforms', code, { Timeout: 120, MemorySize: 256 })
  hastyArn = await lambda.create('hasty', code, { Timeout: 1, MemorySize: 256 })
  await role('delivers', ['lambda:InvokeFunction', 's3:PutObject', 'kinesis:Get*', 'glue:Get*'])
})
after(() => lake.stop())

async function role(name: string, actions: readonly string[]): Promise<void> {
  await createServiceRole(lake.client(IAMClient), { name, services: ['firehose'], actions })
}

function parametersOf(parameters: Readonly<Record<string, string>>): ProcessorParameter[] {
  return Object.entries(parameters).map(
    ([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue }) as ProcessorParameter,
  )
}

async function deliver(
  name: string,
  parameters: Readonly<Record<string, string>> = {},
  source: object = {},
  destination: object = {},
  others: readonly Processor[] = [],
): Promise<void> {
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      ...source,
      ExtendedS3DestinationConfiguration: {
        RoleARN,
        BucketARN: `arn:aws:s3:::${Bucket}`,
        Prefix: `${name}/`,
        ErrorOutputPrefix: `errors/${name}/!{firehose:error-output-type}/`,
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            ...others,
            {
              Type: 'Lambda',
              Parameters: parametersOf({
                LambdaArn: functionArn,
                RoleArn: RoleARN,
                NumberOfRetries: '1',
                ...parameters,
              }),
            },
          ],
        },
        ...destination,
      },
    }),
  )
}

function put(DeliveryStreamName: string, records: readonly object[]) {
  const Records = records.map((record) => ({ Data: Buffer.from(JSON.stringify(record)) }))
  return firehose.send(new PutRecordBatchCommand({ DeliveryStreamName, Records }))
}

/** All lines under a prefix, once there are so many. */
function lines(Prefix: string, count: number): Promise<readonly Json[]> {
  return poll(`${count} lines under ${Prefix}`, async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
    const texts = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
        return Body!.transformToString()
      }),
    )
    const found = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''))
    return found.length >= count && found.map((line) => JSON.parse(line) as Json)
  })
}

test('records go through the function, each with its outcome', async () => {
  await deliver('outcomes')
  await put('outcomes', [
    { n: 1 },
    { n: 2, drop: true },
    { n: 3, fail: true },
    { n: 4, lose: true },
    { n: 5 },
  ])
  const delivered = await lines('outcomes/', 2)
  assert.deepEqual(delivered, [
    { n: 1, of: 'outcomes' },
    { n: 5, of: 'outcomes' },
  ])
  // https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
  const failed = await lines('errors/outcomes/processing-failed/', 2)
  assert.deepEqual(
    failed.map(({ errorCode, attemptsMade, lambdaArn, rawData }) => [
      errorCode,
      attemptsMade,
      lambdaArn,
      JSON.parse(Buffer.from(rawData, 'base64').toString()).n,
    ]),
    [
      ['Lambda.ProcessingFailedStatus', 1, functionArn, 3],
      ['Lambda.MissingRecordId', 1, functionArn, 4],
    ],
  )
})

test('what lies joined in a record is given to the function apart', async () => {
  // https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
  const Parameters = parametersOf({ SubRecordType: 'JSON' })
  await deliver('apart', {}, {}, {}, [{ Type: 'RecordDeAggregation', Parameters }])
  const Data = Buffer.from('{"n":1}{"n":2,"fail":true}{"n":3}')
  await firehose.send(
    new PutRecordBatchCommand({ DeliveryStreamName: 'apart', Records: [{ Data }] }),
  )
  assert.deepEqual(await lines('apart/', 2), [
    { n: 1, of: 'apart' },
    { n: 3, of: 'apart' },
  ])
  const [failed] = await lines('errors/apart/processing-failed/', 1)
  assert.equal(Buffer.from(failed.rawData, 'base64').toString(), '{"n":2,"fail":true}')
})

test('an answer that has a record more than once, or one that was not asked for', async () => {
  await deliver('more')
  await put('more', [{ n: 1 }, { n: 2, more: 0 }, { n: 3, more: 1 }])
  assert.deepEqual(await lines('more/', 2), [
    { n: 1, of: 'more' },
    { n: 2, more: 0, of: 'more' },
  ])
  const [failed] = await lines('errors/more/processing-failed/', 1)
  assert.equal(failed.errorCode, 'Lambda.DuplicatedRecordId')
  assert.equal(JSON.parse(Buffer.from(failed.rawData, 'base64').toString()).n, 3)
})

test('a function that throws, ends, swells, answers too much or nothing, is not there or not allowed', async () => {
  await deliver('trouble')
  const troubles = ['throws', 'ends', 'swells', 'large', 'nothing']
  for (const record of troubles.map((name) => ({ [name]: true }))) {
    await put('trouble', [record])
    const key = Object.keys(record)[0]!
    await poll(`the failure of ${key}`, async () => {
      const found = await lines('errors/trouble/', 1)
      return found.some(({ rawData }) => Buffer.from(rawData, 'base64').toString().includes(key))
    })
  }
  const failed = await lines('errors/trouble/processing-failed/', troubles.length)
  assert.deepEqual(
    Object.fromEntries(
      failed.map(({ errorCode, attemptsMade, rawData }) => [
        Object.keys(JSON.parse(Buffer.from(rawData, 'base64').toString()) as object)[0],
        `${errorCode} ${attemptsMade}`,
      ]),
    ),
    {
      throws: 'Lambda.FunctionError 2',
      ends: 'Lambda.FunctionError 2',
      swells: 'Lambda.FunctionError 2',
      large: 'Lambda.ResponseTooLarge 2',
      nothing: 'Lambda.JsonProcessingException 1',
    },
  )
  // None of it is delivered, and what comes after it is.
  await put('trouble', [{ n: 1 }])
  assert.deepEqual(await lines('trouble/', 1), [{ n: 1, of: 'trouble' }])
  await deliver('nowhere', { LambdaArn: `${functionArn}-not`, NumberOfRetries: '0' })
  await put('nowhere', [{ n: 1 }])
  assert.equal((await lines('errors/nowhere/', 1))[0].errorCode, 'Lambda.ResourceNotFound')
  await role('may-nothing', ['s3:ListAllMyBuckets'])
  await deliver('forbidden', {
    RoleArn: RoleARN.replace('delivers', 'may-nothing'),
    NumberOfRetries: '0',
  })
  await put('forbidden', [{ n: 1 }])
  assert.equal((await lines('errors/forbidden/', 1))[0].errorCode, 'Lambda.InvokeAccessDenied')
})

test('a function that hangs is ended when its time is over, and its records are told of', async () => {
  await deliver('hanging', { LambdaArn: hastyArn })
  await put('hanging', [{ hangs: true }])
  const [failed] = await lines('errors/hanging/processing-failed/', 1)
  assert.deepEqual([failed.errorCode, failed.attemptsMade], ['Lambda.FunctionTimedOut', 2])
})

test('records of a stream come with its numbers', async () => {
  const kinesis = lake.client(KinesisClient)
  const StreamName = 'numbered'
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
  const summary = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))
  const KinesisStreamARN = summary.StreamDescriptionSummary!.StreamARN
  await deliver(
    'from-stream',
    {},
    {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN },
    },
  )
  const Data = Buffer.from('{"n":1}')
  const { SequenceNumber, ShardId } = await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'k', Data }),
  )
  const [line] = await lines('from-stream/', 1)
  assert.equal(line.kinesis.sequenceNumber, SequenceNumber)
  assert.equal(line.kinesis.shardId, ShardId)
  assert.equal(line.kinesis.partitionKey, 'k')
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName,
      ShardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: line.kinesis.sequenceNumber,
    }),
  )
  const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }))
  assert.equal(Records!.length, 1)
})

// https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
test('the function says which partition a record belongs to', async () => {
  const Prefix = 'shops/!{partitionKeyFromLambda:shop}/'
  await deliver('shops', {}, {}, { Prefix, DynamicPartitioningConfiguration: { Enabled: true } })
  await put('shops', [{ n: 1, shop: 'a' }, { n: 2, shop: 'b' }, { n: 3, shop: 'a' }, { n: 4 }])
  const numbers = (found: readonly Json[]) => found.map(({ n }) => n as number)
  assert.deepEqual(numbers(await lines('shops/a/', 2)), [1, 3])
  assert.deepEqual(numbers(await lines('shops/b/', 1)), [2])
  const [lost] = await lines('errors/shops/', 1)
  assert.equal(lost.errorCode, 'DynamicPartitioning.MissingKey')
})

test('the role of the processor must be one that the caller may pass on', async () => {
  const credentials = await createUser(lake.client(IAMClient), 'passes-one-role', [
    { Action: 'firehose:*', Resource: '*' },
    { Action: 'iam:PassRole', Resource: RoleARN },
  ])
  await role('passed-on', ['lambda:InvokeFunction'])
  const root = firehose
  firehose = lake.client(FirehoseClient, { credentials })
  try {
    await deliver('allowed')
    await assert.rejects(
      deliver('refused', { RoleArn: RoleARN.replace('delivers', 'passed-on') }),
      { name: 'AccessDeniedException', message: /iam:PassRole on resource: \S+passed-on/ },
    )
  } finally {
    firehose = root
  }
})

test('parameters that cannot be are refused', async () => {
  const invalid = { name: 'InvalidArgumentException' }
  await assert.rejects(deliver('bad', { LambdaArn: 'transforms' }), invalid)
  await assert.rejects(deliver('bad', { BufferSizeInMBs: '4' }), invalid)
  await assert.rejects(deliver('bad', { NumberOfRetries: '301' }), invalid)
  await assert.rejects(deliver('bad', { RoleArn: RoleARN.replace('delivers', 'nobody') }), invalid)
})
