import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis'
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { poll, spawnServer, testCredentials } from '../harness/index.ts'
import { zip } from '../wire/lambda-fixture.ts'

const Bucket = 'handled'
const rounds = 2
const sentByRound = 40

/** An object for each event, and for each record of a stream, that it is given. */
const code = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
const keep = (Key) => s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key, Body: 'x' }))
export const handler = async (event) => {
  if (event.id) return keep('event/' + event.id).then(() => 'kept')
  for (const { kinesis } of event.Records) {
    await keep('record/' + Buffer.from(kinesis.data, 'base64').toString())
  }
}`

function clients(endpoint: string) {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    maxAttempts: 1,
    forcePathStyle: true,
  }
  return {
    iam: new IAMClient(config),
    kinesis: new KinesisClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client(config),
  }
}

async function setUp(endpoint: string): Promise<void> {
  const { iam, kinesis, lambda, s3 } = clients(endpoint)
  const RoleName = 'handles'
  const document = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
  const Principal = { Service: 'lambda.amazonaws.com' }
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({ Principal, Action: 'sts:AssumeRole' }),
    }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'p',
      PolicyDocument: document({ Action: ['s3:*', 'kinesis:*', 'logs:*'], Resource: '*' }),
    }),
  )
  await s3.send(new CreateBucketCommand({ Bucket }))
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'handles',
      Role: `arn:aws:iam::123456789012:role/${RoleName}`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 30,
      Code: { ZipFile: await zip({ 'index.mjs': code }) },
    }),
  )
  await kinesis.send(new CreateStreamCommand({ StreamName: 'handled', ShardCount: 2 }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: 'handled' }),
  )
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'handles',
      EventSourceArn: StreamDescriptionSummary!.StreamARN,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 5,
    }),
  )
}

/** Until the server is gone; notes what was acknowledged. */
async function send(endpoint: string, round: number, acknowledged: string[]): Promise<void> {
  const { kinesis, lambda } = clients(endpoint)
  const sendAll = async (kind: string, one: (id: string) => Promise<unknown>) => {
    for (let n = 0; ; n += 1) {
      const id = `${round}-${n}`
      try {
        await one(id)
      } catch {
        return
      }
      acknowledged.push(`${kind}/${id}`)
      await wait(10)
    }
  }
  await Promise.all([
    sendAll('event', (id) =>
      lambda.send(
        new InvokeCommand({
          FunctionName: 'handles',
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify({ id })),
        }),
      ),
    ),
    sendAll('record', (id) =>
      kinesis.send(
        new PutRecordCommand({ StreamName: 'handled', PartitionKey: id, Data: Buffer.from(id) }),
      ),
    ),
  ])
}

async function handled(s3: S3Client): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  let ContinuationToken: string | undefined
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }))
    for (const { Key } of page.Contents ?? []) keys.add(Key!)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  return keys
}

test('a server that is killed loses no event and no record of a function', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-functions-faults-'))
  try {
    const acknowledged: string[] = []
    for (let round = 0; round < rounds; round += 1) {
      const server = await spawnServer({ dataDir })
      if (round === 0) await setUp(server.endpoint)
      const enough = acknowledged.length + sentByRound
      const sent = send(server.endpoint, round, acknowledged)
      await poll('a round', () => acknowledged.length >= enough)
      await server.kill()
      await sent
    }
    const server = await spawnServer({ dataDir })
    try {
      const { s3 } = clients(server.endpoint)
      await poll(
        'everything that was acknowledged',
        async () => {
          const keys = await handled(s3)
          return acknowledged.every((key) => keys.has(key))
        },
        { deadlineMs: 90_000, intervalMs: 250 },
      )
    } finally {
      assert.equal(await server.stop(), 0)
    }
  } finally {
    await rm(dataDir, { recursive: true })
  }
})
