import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { runCli } from '#cli'
import { startLake, type TestLake } from '#test/harness'

describe('boathouse zones', () => {
  let lake: TestLake
  let s3: S3Client
  const run = async (...words: string[]) => {
    let out = ''
    let err = ''
    const terminal = {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
    }
    const place = ['--data-dir', lake.server.dataFolder, '--account-id', lake.accountId]
    const server = () => import('../../src/server.ts')
    const status = await runCli(['zones', ...words, ...place], terminal, server)
    return { status, out, err }
  }

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
  })
  after(() => lake.stop())

  it('makes a bucket for each zone, and each what it is for', async () => {
    const { status, out } = await run('create', 'sales')
    assert.equal(status, 0)
    const names = ['landing', 'raw', 'trusted', 'curated'].map((zone) => `sales-${zone}`)
    assert.equal(out, names.map((name) => `${name} created\n`).join(''))
    for (const Bucket of names) {
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }))
      assert.equal(Status, Bucket === 'sales-landing' ? undefined : 'Enabled')
      const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
      assert.deepEqual(
        Rules.map(({ ID }) => ID),
        [`zone-${Bucket.slice('sales-'.length)}`],
      )
      const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }))
      assert.ok(TagSet.some(({ Key, Value }) => Key === 'lake' && Value === 'sales'))
      const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket }))
      assert.equal(block.PublicAccessBlockConfiguration?.RestrictPublicBuckets, true)
      await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }))
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))
      assert.equal(head.ServerSideEncryption, 'AES256')
    }
    assert.match((await run('list')).out, /^sales {2}raw {2}sales-raw$/m)
  })

  it('changes nothing the second time, and mends what was changed', async () => {
    assert.match((await run('create', 'sales')).out, /^(sales-\w+ unchanged\n){4}$/)
    const Bucket = 'sales-raw'
    const other = {
      ID: 'mine',
      Status: 'Enabled' as const,
      Filter: { Prefix: 'tmp/' },
      Expiration: { Days: 1 },
    }
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: [other] },
      }),
    )
    const TagSet = [{ Key: 'team', Value: 'sales' }]
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    const { out } = await run('create', 'sales')
    assert.match(out, /^sales-raw changed: lifecycle, tags$/m)
    assert.equal(out.match(/unchanged/g)?.length, 3)
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    assert.deepEqual(
      Rules.map(({ ID }) => ID),
      ['mine', 'zone-raw'],
    )
    const tags = await s3.send(new GetBucketTaggingCommand({ Bucket }))
    assert.ok(tags.TagSet?.some(({ Key }) => Key === 'team'))
  })

  it('lays zones out as prefixes of one bucket, under a key', async () => {
    const options = ['--in-bucket', 'one-lake', '--kms-key', 'alias/aws/s3']
    assert.equal((await run('create', 'one', ...options)).out, 'one-lake created\n')
    assert.equal((await run('create', 'one', ...options)).out, 'one-lake unchanged\n')
    const { Rules = [] } = await s3.send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: 'one-lake' }),
    )
    assert.deepEqual(
      Rules.map(({ Filter }) => Filter?.Prefix),
      ['landing/', 'raw/', 'trusted/', 'curated/'],
    )
    const { ServerSideEncryptionConfiguration: encryption } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket: 'one-lake' }),
    )
    const [rule] = encryption?.Rules ?? []
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'aws:kms')
  })

  it('says what is wrong', async () => {
    assert.equal((await run('make')).status, 2)
    assert.equal((await run('create', 'Not_A_Name')).status, 2)
    const other = await lake.addAccount('777777777777')
    const stranger = lake.client(S3Client, { credentials: other })
    await stranger.send(new CreateBucketCommand({ Bucket: 'taken-landing' }))
    const { status, err } = await run('create', 'taken')
    assert.equal(status, 1)
    assert.match(err, /'taken-landing' is there, and not this account's/)
  })
})
