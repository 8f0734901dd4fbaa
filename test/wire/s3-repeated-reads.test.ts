import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { bindService, type Caller } from '#protocol/aws'
import { createSigV4Authenticator } from '#protocol/aws/sigv4'
import { s3 } from '#storage/api/s3'
import { createObjectStore, migrations, type ObjectStore } from '#storage/objects'
import { startGateway } from '../harness/gateway.ts'
import { startLake, testCredentials, type TestLake } from '../harness/index.ts'
import { rejects } from './s3-fixture.ts'

const Bucket = 'repeated'

const read = (client: S3Client, Key: string) =>
  client.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body!.transformToString())

describe('reading the same object again', () => {
  let folder: string
  let database: Database
  let objects: ObjectStore
  let gateway: Awaited<ReturnType<typeof startGateway>>
  let client: S3Client
  let asked = 0
  let repeated = 0
  let caller: Caller = {
    accountId: '123456789012',
    kind: 'root',
    arn: 'arn:aws:iam::123456789012:root',
    userId: '123456789012',
    accessKeyId: testCredentials.accessKeyId,
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-repeats-'))
    const log = silentLogger()
    database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
    objects = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock: systemClock,
      log,
    })
    const context = {
      objects,
      canonicalUserId: async () => '',
      identity: { checkBucketPolicy: () => Promise.reject(new Error('not asked here')) },
    }
    gateway = await startGateway([bindService(s3, context)], {
      authenticate: createSigV4Authenticator({
        credentials: {
          lookup: () => ({ secretAccessKey: testCredentials.secretAccessKey, caller }),
        },
        clock: systemClock,
        region: 'us-east-1',
      }),
      authorize: () => {
        asked += 1
        return {
          accountId: caller.accountId,
          permits: async () => true,
          again: () => void (repeated += 1),
        }
      },
    })
    client = new S3Client({ ...gateway.config, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket }))
  })
  after(async () => {
    client.destroy()
    await gateway.close()
    await objects.close()
    await database.close()
    await rm(folder, { recursive: true })
  })

  /** How often it was asked who may, and how often an answer was given again. */
  const counted = async (work: () => Promise<unknown>) => {
    const before = [asked, repeated] as const
    await work()
    return { asked: asked - before[0], repeated: repeated - before[1] }
  }
  const put = (Key: string, Body: string, own = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...own }))

  it('asks nobody again while nothing was committed, and everybody when something was', async () => {
    await put('a', 'first')
    assert.equal(await read(client, 'a'), 'first')
    const again = await counted(async () => assert.equal(await read(client, 'a'), 'first'))
    assert.deepEqual(again, { asked: 0, repeated: 1 })
    await put('a', 'second')
    const changed = await counted(async () => assert.equal(await read(client, 'a'), 'second'))
    assert.deepEqual(changed, { asked: 1, repeated: 0 })
  })

  it('goes on while others are written, also with HEAD', async () => {
    await put('hot', 'hot', { Metadata: { m: '1' } })
    const head = async () => {
      const { $metadata: _, ...found } = await client.send(
        new HeadObjectCommand({ Bucket, Key: 'hot' }),
      )
      return found
    }
    const first = await head()
    assert.equal(await read(client, 'hot'), 'hot')
    for (let number = 0; number < 5; number += 1) {
      await put(`other-${number}`, 'other')
      const found = await counted(async () => {
        assert.equal(await read(client, 'hot'), 'hot')
        assert.deepEqual(await head(), first)
      })
      // Another key may share the slot by which keys are told apart.
      if (found.asked === 0) assert.equal(found.repeated, 2)
      else assert.ok(number < 4, 'an answer was kept while another key was written')
      if (found.asked === 0) break
    }
    await put('hot', 'cold')
    assert.equal((await head()).ContentLength, 4)
    assert.equal((await head()).Metadata?.['m'], undefined)
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'hot' }))
    await rejects(head(), 'NotFound', 404)
  })

  it('has the same head, and ids of its own', async () => {
    await put('head', 'x', { Metadata: { m: '1' }, ContentType: 'text/plain', CacheControl: 'no' })
    const get = () => client.send(new GetObjectCommand({ Bucket, Key: 'head' }))
    const heads = []
    for (let i = 0; i < 3; i += 1) {
      const { Body, $metadata, ...head } = await get()
      assert.equal(await Body!.transformToString(), 'x')
      heads.push({ head, id: $metadata.requestId, id2: $metadata.extendedRequestId })
    }
    assert.deepEqual(heads[1]!.head, heads[0]!.head)
    assert.deepEqual(heads[2]!.head, heads[0]!.head)
    assert.equal(new Set(heads.map(({ id }) => id)).size, 3)
    assert.equal(new Set(heads.map(({ id2 }) => id2)).size, 3)
  })

  it('sees what another writer of the database commits to tags, settings and deletions', async () => {
    await put('b', 'b')
    const get = () => client.send(new GetObjectCommand({ Bucket, Key: 'b' }))
    await get()
    assert.equal((await get()).TagCount, undefined)
    const Tagging = { TagSet: [{ Key: 'k', Value: 'v' }] }
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'b', Tagging }))
    assert.equal((await get()).TagCount, 1)
    const rule = { ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 3 } }
    await client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: [rule as never] },
      }),
    )
    assert.match((await get()).Expiration ?? '', /rule-id="all"/)
    await get()
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'b' }))
    await rejects(get(), 'NoSuchKey', 404)
  })

  it('never for ranges, conditions, other versions, other classes, large or empty bodies', async () => {
    await put('small', 'small')
    await put('tiered', 'small', { StorageClass: 'INTELLIGENT_TIERING' })
    await put('large', 'x'.repeat(70_000))
    await put('empty', '')
    const ask = (own: object) =>
      client.send(new GetObjectCommand({ Bucket, Key: 'small', ...own })).then(
        ({ Body }) => Body!.transformToString(),
        (error: Error) => error.name,
      )
    for (const own of [
      { Range: 'bytes=1-2' },
      { IfMatch: '"none"' },
      { VersionId: 'null' },
      { PartNumber: 1 },
      { ResponseContentType: 'a/b' },
      { Key: 'tiered' },
      { Key: 'large' },
      { Key: 'empty' },
      { Key: 'missing' },
    ]) {
      const first = await ask(own)
      const found = await counted(async () => assert.equal(await ask(own), first))
      assert.deepEqual(found, { asked: 1, repeated: 0 }, JSON.stringify(own))
    }
  })

  it('not when anything about identities was written, nor without the right signature', async () => {
    await put('c', 'c')
    await read(client, 'c')
    const wrong = new S3Client({
      ...gateway.config,
      forcePathStyle: true,
      credentials: { ...testCredentials, secretAccessKey: 'another' },
    })
    await rejects(read(wrong, 'c'), 'SignatureDoesNotMatch', 403)
    wrong.destroy()
    assert.equal((await counted(() => read(client, 'c'))).repeated, 1)
    caller = { ...caller }
    assert.deepEqual(await counted(() => read(client, 'c')), { asked: 1, repeated: 0 })
  })
})

