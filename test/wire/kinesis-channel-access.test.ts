import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  CreateChannelCommand,
  CreateStreamCommand,
  DeleteChannelCommand,
  DescribeChannelCommand,
  KinesisClient,
  ListChannelsCommand,
  PutRecordCommand,
  StartStreamEncryptionCommand,
  UpdateChannelCommand,
  type CreateChannelCommandInput,
} from '@aws-sdk/client-kinesis'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { createServiceRole, letRole, policyOf } from '../harness/service-role.ts'
import { createUser } from '../harness/user.ts'

/** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-iam.html */
const accountId = '123456789012'
const bucket = 'channel-guarded'
let lake: TestLake
let kinesis: KinesisClient
let iam: IAMClient
before(async () => {
  lake = await startLake()
  kinesis = lake.client(KinesisClient)
  iam = lake.client(IAMClient)
  await lake.client(S3Client).send(new CreateBucketCommand({ Bucket: bucket }))
})
after(() => lake.stop())

const base = `arn:aws:kinesis:us-east-1:${accountId}`

async function createStream(StreamName: string): Promise<void> {
  const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const
  await kinesis.send(new CreateStreamCommand({ StreamName, StreamModeDetails }))
}

/** From the stream of this name to a folder of this name, at once. */
const channel = (
  name: string,
  ServiceExecutionRoleARN: string,
  more: Partial<CreateChannelCommandInput> = {},
): CreateChannelCommandInput => ({
  ChannelName: name,
  ServiceExecutionRoleARN,
  StreamConfigurationList: [
    { StreamARN: `${base}:stream/${name}`, RecordConfiguration: { RecordFormatType: 'STRING' } },
  ],
  S3DestinationConfiguration: {
    DataFreshnessInSeconds: 0,
    StorageConfiguration: {
      BucketARN: `arn:aws:s3:::${bucket}`,
      ExpectedBucketOwner: accountId,
      CompressionType: 'NONE',
      OutputKeyTemplate: `${name}/!{channel-id}`,
    },
  },
  ...more,
})

const put = (StreamName: string, text: string) =>
  kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from(text) }))

