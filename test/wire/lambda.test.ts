import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteLayerVersionCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListLayerVersionsCommand,
  ListLayersCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '../harness/index.ts'
import { lambdaOf, zip, type Lambda } from './lambda-fixture.ts'

let lake: TestLake
let lambda: Lambda
let client: LambdaClient
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake)
  client = lambda.client
})
after(() => lake.stop())

const refused = (name: string, message?: RegExp) => (error: Error) => {
  assert.equal(error.name, name, error.message)
  if (message) assert.match(error.message, message)
  return true
}
const says = (text: string) => `export const handler = async () => '${text}'`

test('a function is made, read, fetched, changed and removed', async () => {
  const bytes = await zip({ 'index.mjs': says('one') })
  const FunctionName = 'managed'
  const made = await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: lambda.roleArn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Description: 'first',
      Environment: { Variables: { COLOUR: 'blue' } },
      Tags: { team: 'a' },
      Code: { ZipFile: bytes },
    }),
  )
  const arn = `arn:aws:lambda:us-east-1:${lake.accountId}:function:managed`
  assert.equal(made.FunctionArn, arn)
  assert.equal(made.Version, '$LATEST')
  assert.equal(made.State, 'Active')
  assert.equal(made.CodeSize, bytes.length)
  assert.equal(made.CodeSha256, createHash('sha256').update(bytes).digest('base64'))
  assert.match(made.LastModified!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/)
  await assert.rejects(
    lambda.create(FunctionName, says('again')),
    refused('ResourceConflictException', /^Function already exist: managed$/),
  )

  const got = await client.send(new GetFunctionCommand({ FunctionName: arn }))
  assert.deepEqual(got.Tags, { team: 'a' })
  const fetched = await fetch(got.Code!.Location!)
  assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), bytes)
  assert.equal((await fetch(`${got.Code!.Location!}x`)).status, 403)

  const changed = await client.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: `${lake.accountId}:function:managed`,
      Timeout: 7,
      MemorySize: 256,
      Environment: { Variables: {} },
    }),
  )
  assert.equal(changed.Timeout, 7)
  assert.equal(changed.Description, 'first')
  assert.equal(changed.Environment, undefined)
  await assert.rejects(
    client.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: bytes, RevisionId: made.RevisionId }),
    ),
    refused('PreconditionFailedException'),
  )
  const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName }))
  const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName }))
  assert.deepEqual(
    { ...configuration, $metadata: undefined },
    { ...Configuration, $metadata: undefined },
  )

  await client.send(new DeleteFunctionCommand({ FunctionName }))
  await assert.rejects(
    client.send(new GetFunctionCommand({ FunctionName })),
    refused('ResourceNotFoundException', new RegExp(`^Function not found: ${arn}$`)),
  )
})

test('code comes from a bucket, and changes with the next invocation', async () => {
  const s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: 'code' }))
  await s3.send(
    new PutObjectCommand({
      Bucket: 'code',
      Key: 'one.zip',
      Body: await zip({ 'index.mjs': says('from a bucket') }),
    }),
  )
  await lambda.create('bucketed', '', { Code: { S3Bucket: 'code', S3Key: 'one.zip' } })
  assert.equal((await lambda.invoke('bucketed')).payload, 'from a bucket')
  await client.send(
    new UpdateFunctionCodeCommand({
      FunctionName: 'bucketed',
      ZipFile: await zip({ 'index.mjs': says('from a zip') }),
    }),
  )
  assert.equal((await lambda.invoke('bucketed')).payload, 'from a zip')
  await assert.rejects(
    client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'bucketed', S3Bucket: 'code', S3Key: 'no' }),
    ),
    refused('InvalidParameterValueException', /S3 Error Code: NoSuchKey/),
  )
})

