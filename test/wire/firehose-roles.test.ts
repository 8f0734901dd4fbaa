import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
} from '@aws-sdk/client-kinesis'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { poll } from '../harness/index.ts'
import { startFirehose } from './firehose-lake.ts'
import { createServiceRole, letRole } from '../harness/service-role.ts'

let front: Awaited<ReturnType<typeof startFirehose>>
before(async () => {
  front = await startFirehose('guarded')
  const logs = front.lake.client(CloudWatchLogsClient)
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'deliveries' }))
  await front.lake
    .client(GlueClient)
    .send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'shop' } }))
})
after(() => front.lake[Symbol.asyncDispose]())

/** A role that trusts Firehose and may log, and nothing else yet. */
async function makeRole(name: string) {
  const iam = front.lake.client(IAMClient)
  const arn = await createServiceRole(iam, { name, services: ['firehose'] })
  const allow = (Action: readonly string[], Resource: string | readonly string[] = '*') =>
    letRole(iam, name, { Action, Resource }, Action.join('-').replaceAll(/[^a-zA-Z-]/g, '-'))
  await allow(['logs:PutLogEvents'])
  await front.lake
    .client(CloudWatchLogsClient)
    .send(new CreateLogStreamCommand({ logGroupName: 'deliveries', logStreamName: name }))
  return { arn, allow }
}

const logging = (name: string) => ({
  CloudWatchLoggingOptions: { Enabled: true, LogGroupName: 'deliveries', LogStreamName: name },
})

/** Waits until trouble with this code and action was told. */
const told = (name: string, code: string, action: RegExp) =>
  poll(`${code} in the log of ${name}`, async () => {
    const { events = [] } = await front.lake
      .client(CloudWatchLogsClient)
      .send(new GetLogEventsCommand({ logGroupName: 'deliveries', logStreamName: name }))
    const troubles = events.map(
      ({ message }) => JSON.parse(message!) as { errorCode: string; message: string },
    )
    return troubles.find(({ errorCode, message }) => errorCode === code && action.test(message))
  })

test('what a role may not write waits until it may, object by object', async () => {
  const role = await makeRole('writes')
  await role.allow(['s3:PutObject'], 'arn:aws:s3:::guarded/elsewhere/*')
  await front.create('writes', { RoleARN: role.arn, Prefix: 'writes/', ...logging('writes') })
  await front.put('writes', ['one ', 'two '])
  await told('writes', 'S3.AccessDenied', /s3:PutObject on arn:aws:s3:::guarded\/writes\//)
  assert.deepEqual(await front.keys('writes/'), [])
  await front.put('writes', ['three'])
  await role.allow(
    ['s3:PutObject'],
    ['arn:aws:s3:::guarded/elsewhere/*', 'arn:aws:s3:::guarded/writes/*'],
  )
  assert.equal(await front.delivered('writes/', (text) => text.endsWith('three')), 'one two three')
})

test('a schema that a role may not read holds the delivery up', async () => {
  const role = await makeRole('reads')
  await role.allow(['s3:PutObject'])
  await front.lake.client(GlueClient).send(
    new CreateTableCommand({
      DatabaseName: 'shop',
      TableInput: { Name: 'sales', StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }] } },
    }),
  )
  await front.create('reads', {
    RoleARN: role.arn,
    Prefix: 'reads/',
    ...logging('reads'),
    DataFormatConversionConfiguration: {
      SchemaConfiguration: { DatabaseName: 'shop', TableName: 'sales', RoleARN: role.arn },
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    },
  })
  await front.put('reads', ['{"a":1}'])
  await told('reads', 'DataFormatConversion.AccessDenied', /glue:GetTableVersions on .*:catalog/)
  assert.deepEqual(await front.keys('reads/'), [])
  await role.allow(['glue:GetTableVersions'])
  await front.delivered('reads/', (text) => text.startsWith('PAR1'))
})

test('a stream that a role may not read is not delivered from', async () => {
  const role = await makeRole('consumes')
  await role.allow(['s3:PutObject'])
  const kinesis = front.lake.client(KinesisClient)
  await kinesis.send(new CreateStreamCommand({ StreamName: 'source', ShardCount: 1 }))
  const { StreamDescriptionSummary: source } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: 'source' }),
  )
  await front.create(
    'consumes',
    { RoleARN: role.arn, Prefix: 'consumes/', ...logging('consumes') },
    {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: source!.StreamARN,
        RoleARN: role.arn,
      },
    },
  )
  await kinesis.send(
    new PutRecordCommand({ StreamName: 'source', PartitionKey: 'k', Data: Buffer.from('read') }),
  )
  await told('consumes', 'Kinesis.AccessDenied', /kinesis:GetShardIterator/)
  assert.deepEqual(await front.keys('consumes/'), [])
  await role.allow(['kinesis:GetShardIterator', 'kinesis:GetRecords'], source!.StreamARN!)
  assert.equal(await front.delivered('consumes/', (text) => text !== ''), 'read')
})

/** https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html: what was encrypted stays so when the stream's encryption is stopped. */
test('records of a stream that lie under a key which a role may not use are not delivered, whatever the stream has now', async () => {
  const role = await makeRole('decrypts')
  await role.allow(['s3:PutObject'])
  const kinesis = front.lake.client(KinesisClient)
  const StreamName = 'encrypted'
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
  const { StreamDescriptionSummary: source } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  )
  const { KeyMetadata } = await front.lake.client(KMSClient).send(new CreateKeyCommand({}))
  const key = { StreamName, EncryptionType: 'KMS', KeyId: KeyMetadata!.Arn! } as const
  await kinesis.send(new StartStreamEncryptionCommand(key))
  await front.create(
    'decrypts',
    { RoleARN: role.arn, Prefix: 'decrypts/', ...logging('decrypts') },
    {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: source!.StreamARN,
        RoleARN: role.arn,
      },
    },
  )
  await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from('secret') }),
  )
  await kinesis.send(new StopStreamEncryptionCommand(key))
  await role.allow(['kinesis:GetShardIterator', 'kinesis:GetRecords'], source!.StreamARN!)
  await told('decrypts', 'Kinesis.KMS.AccessDeniedException', /kms:Decrypt/)
  assert.deepEqual(await front.keys('decrypts/'), [])
  await role.allow(['kms:Decrypt'], KeyMetadata!.Arn!)
  assert.equal(await front.delivered('decrypts/', (text) => text !== ''), 'secret')
})

test('objects lie under the key that the destination names, which its role must be allowed', async () => {
  const role = await makeRole('seals')
  await role.allow(['s3:PutObject'])
  const { KeyMetadata } = await front.lake.client(KMSClient).send(new CreateKeyCommand({}))
  const AWSKMSKeyARN = KeyMetadata!.Arn!
  await front.create('seals', {
    RoleARN: role.arn,
    Prefix: 'seals/',
    ...logging('seals'),
    EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN } },
  })
  await front.put('seals', ['secret'])
  await told('seals', 'S3.KMS.AccessDenied', /kms:GenerateDataKey/)
  await role.allow(['kms:GenerateDataKey'], AWSKMSKeyARN)
  assert.equal(await front.delivered('seals/', (text) => text !== ''), 'secret')
  const [Key] = await front.keys('seals/')
  const head = await front.s3.send(new HeadObjectCommand({ Bucket: 'guarded', Key }))
  assert.equal(head.ServerSideEncryption, 'aws:kms')
  assert.equal(head.SSEKMSKeyId, AWSKMSKeyARN)
})
