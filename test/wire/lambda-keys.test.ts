import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'
import { lambdaOf, zip, type Lambda } from './lambda-fixture.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html

let lake: TestLake
let lambda: Lambda
let kms: KMSClient
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake)
  kms = lake.client(KMSClient)
})
after(() => lake.stop())

const code = `export const handler = async () => process.env.TOKEN ?? null`
const variables = (TOKEN: string) => ({ Variables: { TOKEN } })
const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!
const configurationOf = (FunctionName: string, client = lambda.client) =>
  client.send(new GetFunctionConfigurationCommand({ FunctionName }))
const failsWith = (name: string, message?: RegExp) => (error: Error) => {
  assert.equal(error.name, name, error.message)
  if (message) assert.match(error.message, message)
  return true
}

async function userWith(name: string, statements: readonly object[]): Promise<LambdaClient> {
  const credentials = await createUser(lake.client(IAMClient), name, statements)
  return lake.client(LambdaClient, { credentials })
}

test('a function with a key of its own runs with its variables, and keeps them through updates and versions', async () => {
  const key = await newKey()
  await lambda.create('keyed', code, { KMSKeyArn: key, Environment: variables('one') })
  assert.equal((await lambda.invoke('keyed')).payload, 'one')
  const configuration = await configurationOf('keyed')
  assert.equal(configuration.KMSKeyArn, key)
  assert.deepEqual(configuration.Environment, variables('one'))
  await lambda.client.send(new PublishVersionCommand({ FunctionName: 'keyed' }))
  // Another key alone: the variables are sealed anew.
  const other = await newKey()
  const change = (input: object) =>
    lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'keyed', ...input }))
  assert.equal((await change({ KMSKeyArn: other })).KMSKeyArn, other)
  assert.equal((await lambda.invoke('keyed')).payload, 'one')
  assert.equal((await change({ Environment: variables('two') })).KMSKeyArn, other)
  assert.equal((await lambda.invoke('keyed')).payload, 'two')
  // The version has what it was published with.
  assert.equal((await lambda.invoke('keyed', {}, { Qualifier: '1' })).payload, 'one')
  // Back to the lake's own key.
  assert.equal((await change({ KMSKeyArn: '' })).KMSKeyArn, undefined)
  await kms.send(new DisableKeyCommand({ KeyId: other }))
  assert.equal((await lambda.invoke('keyed')).payload, 'two')
})

test('a key that is disabled, or about to be deleted, makes its functions fail at once, and comes back', async () => {
  const key = await newKey()
  await lambda.create('shut', code, { KMSKeyArn: key, Environment: variables('x') })
  await lambda.create('bare', code, { KMSKeyArn: key })
  assert.equal((await lambda.invoke('shut')).payload, 'x')
  await kms.send(new DisableKeyCommand({ KeyId: key }))
  await assert.rejects(
    lambda.invoke('shut'),
    failsWith(
      'KMSDisabledException',
      /the KMS key used is disabled.*KMS Exception: DisabledException/,
    ),
  )
  assert.equal(
    (await configurationOf('shut')).Environment?.Error?.ErrorCode,
    'KMSDisabledException',
  )
  // Without variables there is nothing to open.
  assert.equal((await lambda.invoke('bare')).payload, null)
  // An event waits until the key is back.
  await lambda.client.send(new InvokeCommand({ FunctionName: 'shut', InvocationType: 'Event' }))
  await kms.send(new EnableKeyCommand({ KeyId: key }))
  assert.equal((await lambda.invoke('shut')).payload, 'x')
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }))
  await assert.rejects(lambda.invoke('shut'), failsWith('KMSInvalidStateException'))
})

