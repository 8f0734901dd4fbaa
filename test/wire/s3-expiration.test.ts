import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketLifecycleCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  S3Client,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import { ManualClock } from '#kit'
import { startLake, type TestLake } from '#test/harness'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html */
describe('S3 objects that a rule will take away', () => {
  const Bucket = 'ending'
  let lake: TestLake
  let s3: S3Client
  const put = (Key: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))
  const head = (Key: string, more: object = {}) =>
    s3.send(new HeadObjectCommand({ Bucket, Key, ...more }))

  before(async () => {
    const nowMs = Math.floor(Date.now() / 1000) * 1000
    lake = await startLake({}, { clock: new ManualClock(nowMs) })
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  it('tell when, and by which rule', async () => {
    assert.equal((await put('logs/early')).Expiration, undefined)
    const Rules: LifecycleRule[] = [
      { ID: 'all of it', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } },
      { ID: 'logs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } },
      { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
      {
        ID: 'tagged',
        Status: 'Enabled',
        Filter: { Tag: { Key: 'keep', Value: 'no' } },
        Expiration: { Days: 1 },
      },
    ]
    const LifecycleConfiguration = { Rules }
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
    const { LastModified } = await head('logs/early')
    // So many days later, rounded up to midnight.
    const dayMs = 86_400_000
    const end = (days: number) =>
      new Date(Math.ceil((LastModified!.getTime() + days * dayMs) / dayMs) * dayMs).toUTCString()
    const logs = `expiry-date="${end(3)}", rule-id="logs"`
    assert.equal((await head('logs/early')).Expiration, logs)
    assert.equal((await put('logs/late')).Expiration, logs)
    const all = `expiry-date="${end(30)}", rule-id="all%20of%20it"`
    assert.equal((await put('other')).Expiration, all)
    const { Expiration } = await s3.send(new GetObjectCommand({ Bucket, Key: 'other' }))
    assert.equal(Expiration, all)
    const copy = { Bucket, Key: 'logs/copy', CopySource: `${Bucket}/other` }
    assert.equal((await s3.send(new CopyObjectCommand(copy))).Expiration, logs)
    const tagged = await put('tagged', { Tagging: 'keep=no' })
    assert.equal(tagged.Expiration, `expiry-date="${end(1)}", rule-id="tagged"`)
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket }))
    assert.equal((await head('other')).Expiration, undefined)
  })
})
