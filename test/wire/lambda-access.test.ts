import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'
import { lambdaOf, zip, type Lambda } from './lambda-fixture.ts'

let lake: TestLake
let lambda: Lambda
let arn: string
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake)
  arn = await lambda.create('guarded', `export const handler = async () => 'in'`)
})
after(() => lake.stop())

const denied = (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
  assert.equal(error.name, 'AccessDeniedException', error.message)
  assert.equal(error.$metadata?.httpStatusCode, 403)
  return true
}

/** Lambda as a user who may do what the statements say. */
async function userWith(name: string, statements: readonly object[]): Promise<LambdaClient> {
  const credentials = await createUser(lake.client(IAMClient), name, statements)
  return lake.client(LambdaClient, { credentials })
}
const allow = (Action: string | string[], Resource: string | string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})

test('a user does what the policy names, by the names of the permissions', async () => {
  const user = await userWith('invoker', [allow('lambda:InvokeFunction', arn)])
  await user.send(new InvokeCommand({ FunctionName: 'guarded' }))
  await user.send(new InvokeCommand({ FunctionName: arn, InvocationType: 'DryRun' }))
  await assert.rejects(user.send(new GetFunctionCommand({ FunctionName: 'guarded' })), denied)
  await assert.rejects(user.send(new ListFunctionsCommand({})), denied)
  await assert.rejects(
    user.send(new InvokeCommand({ FunctionName: 'guarded', Qualifier: '$LATEST' })),
    denied,
    'a version is a resource of its own',
  )
  const wider = await userWith('wider', [allow('lambda:InvokeFunction', `${arn}:*`)])
  await wider.send(new InvokeCommand({ FunctionName: 'guarded', Qualifier: '$LATEST' }))
  await assert.rejects(wider.send(new InvokeCommand({ FunctionName: 'guarded' })), denied)
})

test('to make a function takes the permission to pass its role', async () => {
  const input = {
    Role: lambda.roleArn,
    Runtime: 'nodejs24.x' as const,
    Handler: 'index.handler',
    Code: { ZipFile: await zip({ 'index.mjs': 'export const handler = () => 1' }) },
  }
  const unable = await userWith('unable', [allow('lambda:*')])
  await assert.rejects(
    unable.send(new CreateFunctionCommand({ FunctionName: 'f', ...input })),
    denied,
  )
  const able = await userWith('able', [allow('lambda:*'), allow('iam:PassRole', lambda.roleArn)])
  await able.send(new CreateFunctionCommand({ FunctionName: 'f', ...input }))
  const unread = { ...input, Code: { S3Bucket: 'somewhere', S3Key: 'code.zip' } }
  await assert.rejects(
    able.send(new CreateFunctionCommand({ FunctionName: 'g', ...unread })),
    denied,
    'code is read as the caller',
  )
  const Bucket = 'code-of-functions'
  const s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'code.zip', Body: input.Code.ZipFile }))
  const reader = await userWith('reader', [
    allow('lambda:*'),
    allow('iam:PassRole', lambda.roleArn),
    allow('s3:GetObject'),
  ])
  const read = { ...input, Code: { S3Bucket: Bucket, S3Key: 'code.zip' } }
  await reader.send(new CreateFunctionCommand({ FunctionName: 'g', ...read }))
  const Policy = JSON.stringify({
    Statement: {
      Effect: 'Deny',
      Principal: { AWS: `arn:aws:iam::${lake.accountId}:user/reader` },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    },
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await assert.rejects(
    reader.send(new CreateFunctionCommand({ FunctionName: 'h', ...read })),
    denied,
    'the policy of the bucket is asked too',
  )
})

test('another account gets in by the policy of the function, and no further', async () => {
  const stranger = lake.client(LambdaClient, { credentials: await lake.addAccount('210987654321') })
  const invoke = (FunctionName: string) => stranger.send(new InvokeCommand({ FunctionName }))
  await assert.rejects(invoke(arn), denied)
  const { Statement } = await lambda.client.send(
    new AddPermissionCommand({
      FunctionName: 'guarded',
      StatementId: 'other',
      Action: 'lambda:InvokeFunction',
      Principal: '210987654321',
    }),
  )
  assert.deepEqual(JSON.parse(Statement!), {
    Sid: 'other',
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::210987654321:root' },
    Action: 'lambda:InvokeFunction',
    Resource: arn,
  })
  const answer = await invoke(arn)
  assert.equal(Buffer.from(answer.Payload!).toString(), '"in"')
  await assert.rejects(stranger.send(new GetFunctionCommand({ FunctionName: arn })), denied)
  await assert.rejects(invoke(`${arn}:$LATEST`), denied, 'versions have policies of their own')
  await lambda.client.send(new PublishVersionCommand({ FunctionName: 'guarded' }))
  await lambda.client.send(
    new AddPermissionCommand({
      FunctionName: 'guarded',
      Qualifier: '1',
      StatementId: 'other',
      Action: 'lambda:InvokeFunction',
      Principal: '210987654321',
    }),
  )
  await invoke(`${arn}:1`)

  const { Policy, RevisionId } = await lambda.client.send(
    new GetPolicyCommand({ FunctionName: 'guarded' }),
  )
  assert.equal(JSON.parse(Policy!).Statement.length, 1)
  await assert.rejects(
    lambda.client.send(
      new AddPermissionCommand({
        FunctionName: 'guarded',
        StatementId: 'other',
        Action: 'lambda:InvokeFunction',
        Principal: '*',
      }),
    ),
    { name: 'ResourceConflictException' },
  )
  await lambda.client.send(
    new RemovePermissionCommand({ FunctionName: 'guarded', StatementId: 'other', RevisionId }),
  )
  await assert.rejects(invoke(arn), denied)
  await assert.rejects(lambda.client.send(new GetPolicyCommand({ FunctionName: 'guarded' })), {
    name: 'ResourceNotFoundException',
  })
})
