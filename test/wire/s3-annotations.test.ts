import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  GetObjectAnnotationCommand,
  HeadObjectCommand,
  ListObjectAnnotationsCommand,
  PutBucketVersioningCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  S3Client,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'
import { codeOf, sendRaw } from './s3-raw.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html */
describe('S3 annotations', () => {
  const Bucket = 'annotated'
  let lake: TestLake
  let s3: S3Client
  const put = (Key: string, AnnotationName: string, AnnotationPayload: string, more: object = {}) =>
    s3.send(
      new PutObjectAnnotationCommand({ Bucket, Key, AnnotationName, AnnotationPayload, ...more }),
    )
  const get = async (Key: string, AnnotationName: string, more: object = {}) => {
    const found = await s3.send(
      new GetObjectAnnotationCommand({ Bucket, Key, AnnotationName, ...more }),
    )
    return { ...found, text: await found.AnnotationPayload!.transformToString() }
  }
  const names = async (Key: string, more: object = {}) =>
    (await s3.send(new ListObjectAnnotationsCommand({ Bucket, Key, ...more }))).Annotations?.map(
      ({ AnnotationName }) => AnnotationName,
    ) ?? []
  const object = (Key: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))
  const copy = (from: string, Key: string, more: object = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}`, ...more }))

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  it('are put, got, listed, replaced and deleted, and leave the object as it is', async () => {
    const { ETag, LastModified } = await object('k').then(() =>
      s3.send(new HeadObjectCommand({ Bucket, Key: 'k' })),
    )
    const stored = await put('k', 'ml.sentiment', '{"mood":"good"}', {
      ChecksumAlgorithm: 'SHA256',
    })
    assert.match(stored.ETag!, /^"[0-9a-f]{32}"$/)
    const found = await get('k', 'ml.sentiment', { ChecksumMode: 'ENABLED' })
    assert.equal(found.text, '{"mood":"good"}')
    assert.deepEqual([found.ETag, found.ContentLength], [stored.ETag, 15])
    assert.equal(found.ChecksumSHA256, stored.ChecksumSHA256)
    await put('k', 'ml.sentiment', 'replaced')
    assert.equal((await get('k', 'ml.sentiment')).text, 'replaced')
    for (const name of ['b', 'ml.labels', 'zürich_1']) await put('k', name, name)
    assert.deepEqual(await names('k'), ['b', 'ml.labels', 'ml.sentiment', 'zürich_1'])
    assert.deepEqual(await names('k', { AnnotationPrefix: 'ml.' }), ['ml.labels', 'ml.sentiment'])
    const page = await s3.send(
      new ListObjectAnnotationsCommand({ Bucket, Key: 'k', MaxAnnotationResults: 3 }),
    )
    assert.deepEqual([page.AnnotationCount, page.MaxAnnotationResults], [3, 3])
    const { NextContinuationToken: ContinuationToken } = page
    assert.deepEqual(await names('k', { ContinuationToken }), ['zürich_1'])
    const gone = { Bucket, Key: 'k', AnnotationName: 'b' }
    await s3.send(new DeleteObjectAnnotationCommand(gone))
    await s3.send(new DeleteObjectAnnotationCommand(gone))
    await rejects(get('k', 'b'), 'NoSuchAnnotation', 404)
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    assert.deepEqual([head.ETag, head.LastModified], [ETag, LastModified])
  })

  it('go with their version, and with the copies of it', async () => {
    await object('over')
    await put('over', 'old', 'old')
    await object('over')
    assert.deepEqual(await names('over'), [])
    await object('from')
    await put('from', 'a', 'copied')
    await copy('from', 'to')
    assert.equal((await get('to', 'a')).text, 'copied')
    await copy('from', 'without', { AnnotationDirective: 'EXCLUDE' })
    assert.deepEqual(await names('without'), [])
    // Onto itself: what is replaced is also the source.
    await copy('from', 'from', { MetadataDirective: 'REPLACE' })
    assert.equal((await get('from', 'a')).text, 'copied')
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    const { VersionId } = await object('v')
    await put('v', 'first', '1')
    await object('v')
    assert.deepEqual(await names('v'), [])
    assert.equal((await get('v', 'first', { VersionId })).ObjectVersionId, VersionId)
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'v' }))
    await rejects(get('v', 'first'), 'NoSuchKey', 404)
  })

  it('are sealed as their object is', async () => {
    const key = (await lake.client(KMSClient).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!
    await object('sealed', { ServerSideEncryption: 'AES256' })
    const stored = await put('sealed', 'a', 'secret')
    assert.equal(stored.ServerSideEncryption, 'AES256')
    assert.equal((await get('sealed', 'a')).text, 'secret')
    await copy('sealed', 'resealed', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key })
    const found = await get('resealed', 'a')
    assert.deepEqual([found.text, found.ServerSideEncryption], ['secret', 'aws:kms'])
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: key } }
    await s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key: 'sealed', ObjectEncryption }))
    assert.equal((await get('sealed', 'a')).text, 'secret')
    await copy('sealed', 'plain')
    assert.equal((await get('plain', 'a')).text, 'secret')
    const own = randomBytes(32)
    const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: own }
    await object('customer', customer)
    await rejects(put('customer', 'a', 'x'), 'InvalidRequest', 400)
  })

  it('are refused when they cannot be', async () => {
    await object('r')
    await rejects(put('missing', 'a', 'x'), 'NoSuchKey', 404)
    for (const name of ['aws.x', 'S3x', 'a/b', 'a b']) {
      await rejects(put('r', name, 'x'), 'InvalidAnnotationName', 400)
    }
    await rejects(put('r', 'n'.repeat(513), 'x'), 'AnnotationNameTooLong', 400)
    await rejects(put('r', 'a', 'x'.repeat(1024 * 1024 + 1)), 'EntityTooLarge', 400)
    await rejects(put('r', 'a', ''), 'InvalidRequest', 400)
    await rejects(put('r', 'a', 'x', { ObjectIfMatch: '"other"' }), 'PreconditionFailed', 412)
    await rejects(put('r', 'a', 'x', { ChecksumCRC32: 'AAAAAA==' }), 'BadDigest', 400)
    const latin = await sendRaw(lake.endpoint, {
      method: 'PUT',
      path: `/${Bucket}/r`,
      query: 'annotation=&annotationName=a',
      body: Buffer.from([0xff]),
    })
    assert.deepEqual([latin.status, codeOf(latin)], [415, 'UnsupportedMediaType'])
    assert.deepEqual(await names('r'), [])
    await put('r', 'x.'.repeat(10), 'x'.repeat(1024 * 1024))
  })
})