test('a key is given by who may, and variables are shown to who may', async () => {
  const key = await newKey()
  const lambdaOnly = { Effect: 'Allow', Action: ['lambda:*', 'iam:PassRole'], Resource: '*' }
  const kmsOf = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: key })
  const stranger = await userWith('stranger', [lambdaOnly])
  const encrypts = await userWith('encrypts', [lambdaOnly, kmsOf('kms:Encrypt')])
  const maker = await userWith('maker', [lambdaOnly, kmsOf('kms:Encrypt', 'kms:CreateGrant')])
  const reader = await userWith('reader', [lambdaOnly, kmsOf('kms:Decrypt')])
  const create = async (client: LambdaClient, FunctionName: string, KMSKeyArn = key) =>
    client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: lambda.roleArn,
        Code: { ZipFile: await zip({ 'index.mjs': code }) },
        Environment: variables('seen'),
        KMSKeyArn,
      }),
    )
  const refused = (message: RegExp) => failsWith('InvalidParameterValueException', message)
  await assert.rejects(create(stranger, 'f'), refused(/not authorized to perform: kms:CreateGrant/))
  await assert.rejects(create(encrypts, 'f'), refused(/not authorized to perform: kms:CreateGrant/))
  const made = await create(maker, 'secretive')
  // https://docs.aws.amazon.com/lambda/latest/api/API_EnvironmentError.html
  assert.equal(made.Environment?.Error?.ErrorCode, 'AccessDeniedException')
  assert.equal((await configurationOf('secretive', stranger)).Environment?.Variables, undefined)
  assert.deepEqual((await configurationOf('secretive', reader)).Environment, variables('seen'))
  const { Functions } = await stranger.send(new ListFunctionsCommand({}))
  const listed = Functions!.find(({ FunctionName }) => FunctionName === 'secretive')
  assert.equal(listed?.Environment?.Error?.ErrorCode, 'AccessDeniedException')
  // Lambda opens them, whatever the role of the function may.
  assert.equal((await lambda.invoke('secretive')).payload, 'seen')
  // Who may not use the key changes nothing that lies under it, and takes it from no function without reading.
  const change = (client: LambdaClient, input: object) =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'secretive', ...input }))
  await assert.rejects(
    change(stranger, { Environment: variables('other') }),
    refused(/CreateGrant/),
  )
  await assert.rejects(
    change(stranger, { KMSKeyArn: '' }),
    failsWith('KMSAccessDeniedException', /kms:Decrypt/),
  )
  assert.equal((await change(stranger, { Timeout: 9 })).Timeout, 9)
})

test('what is no key, or none that can be used, is refused', async () => {
  const key = await newKey()
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: key }))
  const alias = key.replace(/key\/.*/, 'alias/mine')
  const create = (KMSKeyArn: string) =>
    lambda.create('none', code, { KMSKeyArn, Environment: variables('x') })
  const refused = (message: RegExp) => failsWith('InvalidParameterValueException', message)
  // https://github.com/hashicorp/terraform/issues/20813
  await assert.rejects(create(alias), refused(/InvalidArnException.*Key Aliases are not supported/))
  await assert.rejects(create('arn:aws:s3:::bucket'), refused(/InvalidArnException/))
  const gone = key.replace(/.{4}$/, '0000')
  await assert.rejects(create(gone), refused(/NotFoundException|not authorized/))
  await kms.send(new DisableKeyCommand({ KeyId: key }))
  await assert.rejects(create(key), refused(/KMS Exception: DisabledException/))
})

test('an update under a new key does not undo another that went on beside it', async () => {
  await lambda.create('busy', code, { Environment: variables('0') })
  const keys = [await newKey(), await newKey()]
  const change = (input: object) =>
    lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'busy', ...input }))
  for (let round = 1; round <= 5; round += 1) {
    await Promise.all([
      change({ KMSKeyArn: keys[round % 2] }),
      change({ Environment: variables(`${round}`) }),
    ])
    const { KMSKeyArn, Environment } = await configurationOf('busy')
    assert.deepEqual([KMSKeyArn, Environment], [keys[round % 2], variables(`${round}`)])
  }
  await poll('the newest variables', async () => (await lambda.invoke('busy')).payload === '5')
})
