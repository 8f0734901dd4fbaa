import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms'
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { poll } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'
import { startMappings } from './lambda-mapping-lake.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption

let folder: string
let front: Awaited<ReturnType<typeof startMappings>>
let kms: KMSClient
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-filter-keys-'))
  front = await startMappings({ ephemeral: false, dataDir: folder })
  kms = front.lake.client(KMSClient)
})
after(async () => {
  await front.lake.stop()
  await rm(folder, { recursive: true })
})

const filtersFor = (key: string) => ({
  Filters: [{ Pattern: JSON.stringify({ partitionKey: [key] }) }],
})

/** A key whose policy lets the account do all, and Lambda what it needs for a mapping, or for all. */
async function newKey(letsLambda = true): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  if (letsLambda) await letLambda(KeyMetadata!.Arn!)
  return KeyMetadata!.Arn!
}

async function letLambda(KeyId: string, Condition?: object): Promise<void> {
  const account = `arn:aws:iam::${front.lake.accountId}:root`
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: 'lambda.us-east-1.amazonaws.com' },
      Action: 'kms:Decrypt',
      Resource: '*',
      ...(Condition ? { Condition } : {}),
    },
  ]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
}

const change = (UUID: string | undefined, input: object, client = front.lambda.client) =>
  client.send(new UpdateEventSourceMappingCommand({ UUID, ...input }))
const get = (UUID: string | undefined, client = front.lambda.client) =>
  client.send(new GetEventSourceMappingCommand({ UUID }))
const troubleOf = (UUID: string | undefined, what: RegExp) =>
  poll(String(what), async () => what.test((await get(UUID)).LastProcessingResult!))

async function userWith(name: string, ...statements: readonly object[]): Promise<LambdaClient> {
  const lambdaOnly = { Effect: 'Allow', Action: 'lambda:*', Resource: '*' }
  const credentials = await createUser(front.lake.client(IAMClient), name, [
    lambdaOnly,
    ...statements,
  ])
  return front.lake.client(LambdaClient, { credentials })
}

async function filesWith(text: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const file of files.filter((each) => each.isFile())) {
    const path = join(file.parentPath, file.name)
    if ((await readFile(path)).includes(text)) found.push(file.name)
  }
  return found
}

test('filters under a key choose records, and lie in no file of the lake', async () => {
  const key = await newKey()
  const plain = await front.mapped('open', { FilterCriteria: filtersFor('an-open-partition') })
  await plain.map()
  assert.ok((await filesWith('an-open-partition')).length > 0, 'the database was looked at')
  const FilterCriteria = filtersFor('a-secret-partition')
  const { map } = await front.mapped('sealed', { FilterCriteria, KMSKeyArn: key })
  const made = await map()
  assert.equal(made.KMSKeyArn, key)
  assert.deepEqual(made.FilterCriteria, FilterCriteria)
  assert.deepEqual(await filesWith('a-secret-partition'), [])
  await front.put('sealed', ['no'], () => 'another')
  await front.put('sealed', ['yes'], () => 'a-secret-partition')
  assert.deepEqual(await front.sees('sealed', 1), ['yes'])
  assert.deepEqual((await get(made.UUID)).FilterCriteria, FilterCriteria)
  const { EventSourceMappings } = await front.lambda.client.send(
    new ListEventSourceMappingsCommand({ FunctionName: 'sealed' }),
  )
  const [listed] = EventSourceMappings!
  assert.deepEqual([listed!.FilterCriteria, listed!.KMSKeyArn], [undefined, key])
})