test('versions never change, and aliases lead to them', async () => {
  const FunctionName = 'versioned'
  await lambda.create(FunctionName, says('one'), { Publish: true })
  const again = await client.send(new PublishVersionCommand({ FunctionName }))
  assert.equal(again.Version, '1', 'nothing has changed since')
  await client.send(
    new UpdateFunctionCodeCommand({
      FunctionName,
      ZipFile: await zip({ 'index.mjs': says('two') }),
    }),
  )
  const two = await client.send(new PublishVersionCommand({ FunctionName, Description: 'second' }))
  assert.equal(two.Version, '2')
  assert.ok(two.FunctionArn!.endsWith(':versioned:2'))
  const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName }))
  assert.deepEqual(
    Versions!.map(({ Version, Description }) => [Version, Description]),
    [
      ['$LATEST', ''],
      ['1', ''],
      ['2', 'second'],
    ],
  )

  const alias = await client.send(
    new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }),
  )
  assert.equal((await lambda.invoke(`${FunctionName}:live`)).payload, 'one')
  assert.equal((await lambda.invoke(FunctionName, undefined, { Qualifier: '2' })).payload, 'two')
  const byArn = await lambda.invoke(alias.AliasArn!)
  assert.deepEqual([byArn.payload, byArn.version], ['one', '1'])
  await client.send(
    new UpdateAliasCommand({
      FunctionName,
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 1 } },
    }),
  )
  assert.equal((await lambda.invoke(`${FunctionName}:live`)).payload, 'two')
  const shown = await client.send(new GetAliasCommand({ FunctionName, Name: 'live' }))
  assert.deepEqual(shown.RoutingConfig, { AdditionalVersionWeights: { '2': 1 } })
  await assert.rejects(
    client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '2' })),
    refused('ResourceConflictException'),
  )
  const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName }))
  assert.deepEqual(
    Aliases!.map(({ Name }) => Name),
    ['live'],
  )
  await client.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }))
  await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '2' }))
  await assert.rejects(
    lambda.invoke(`${FunctionName}:live`),
    refused('ResourceNotFoundException', /function:versioned:live$/),
  )
})

test('functions are listed by pages', async () => {
  for (const name of ['list-a', 'list-b', 'list-c']) await lambda.create(name, says(name))
  const names: string[] = []
  let Marker: string | undefined
  do {
    const page = await client.send(new ListFunctionsCommand({ MaxItems: 2, Marker }))
    assert.ok(page.Functions!.length <= 2)
    names.push(...page.Functions!.map(({ FunctionName }) => FunctionName!))
    Marker = page.NextMarker
  } while (Marker)
  assert.deepEqual(
    names.filter((name) => name.startsWith('list-')),
    ['list-a', 'list-b', 'list-c'],
  )
  const all = await client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }))
  assert.ok(
    all.Functions!.every(({ FunctionArn, Version }) => FunctionArn!.endsWith(`:${Version}`)),
  )
})

test('tags', async () => {
  const Resource = await lambda.create('tagged', says('x'), { Tags: { a: '1', b: '2' } })
  await client.send(new TagResourceCommand({ Resource, Tags: { b: '3', c: '4' } }))
  await client.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }))
  const { Tags } = await client.send(new ListTagsCommand({ Resource }))
  assert.deepEqual(Tags, { b: '3', c: '4' })
})

test('reserved concurrency is kept to', async () => {
  const FunctionName = 'narrow'
  await lambda.create(
    FunctionName,
    `export const handler = () => new Promise((done) => setTimeout(done, 2500, 'slow'))`,
  )
  await client.send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }),
  )
  const { ReservedConcurrentExecutions } = await client.send(
    new GetFunctionConcurrencyCommand({ FunctionName }),
  )
  assert.equal(ReservedConcurrentExecutions, 1)
  const both = await Promise.allSettled([lambda.invoke(FunctionName), lambda.invoke(FunctionName)])
  const failed = both.find((result) => result.status === 'rejected')
  assert.ok(failed, 'one of two at once is refused')
  assert.equal(failed.reason.name, 'TooManyRequestsException')
  assert.equal(failed.reason.Reason, 'ReservedFunctionConcurrentInvocationLimitExceeded')
  await assert.rejects(
    client.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 901 }),
    ),
    refused('InvalidParameterValueException', /below its minimum value of \[100\]/),
  )
  const settings = await client.send(new GetAccountSettingsCommand({}))
  assert.equal(settings.AccountLimit!.UnreservedConcurrentExecutions, 999)
  await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
})

