import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

describe('S3 buckets', () => {
  let lake: TestLake
  let s3: S3Client
  let europe: S3Client
  const create = (Bucket: string, more = {}, client = s3) =>
    client.send(new CreateBucketCommand({ Bucket, ...more }))

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    europe = lake.client(S3Client, { region: 'eu-west-1' })
  })
  after(() => lake.stop())

  it('creates, heads, locates, lists and deletes', async () => {
    const answer = await create('plain-bucket')
    assert.equal(answer.Location, '/plain-bucket')
    const head = await s3.send(new HeadBucketCommand({ Bucket: 'plain-bucket' }))
    assert.equal(head.BucketRegion, 'us-east-1')
    const where = await s3.send(new GetBucketLocationCommand({ Bucket: 'plain-bucket' }))
    assert.equal(where.LocationConstraint || undefined, undefined)
    await s3.send(new DeleteBucketCommand({ Bucket: 'plain-bucket' }))
    await rejects(s3.send(new HeadBucketCommand({ Bucket: 'plain-bucket' })), 'NotFound', 404)
    const gone = s3.send(new DeleteBucketCommand({ Bucket: 'plain-bucket' }))
    await rejects(gone, 'NoSuchBucket', 404)
  })

  it('puts a bucket where the constraint says, if the endpoint may', async () => {
    const at = (LocationConstraint: string) => ({
      CreateBucketConfiguration: { LocationConstraint },
    })
    await create('in-frankfurt', at('eu-central-1'))
    const where = await s3.send(new GetBucketLocationCommand({ Bucket: 'in-frankfurt' }))
    assert.equal(where.LocationConstraint, 'eu-central-1')
    await create('in-ireland', at('eu-west-1'), europe)
    // The SDK for JavaScript adds the constraint by itself; one that is another region is refused.
    const elsewhere = create('elsewhere', at('eu-central-1'), europe)
    await rejects(elsewhere, 'IllegalLocationConstraintException', 400)
    await rejects(create('nowhere', at('mars')), 'InvalidLocationConstraint', 400)
  })

  it('answers a second creation as AWS does: in us-east-1 with success, elsewhere with 409', async () => {
    await create('twice')
    await create('twice')
    const LocationConstraint = 'eu-west-1'
    const configuration = { CreateBucketConfiguration: { LocationConstraint } }
    await create('twice-in-europe', configuration, europe)
    const again = create('twice-in-europe', configuration, europe)
    await rejects(again, 'BucketAlreadyOwnedByYou', 409)
  })

  it('keeps accounts apart', async () => {
    await create('mine-alone')
    const credentials = await lake.addAccount('999999999999')
    const other = lake.client(S3Client, { credentials })
    await rejects(create('mine-alone', {}, other), 'BucketAlreadyExists', 409)
    await rejects(other.send(new HeadBucketCommand({ Bucket: 'mine-alone' })), '403', 403)
    const put = new PutObjectCommand({ Bucket: 'mine-alone', Key: 'x', Body: 'x' })
    await rejects(other.send(put), 'AccessDenied', 403)
    assert.deepEqual((await other.send(new ListBucketsCommand({}))).Buckets ?? [], [])
  })

  it('refuses names that are none', async () => {
    for (const name of ['ab', 'UPPER', 'under_score', '10.0.0.1', 'a..b', 'end-s3alias']) {
      await rejects(create(name), 'InvalidBucketName', 400)
    }
  })

  it('lists buckets by prefix and in pages', async () => {
    for (const index of [1, 2, 3]) await create(`page-${index}`)
    const first = await s3.send(new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2 }))
    assert.deepEqual(
      first.Buckets?.map(({ Name }) => Name),
      ['page-1', 'page-2'],
    )
    assert.match(first.Owner!.ID!, /^[0-9a-f]{64}$/)
    const { ContinuationToken } = first
    const next = await s3.send(new ListBucketsCommand({ Prefix: 'page-', ContinuationToken }))
    assert.deepEqual(
      next.Buckets?.map(({ Name }) => Name),
      ['page-3'],
    )
    assert.equal(next.ContinuationToken, undefined)
  })

  it('deletes an empty bucket only', async () => {
    const Bucket = 'not-empty'
    await create(Bucket)
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    )
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
    const remove = () => s3.send(new DeleteBucketCommand({ Bucket }))
    await rejects(remove(), 'BucketNotEmpty', 409)
    for (const id of [VersionId, marker.VersionId]) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: id }))
    }
    await remove()
  })

  it('takes tags and ownership at creation', async () => {
    await create('tagged-at-birth', {
      CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] },
      ObjectOwnership: 'ObjectWriter',
    })
    const tags = await s3.send(new GetBucketTaggingCommand({ Bucket: 'tagged-at-birth' }))
    assert.deepEqual(tags.TagSet, [{ Key: 'a', Value: 'b' }])
  })

  it('keeps locked versions until their time, or a bypass of governance', async () => {
    const Bucket = 'locked-bucket'
    await create(Bucket, { ObjectLockEnabledForBucket: true })
    const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket }))
    assert.equal(versioning.Status, 'Enabled')
    const suspend = new PutBucketVersioningCommand({
      Bucket,
      VersioningConfiguration: { Status: 'Suspended' },
    })
    await rejects(s3.send(suspend), 'InvalidBucketState', 409)
    const before = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))
    assert.deepEqual(before.ObjectLockConfiguration, { ObjectLockEnabled: 'Enabled' })
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
        },
      }),
    )
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    const at = { Bucket, Key: 'k', VersionId }
    const retention = await s3.send(new GetObjectRetentionCommand(at))
    assert.equal(retention.Retention?.Mode, 'GOVERNANCE')
    await rejects(s3.send(new DeleteObjectCommand(at)), 'AccessDenied', 403)
    const sooner = new PutObjectRetentionCommand({
      ...at,
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 60_000) },
    })
    await rejects(s3.send(sooner), 'AccessDenied', 403)
    const hold = (Status: 'ON' | 'OFF') =>
      s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status } }))
    await hold('ON')
    const held = await s3.send(new GetObjectLegalHoldCommand(at))
    assert.equal(held.LegalHold?.Status, 'ON')
    const bypass = new DeleteObjectCommand({ ...at, BypassGovernanceRetention: true })
    await rejects(s3.send(bypass), 'AccessDenied', 403)
    await hold('OFF')
    await s3.send(bypass)
    await create('unlocked')
    const lock = {
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(4e12),
    } as const
    const put = new PutObjectCommand({ Bucket: 'unlocked', Key: 'k', Body: 'x', ...lock })
    await rejects(s3.send(put), 'InvalidRequest', 400)
  })
})