test('while the key is shut, or its policy does not let Lambda, no record is given', async () => {
  const key = await newKey(false)
  const input = { FilterCriteria: filtersFor('k'), KMSKeyArn: key }
  const { EventSourceArn, map } = await front.mapped('shut', input)
  const { UUID, EventSourceMappingArn, FunctionArn } = await map()
  await front.put('shut', ['1', '2'], (text) => (text === '1' ? 'k' : 'other'))
  await troubleOf(UUID, /^PROBLEM: .*lambda\.us-east-1\.amazonaws\.com is not authorized/)
  // The conditions of AWS's own example.
  const context = 'kms:EncryptionContext:aws:lambda'
  const stands = {
    ArnEquals: { 'aws:SourceArn': EventSourceMappingArn },
    StringEquals: {
      [`${context}:FunctionArn`]: FunctionArn,
      [`${context}:EventSourceArn`]: EventSourceArn,
    },
  }
  const other = { ...stands, ArnEquals: { 'aws:SourceArn': `${EventSourceMappingArn}x` } }
  await letLambda(key, other)
  await troubleOf(UUID, /is not authorized/)
  assert.deepEqual(await front.seen('shut'), [])
  await letLambda(key, stands)
  assert.deepEqual(await front.sees('shut', 1), ['1'])

  await kms.send(new DisableKeyCommand({ KeyId: key }))
  await troubleOf(UUID, /^PROBLEM: .*the KMS key used is disabled/)
  await front.put('shut', ['3', '4'], (text) => (text === '4' ? 'k' : 'other'))
  const { FilterCriteria, FilterCriteriaError } = await get(UUID)
  assert.equal(FilterCriteria, undefined)
  assert.equal(FilterCriteriaError!.ErrorCode, 'DisabledException')
  assert.deepEqual(await front.seen('shut'), ['1'])
  await kms.send(new EnableKeyCommand({ KeyId: key }))
  assert.deepEqual(await front.sees('shut', 2), ['1', '4'])
})

test('who may not decrypt works with a mapping, but sees no filters and moves them to no other key', async () => {
  const key = await newKey()
  const kmsOf = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
  const stranger = await userWith('stranger')
  const maker = await userWith('maker', kmsOf('kms:DescribeKey', 'kms:GenerateDataKey'))
  const reader = await userWith('reader', kmsOf('kms:Decrypt'))
  await front.mapped('guarded')
  const EventSourceArn = await front.stream('guarded-source')
  const FilterCriteria = filtersFor('k')
  const create = (client: LambdaClient, KMSKeyArn = key) =>
    client.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'guarded',
        EventSourceArn,
        StartingPosition: 'TRIM_HORIZON',
        FilterCriteria,
        KMSKeyArn,
      }),
    )
  const refused = (message: RegExp) => ({ name: 'InvalidParameterValueException', message })
  await assert.rejects(create(stranger), refused(/not authorized to perform: kms:DescribeKey/))
  await assert.rejects(create(reader), refused(/not authorized to perform: kms:DescribeKey/))
  await assert.rejects(
    create(front.lambda.client, 'arn:aws:kms:us-east-1:123456789012:alias/mine'),
    refused(/InvalidArnException/),
  )
  const { UUID, ...made } = await create(maker)
  assert.equal(made.FilterCriteriaError!.ErrorCode, 'AccessDeniedException')
  assert.equal((await get(UUID, stranger)).FilterCriteria, undefined)
  assert.match((await get(UUID, stranger)).FilterCriteriaError!.Message!, /kms:Decrypt/)
  assert.deepEqual((await get(UUID, reader)).FilterCriteria, FilterCriteria)

  // What has nothing to do with filters can be changed by all.
  const changed = await change(UUID, { BatchSize: 7 }, stranger)
  assert.deepEqual([changed.BatchSize, changed.FilterCriteria], [7, undefined])
  await assert.rejects(change(UUID, { KMSKeyArn: '' }, stranger), {
    name: 'KMSAccessDeniedException',
    message: /kms:Decrypt/,
  })
  await assert.rejects(change(UUID, { FilterCriteria }, reader), refused(/kms:DescribeKey/))
  const others = filtersFor('others')
  const replaced = await change(UUID, { FilterCriteria: others }, maker)
  assert.equal(replaced.KMSKeyArn, key)
  assert.deepEqual((await get(UUID, reader)).FilterCriteria, others)

  // Under another key, then under none; at last no filters and no key.
  const second = await newKey()
  assert.equal((await change(UUID, { KMSKeyArn: second })).KMSKeyArn, second)
  await kms.send(new DisableKeyCommand({ KeyId: key }))
  assert.deepEqual((await get(UUID)).FilterCriteria, others)
  const bare = await change(UUID, { KMSKeyArn: '' })
  assert.deepEqual([bare.KMSKeyArn, bare.FilterCriteria], [undefined, others])
  assert.deepEqual((await get(UUID, stranger)).FilterCriteria, others)
  await change(UUID, { KMSKeyArn: second })
  const cleared = await change(UUID, { FilterCriteria: {} }, stranger)
  assert.deepEqual([cleared.KMSKeyArn, cleared.FilterCriteria], [undefined, undefined])

  await change(UUID, { FilterCriteria: others, KMSKeyArn: second })
  const gone = await stranger.send(new DeleteEventSourceMappingCommand({ UUID }))
  assert.equal(gone.FilterCriteriaError!.ErrorCode, 'AccessDeniedException')
})