describe('access to an object that is read again', () => {
  let lake: TestLake
  let root: S3Client
  let iam: IAMClient
  let count = 0

  before(async () => {
    lake = await startLake()
    root = lake.client(S3Client)
    iam = lake.client(IAMClient)
    await root.send(new CreateBucketCommand({ Bucket }))
    await root.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }))
  })
  after(() => lake.stop())

  const reading = (condition?: object) => ({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
    ...(condition ? { Condition: condition } : {}),
  })
  const userOf = async (statement?: object) => {
    const UserName = `reader-${++count}`
    await iam.send(new CreateUserCommand({ UserName }))
    if (statement) {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey!
    const clientAs = (own = {}) =>
      lake.client(S3Client, { credentials: { accessKeyId, secretAccessKey }, ...own })
    return { UserName, accessKeyId, clientAs, s3: clientAs() }
  }
  const twice = async (client: S3Client) => {
    assert.equal(await read(client, 'a'), 'a')
    assert.equal(await read(client, 'a'), 'a')
  }
  const denied = (client: S3Client) => rejects(read(client, 'a'), 'AccessDenied', 403)

  it('ends with the policy that gave it', async () => {
    const { s3: client, UserName } = await userOf(reading())
    await twice(client)
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
    await denied(client)
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
    await twice(client)
  })

  it('ends with a denial at the bucket, and with the access key', async () => {
    const { s3: client, UserName, accessKeyId } = await userOf(reading())
    await twice(client)
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...reading(), Effect: 'Deny', Principal: '*' }],
    })
    await root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await denied(client)
    const open = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...reading(), Principal: { AWS: `arn:aws:iam::${lake.accountId}:root` } }],
    })
    await root.send(new PutBucketPolicyCommand({ Bucket, Policy: open }))
    await twice(client)
    await iam.send(
      new UpdateAccessKeyCommand({ UserName, AccessKeyId: accessKeyId, Status: 'Inactive' }),
    )
    await rejects(read(client, 'a'), 'InvalidAccessKeyId', 403)
  })

  it('is asked for each time where a condition looks at the request', async () => {
    const condition = { StringLike: { 'aws:UserAgent': '*trusted-program*' } }
    const { clientAs } = await userOf(reading(condition))
    const trusted = clientAs({ customUserAgent: 'trusted-program' })
    await twice(trusted)
    await denied(clientAs())
    await twice(trusted)
  })
})