async function keys(name: string): Promise<readonly string[]> {
  const { Contents = [] } = await lake
    .client(S3Client)
    .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${name}/` }))
  return Contents.map(({ Key }) => Key!)
}

const delivered = (name: string) =>
  poll(`objects of ${name}`, async () => {
    const found = await keys(name)
    return found.length > 0 ? found : undefined
  })

/** None as long as the log is not there: it is made with the first of them. */
async function eventsOf(logGroupName: string, logStreamName: string): Promise<readonly string[]> {
  try {
    const { events = [] } = await lake
      .client(CloudWatchLogsClient)
      .send(new GetLogEventsCommand({ logGroupName, logStreamName }))
    return events.map(({ message }) => message!)
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return []
    throw error
  }
}

const denied = (action: string) => (error: Error) => {
  assert.equal(error.name, 'AccessDeniedException', error.message)
  assert.ok(error.message.includes(action), error.message)
  return true
}

test('a channel is for who may give it the stream and pass its role', async () => {
  await createStream('given')
  const roleArn = await createServiceRole(iam, { name: 'given', services: ['kinesis'] })
  const allow = (Action: string, Resource: string) => ({ Action, Resource })
  const stream = `${base}:stream/given`
  const rights = [
    allow('kinesis:CreateChannel', stream),
    allow('kinesis:AssociateStreamsWithChannel', stream),
    allow('iam:PassRole', roleArn),
  ]
  for (const [index, { Action }] of rights.entries()) {
    const others = rights.filter((_, at) => at !== index)
    const credentials = await createUser(iam, `without-${index}`, others)
    const user = lake.client(KinesisClient, { credentials })
    await assert.rejects(
      user.send(new CreateChannelCommand(channel('given', roleArn))),
      denied(Action),
    )
  }
  const credentials = await createUser(iam, 'creator', rights)
  const creator = lake.client(KinesisClient, { credentials })
  const { ChannelDescription } = await creator.send(
    new CreateChannelCommand(channel('given', roleArn)),
  )
  const ChannelARN = ChannelDescription!.ChannelARN!
  const deletion = new DeleteChannelCommand({ ChannelARN })
  await assert.rejects(creator.send(new ListChannelsCommand({})), denied('kinesis:ListChannels'))
  await assert.rejects(
    creator.send(new DescribeChannelCommand({ ChannelARN })),
    denied('kinesis:DescribeChannel'),
  )
  await assert.rejects(creator.send(deletion), denied('kinesis:DeleteChannel'))
  const keeper = lake.client(KinesisClient, {
    credentials: await createUser(iam, 'keeper', [
      allow('kinesis:*', ChannelARN),
      allow('kinesis:ListChannels', `${base}:stream/*`),
    ]),
  })
  assert.equal((await keeper.send(new ListChannelsCommand({}))).ChannelSummaries!.length, 1)
  await keeper.send(new DescribeChannelCommand({ ChannelARN }))
  await keeper.send(deletion)
})

test('a role is taken for the channels that its trust policy names', async () => {
  await createStream('trusted')
  const trusting = async (RoleName: string, sourceArn: string) => {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: policyOf({
          Principal: { Service: 'kinesis.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': accountId },
            ArnLike: { 'aws:SourceArn': sourceArn },
          },
        }),
      }),
    )
    return Role!.Arn!
  }
  const other = await trusting('trusts-another', `${base}:channel/another`)
  const firehose = await createServiceRole(iam, { name: 'firehose-only', services: ['firehose'] })
  for (const roleArn of [other, firehose]) {
    await assert.rejects(kinesis.send(new CreateChannelCommand(channel('trusted', roleArn))), {
      name: 'InvalidArgumentException',
    })
  }
  const roleArn = await trusting('trusts-channels', `${base}:channel/*`)
  await letRole(iam, 'trusts-channels', { Action: 's3:PutObject', Resource: '*' })
  await kinesis.send(new CreateChannelCommand(channel('trusted', roleArn)))
  await put('trusted', 'text')
  await delivered('trusted')
})

test('what a role may not write waits until it may, and the log of the channel tells why', async () => {
  await createStream('waits')
  const roleArn = await createServiceRole(iam, { name: 'waits', services: ['kinesis'] })
  const logs = [{ Action: 'logs:*', Resource: '*' }]
  await letRole(iam, 'waits', logs)
  const { ChannelDescription } = await kinesis.send(
    new CreateChannelCommand(
      channel('waits', roleArn, { LoggingConfiguration: { CloudWatchLogs: { Enabled: true } } }),
    ),
  )
  const { ChannelARN: channelARN, ChannelId } = ChannelDescription!
  await put('waits', 'text')
  const logGroupName = `/aws/kinesis/waits/${ChannelId}`
  const [first] = await poll('the log of the channel', async () => {
    const events = await eventsOf(logGroupName, 'DestinationDelivery')
    return events.length > 0 && events
  })
  const event = JSON.parse(first!) as Record<string, string>
  assert.equal(event['channelARN'], channelARN)
  assert.equal(event['errorCode'], 'S3.AccessDenied')
  assert.match(event['message']!, /s3:PutObject on arn:aws:s3:::channel-guarded\/waits\//)
  assert.deepEqual(await keys('waits'), [])
  await letRole(iam, 'waits', [...logs, { Action: 's3:PutObject', Resource: '*' }])
  await delivered('waits')
})

test('keys are asked for: that of the stream and that of the objects', async () => {
  await createStream('keyed')
  const kms = lake.client(KMSClient)
  const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!
  const [streamKey, objectKey] = [await newKey(), await newKey()]
  const encryption = { EncryptionType: 'KMS', KeyId: streamKey } as const
  await kinesis.send(new StartStreamEncryptionCommand({ StreamName: 'keyed', ...encryption }))
  const roleArn = await createServiceRole(iam, { name: 'keyed', services: ['kinesis'] })
  const rights = [
    { Action: ['s3:PutObject', 'logs:*'], Resource: '*' },
    { Action: 'kms:Decrypt', Resource: streamKey },
  ]
  const { ChannelDescription } = await kinesis.send(
    new CreateChannelCommand(
      channel('keyed', roleArn, {
        EncryptionConfiguration: { EncryptionType: 'KMS', KeyId: objectKey },
        LoggingConfiguration: {
          CloudWatchLogs: { Enabled: true, LogGroupName: 'keyed', LogStreamName: 'own' },
        },
      }),
    ),
  )
  const told = (message: RegExp) =>
    poll(`trouble ${message}`, async () =>
      (await eventsOf('keyed', 'own')).some((event) => message.test(event)),
    )
  await letRole(iam, 'keyed', rights.slice(0, 1))
  await put('keyed', 'text')
  await told(/kms:Decrypt/)
  await letRole(iam, 'keyed', rights)
  await told(/kms:GenerateDataKey/)
  assert.deepEqual(await keys('keyed'), [])
  await letRole(iam, 'keyed', [...rights, { Action: 'kms:GenerateDataKey', Resource: objectKey }])
  const [Key] = await delivered('keyed')
  const head = await lake.client(S3Client).send(new HeadObjectCommand({ Bucket: bucket, Key }))
  assert.equal(head.ServerSideEncryption, 'aws:kms')
  assert.equal(head.SSEKMSKeyId, objectKey)
  // Others may not so much as change it.
  const credentials = await createUser(iam, 'stranger', [
    { Action: 'kinesis:*', Resource: `${base}:stream/*` },
  ])
  const update = {
    ChannelARN: ChannelDescription!.ChannelARN,
    S3DestinationConfiguration: { DataFreshnessInSeconds: 300 },
  }
  await assert.rejects(
    lake.client(KinesisClient, { credentials }).send(new UpdateChannelCommand(update)),
    denied('kinesis:UpdateChannel'),
  )
})
