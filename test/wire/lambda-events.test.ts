import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddPermissionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  ListFunctionEventInvokeConfigsCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { lambdaOf, type Json, type Lambda } from './lambda-fixture.ts'

const Bucket = 'told'

/** Keeps what it is given in a bucket, with the credentials of its role. */
const keeper = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
export const handler = async (event, { awsRequestId }) => {
  await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key: process.env.PREFIX + awsRequestId, Body: JSON.stringify(event) }))
}`

let lake: TestLake
let lambda: Lambda
let s3: S3Client
let keeperArn: string
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake, ['logs:*', 's3:PutObject', 'lambda:InvokeFunction'])
  s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
  keeperArn = await keeps('keeper', 'kept/')
  await lambda.create('fails', `export const handler = async () => { throw new Error('always') }`)
})
after(() => lake.stop())

function keeps(name: string, PREFIX: string): Promise<string> {
  return lambda.create(name, keeper, { Environment: { Variables: { PREFIX } } })
}

function later(FunctionName: string, event: unknown) {
  const Payload = Buffer.from(JSON.stringify(event))
  return lambda.client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }))
}

async function found(Prefix: string): Promise<readonly Json[]> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
  return Promise.all(
    (Contents ?? []).map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      return JSON.parse(await Body!.transformToString()) as Json
    }),
  )
}
const waitFor = (prefix: string, count = 1) =>
  poll(`${count} objects under ${prefix}`, async () => {
    const objects = await found(prefix)
    return objects.length >= count && objects
  })

test('an event is answered at once, and handled later', async () => {
  const answer = await later('keeper', { n: 1 })
  assert.equal(answer.StatusCode, 202)
  assert.equal(answer.$metadata.httpStatusCode, 202)
  assert.deepEqual(await waitFor('kept/'), [{ n: 1 }])
  await assert.rejects(later('nobody', {}), { name: 'ResourceNotFoundException' })
  await assert.rejects(later('keeper', 'x'.repeat(1_048_576)), { name: 'RequestTooLargeException' })
  await assert.rejects(
    lambda.client.send(
      new InvokeCommand({ FunctionName: 'keeper', Payload: Buffer.from('{no json') }),
    ),
    { name: 'InvalidRequestContentException' },
  )
})

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
test('what became of an event goes to a function, or to a bucket', async () => {
  const configure = (FunctionName: string, input: object) =>
    lambda.client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...input }))
  const told = await keeps('told-of-it', 'news/')
  const Destination = `arn:aws:s3:::${Bucket}`
  await configure('fails', {
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination } },
  })
  await configure('keeper', { DestinationConfig: { OnSuccess: { Destination: told } } })
  await later('fails', { bad: true })
  await later('keeper', { good: true })

  const [failure] = await waitFor('aws/lambda/async/fails/')
  assert.equal(failure.requestContext.condition, 'RetriesExhausted')
  assert.equal(failure.requestContext.approximateInvokeCount, 1)
  assert.match(failure.requestContext.functionArn, /:function:fails:\$LATEST$/)
  assert.deepEqual(failure.requestPayload, { bad: true })
  assert.deepEqual(failure.responseContext, {
    statusCode: 200,
    executedVersion: '$LATEST',
    functionError: 'Unhandled',
  })
  assert.equal(failure.responsePayload.errorMessage, 'always')

  const [success] = await waitFor('news/')
  assert.equal(success.requestContext.condition, 'Success')
  assert.deepEqual(success.requestPayload, { good: true })

  await lambda.client.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'fails', ReservedConcurrentExecutions: 0 }),
  )
  await later('fails', { stopped: true })
  const both = await waitFor('aws/lambda/async/fails/', 2)
  assert.ok(both.some(({ requestPayload }) => requestPayload.stopped))
})

test('how events are handled can be read and changed', async () => {
  const FunctionName = 'configured'
  await lambda.create(FunctionName, 'export const handler = () => 1')
  const { client } = lambda
  await assert.rejects(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })), {
    name: 'ResourceNotFoundException',
  })
  await client.send(
    new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 60 }),
  )
  await client.send(
    new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 1 }),
  )
  const config = await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))
  assert.deepEqual([config.MaximumEventAgeInSeconds, config.MaximumRetryAttempts], [60, 1])
  assert.match(config.FunctionArn!, /:configured:\$LATEST$/)
  const list = await client.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName }))
  assert.equal(list.FunctionEventInvokeConfigs!.length, 1)
  await client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }))
  await assert.rejects(
    client.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:123456789012:q' } },
      }),
    ),
    { name: 'InvalidParameterValueException' },
  )
})

test('a bucket tells a function of its objects, if the function lets it', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'watched' }))
  const watch = () =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'watched',
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            { LambdaFunctionArn: keeperArn, Events: ['s3:ObjectCreated:*'] },
          ],
        },
      }),
    )
  await assert.rejects(watch(), { name: 'InvalidArgument' })
  const permit = (StatementId: string, bucket: string) =>
    lambda.client.send(
      new AddPermissionCommand({
        FunctionName: 'keeper',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: `arn:aws:s3:::${bucket}`,
        SourceAccount: lake.accountId,
      }),
    )
  await permit('for-another', 'another')
  await assert.rejects(watch(), { name: 'InvalidArgument' })
  await permit('for-this', 'watched')
  await watch()
  const before = (await found('kept/')).length
  await s3.send(new PutObjectCommand({ Bucket: 'watched', Key: 'a/new one.csv', Body: 'x' }))
  const events = await waitFor('kept/', before + 1)
  const [record] = events.flatMap((event) => event.Records ?? [])
  assert.equal(record.eventName, 'ObjectCreated:Put')
  assert.equal(record.s3.object.key, 'a/new+one.csv')
})
