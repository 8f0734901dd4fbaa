import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'
import { codeOf, sendRaw } from './s3-raw.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTRedirect.html */
describe('S3 buckets and their regions', () => {
  const Bucket = 'in-another-region'
  let lake: TestLake
  let here: S3Client
  let there: S3Client

  before(async () => {
    lake = await startLake()
    here = lake.client(S3Client)
    there = lake.client(S3Client, { region: 'eu-west-1' })
    await there.send(new CreateBucketCommand({ Bucket }))
    await there.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'found' }))
  })
  after(() => lake.stop())

  it('sends who asks elsewhere to the region of the bucket', async () => {
    const refused = await rejects(
      here.send(new GetObjectCommand({ Bucket, Key: 'k' })),
      'PermanentRedirect',
      301,
    )
    assert.equal(refused.$response?.headers['x-amz-bucket-region'], 'eu-west-1')
    const put = new PutObjectCommand({ Bucket, Key: 'new', Body: 'x' })
    await rejects(here.send(put), 'PermanentRedirect', 301)
    await rejects(here.send(new HeadObjectCommand({ Bucket, Key: 'k' })), '301', 301)
    await rejects(there.send(new HeadObjectCommand({ Bucket, Key: 'new' })), 'NotFound', 404)
    const listed = await there.send(new ListObjectsV2Command({ Bucket }))
    assert.equal(listed.KeyCount, 1)
  })

  it('is followed by a client that may', async () => {
    const following = lake.client(S3Client, { followRegionRedirects: true })
    const { Body } = await following.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    assert.equal(await Body!.transformToString(), 'found')
  })

  it('tells the region to whoever looks for it, and to whoever may not look in', async () => {
    const { LocationConstraint } = await here.send(new GetBucketLocationCommand({ Bucket }))
    assert.equal(LocationConstraint, 'eu-west-1')
    const head = await rejects(here.send(new HeadBucketCommand({ Bucket })), '301', 301)
    assert.equal(head.$response?.headers['x-amz-bucket-region'], 'eu-west-1')
    const found = await there.send(new HeadBucketCommand({ Bucket }))
    assert.equal(found.BucketRegion, 'eu-west-1')
    const anonymous = await sendRaw(lake.endpoint, {
      method: 'HEAD',
      path: `/${Bucket}`,
      credentials: null,
    })
    assert.equal(anonymous.status, 403)
    assert.equal(anonymous.headers['x-amz-bucket-region'], 'eu-west-1')
  })

  it('holds a signature to the region in the name of the host', async () => {
    const path = `/${Bucket}/k`
    const wrong = await sendRaw(lake.endpoint, { path, host: 's3.eu-west-1.localhost' })
    assert.equal(wrong.status, 400)
    assert.equal(codeOf(wrong), 'AuthorizationHeaderMalformed')
    assert.match(wrong.body, /the region 'us-east-1' is wrong; expecting 'eu-west-1'/)
    assert.match(wrong.body, /<Region>eu-west-1<\/Region>/)
    const host = 's3.us-east-1.localhost'
    const redirected = await sendRaw(lake.endpoint, { path, host })
    assert.equal(redirected.status, 301)
    assert.match(redirected.body, /<Endpoint>s3\.eu-west-1\.localhost<\/Endpoint>/)
    const byHost = `${Bucket}.s3.eu-west-1.localhost`
    const got = await sendRaw(lake.endpoint, { path: '/k', host: byHost, region: 'eu-west-1' })
    assert.equal(got.body, 'found')
  })
})