test('layers lie under the code', async () => {
  const LayerName = 'greetings'
  const content = await zip({
    'nodejs/node_modules/greet/package.json': '{"type":"module","exports":"./index.js"}',
    'nodejs/node_modules/greet/index.js': 'export const greet = (name) => `hello ${name}`',
  })
  const layer = await client.send(
    new PublishLayerVersionCommand({
      LayerName,
      Content: { ZipFile: content },
      CompatibleRuntimes: ['nodejs24.x'],
    }),
  )
  assert.equal(layer.Version, 1)
  await lambda.create(
    'layered',
    `import { greet } from 'greet'
     export const handler = async ({ name }) => greet(name)`,
    { Layers: [layer.LayerVersionArn!] },
  )
  assert.equal((await lambda.invoke('layered', { name: 'layer' })).payload, 'hello layer')
  const got = await client.send(new GetLayerVersionCommand({ LayerName, VersionNumber: 1 }))
  const fetched = await fetch(got.Content!.Location!)
  assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), content)
  const byArn = await client.send(new GetLayerVersionByArnCommand({ Arn: layer.LayerVersionArn }))
  assert.equal(byArn.LayerArn, layer.LayerArn)
  const { Layers } = await client.send(new ListLayersCommand({}))
  assert.deepEqual(
    Layers!.map((item) => item.LatestMatchingVersion!.Version),
    [1],
  )
  await client.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber: 1 }))
  const { LayerVersions } = await client.send(new ListLayerVersionsCommand({ LayerName }))
  assert.deepEqual(LayerVersions, [])
  assert.equal((await lambda.invoke('layered', { name: 'still' })).payload, 'hello still')
  await assert.rejects(
    lambda.create('layerless', says('x'), { Layers: [layer.LayerVersionArn!] }),
    refused('InvalidParameterValueException', /does not exist/),
  )
})

test('what is wrong with a function is said', async () => {
  const create = (input: object) => lambda.create('wrong', says('x'), input)
  const invalid = (message?: RegExp) => refused('InvalidParameterValueException', message)
  await assert.rejects(create({ Runtime: 'java21' }), invalid(/Member must satisfy enum value set/))
  await assert.rejects(create({ Handler: undefined }), invalid(/Handler is mandatory/))
  await assert.rejects(
    create({ Role: `arn:aws:iam::${lake.accountId}:role/nobody` }),
    invalid(/cannot be assumed by Lambda/),
  )
  await assert.rejects(
    create({ Environment: { Variables: { AWS_REGION: 'x' } } }),
    invalid(/Reserved keys used in this request: AWS_REGION/),
  )
  await assert.rejects(
    create({ Environment: { Variables: { BIG: 'x'.repeat(4096) } } }),
    invalid(/exceeded the 4KB limit/),
  )
  await assert.rejects(
    create({ Code: { ZipFile: Buffer.from('no zip') } }),
    invalid(/Could not unzip uploaded file/),
  )
  await assert.rejects(create({ VpcConfig: { SubnetIds: ['s'] } }), invalid(/not supported/))
  await assert.rejects(
    create({ Code: { S3Bucket: 'b', S3Key: 'k', S3ObjectStorageMode: 'REFERENCE' } }),
    invalid(/REFERENCE is not supported/),
  )
  await assert.rejects(create({ Timeout: 901 }), refused('ValidationException', /timeout/i))
  await assert.rejects(
    client.send(new InvokeCommand({ FunctionName: 'no way!' })),
    refused('ValidationException'),
  )
})

test('a zip does not climb out of its folder, and is not larger than it says', async () => {
  const file = await zip({ 'aaaa.mjs': says('x') })
  const climbing = Buffer.from(file.toString('latin1').replaceAll('aaaa.mjs', '../a.mjs'), 'latin1')
  await assert.rejects(
    lambda.create('climbing', '', { Code: { ZipFile: climbing } }),
    refused('InvalidParameterValueException', /Could not unzip/),
  )
  // What the directory says of the size of a file: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12.
  const sized = (bytes: number) => {
    const forged = Buffer.from(file)
    forged.writeUInt32LE(bytes, forged.indexOf('PK\x01\x02') + 24)
    return forged
  }
  await assert.rejects(
    lambda.create('bomb', '', { Code: { ZipFile: sized(262_144_001) } }),
    refused('InvalidParameterValueException', /Unzipped size must be smaller than 262144000 bytes/),
  )
  await lambda.create('liar', '', {
    Handler: 'aaaa.handler',
    Code: { ZipFile: sized(3) },
  })
  await assert.rejects(
    lambda.invoke('liar'),
    refused('InvalidParameterValueException', /Could not unzip/),
  )
})
