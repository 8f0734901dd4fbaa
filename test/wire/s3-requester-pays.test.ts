import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'
import { sendRaw } from './s3-raw.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html */
describe('S3 buckets whose requesters pay', () => {
  const Bucket = 'paid-for'
  const Key = 'k'
  const RequestPayer = 'requester'
  let lake: TestLake
  let owner: S3Client
  let other: S3Client

  before(async () => {
    lake = await startLake()
    owner = lake.client(S3Client)
    other = lake.client(S3Client, { credentials: await lake.addAccount('999999999999') })
    await owner.send(new CreateBucketCommand({ Bucket }))
    await owner.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket }))
    const Policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      },
    })
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  })
  after(() => lake.stop())

  const pays = (Payer: 'Requester' | 'BucketOwner') =>
    owner.send(
      new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer } }),
    )
  const anonymous = (headers: Record<string, string> = {}) =>
    sendRaw(lake.endpoint, { path: `/${Bucket}/${Key}`, credentials: null, headers })

  it('let in whoever agrees to pay, and the owner', async () => {
    await other.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal((await anonymous()).status, 200)
    await pays('Requester')
    await rejects(other.send(new GetObjectCommand({ Bucket, Key })), 'AccessDenied', 403)
    await rejects(other.send(new ListObjectsV2Command({ Bucket })), 'AccessDenied', 403)
    const got = await other.send(new GetObjectCommand({ Bucket, Key, RequestPayer }))
    assert.equal(got.RequestCharged, 'requester')
    const listed = await other.send(new ListObjectsV2Command({ Bucket, RequestPayer }))
    assert.deepEqual([listed.KeyCount, listed.RequestCharged], [1, 'requester'])
    await owner.send(new GetObjectCommand({ Bucket, Key }))
    for (const headers of [{}, { 'x-amz-request-payer': 'requester' }]) {
      assert.equal((await anonymous(headers as Record<string, string>)).status, 403)
    }
    await pays('BucketOwner')
    const free = await other.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal(free.RequestCharged, undefined)
  })
})
