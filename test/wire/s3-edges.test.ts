import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  GetBucketAbacCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketMetadataTableConfigurationCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketAbacCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'
import { codeOf, sendRaw, type RawRequest } from './s3-raw.ts'

describe('S3 where clients seldom go', () => {
  const Bucket = 'edges-under-test'
  let lake: TestLake
  let s3: S3Client
  const raw = (request: RawRequest) => sendRaw(lake.endpoint, request)

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }))
  })
  after(() => lake.stop())

  /** https://www.rfc-editor.org/rfc/rfc9110.html#name-if-range */
  it('sends the rest of an object only while it is the same object', async () => {
    const path = `/${Bucket}/k`
    const { ETag, LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    const get = (ifRange: string) =>
      raw({ path, headers: { range: 'bytes=8-', 'if-range': ifRange } })
    for (const same of [ETag!, LastModified!.toUTCString()]) {
      const answer = await get(same)
      assert.deepEqual([answer.status, answer.body], [206, '89'], same)
    }
    const before = new Date(LastModified!.getTime() - 1000).toUTCString()
    for (const other of ['"another"', `W/${ETag!}`, before, 'nonsense']) {
      const answer = await get(other)
      assert.deepEqual([answer.status, answer.body], [200, '0123456789'], other)
    }
  })

  // The error that S3 gives: https://github.com/guardian/grid/pull/1716
  it('refuses headers for the answer that no header can hold', async () => {
    const path = `/${Bucket}/k`
    for (const value of ['a–b', 'a\u0000', 'a\r\nb: c']) {
      for (const name of ['disposition', 'encoding', 'language', 'type']) {
        const query = `response-content-${name}=${encodeURIComponent(value)}`
        assert.equal(codeOf(await raw({ path, query })), 'InvalidArgument', query)
      }
    }
    const query = `response-content-type=${encodeURIComponent('a/\u00e9')}`
    assert.equal((await raw({ path, query })).status, 200)
  })

  it('refuses to delete a version whose id cannot be one', async () => {
    const remove = (id: string) =>
      raw({ method: 'DELETE', path: `/${Bucket}/none`, query: `versionId=${id}` })
    for (const id of ['nonsense', '%00']) assert.equal(codeOf(await remove(id)), 'InvalidArgument')
    assert.equal((await remove('null')).status, 204)
  })

  it('tells a key that is too long from one that is not there', async () => {
    const long = `/${Bucket}/${'a'.repeat(1025)}`
    for (const method of ['GET', 'DELETE', 'PUT']) {
      assert.equal(codeOf(await raw({ method, path: long })), 'KeyTooLongError', method)
    }
    assert.equal(codeOf(await raw({ path: `/${Bucket}/${'a'.repeat(1024)}` })), 'NoSuchKey')
  })

  it('lists keys that XML has no characters for', async () => {
    const keys = ['odd/\u0000', 'odd/\u0001\u001f', 'odd/\r\n', 'odd/\uFFFE', 'odd/\u007f']
    for (const key of keys) {
      const path = `/${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
      assert.equal((await raw({ method: 'PUT', path, body: 'x' })).status, 200)
    }
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'odd/' }))
    assert.deepEqual(listed.Contents!.map(({ Key }) => Key).toSorted(), keys.toSorted())
    for (const path of ['%FF', '%E2%82', '%ED%A0%80', '%']) {
      const answer = await raw({ method: 'PUT', path: `/${Bucket}/${path}` })
      assert.equal(answer.status, 400, path)
    }
  })

  it('takes an empty token for none', async () => {
    const listed = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'k', ContinuationToken: '' }),
    )
    assert.equal(listed.KeyCount, 1)
    const buckets = await s3.send(new ListBucketsCommand({ ContinuationToken: '' }))
    assert.equal(buckets.Buckets?.length, 1)
  })

  it('reads documents as UTF-8 and as nothing else', async () => {
    const text = '<Tagging><TagSet><Tag><Key>\xff</Key><Value/></Tag></TagSet></Tagging>'
    const send = (body: Buffer) =>
      raw({ method: 'PUT', path: `/${Bucket}`, query: 'tagging', body })
    assert.equal(codeOf(await send(Buffer.from(text, 'latin1'))), 'MalformedXML')
    assert.equal(codeOf(await send(Buffer.from(text, 'utf16le'))), 'MalformedXML')
    assert.equal((await send(Buffer.from(text, 'utf8'))).status, 204)
  })

  it('says what kind of thing does not know a method', async () => {
    for (const [path, kind] of [
      ['/', 'SERVICE'],
      [`/${Bucket}`, 'BUCKET'],
      [`/${Bucket}/k`, 'OBJECT'],
    ] as const) {
      const answer = await raw({ method: 'PATCH', path })
      assert.deepEqual([answer.status, codeOf(answer)], [405, 'MethodNotAllowed'])
      assert.match(answer.body, new RegExp(`<ResourceType>${kind}</ResourceType>`))
    }
  })

  it('wants a form where a browser would send one', async () => {
    const answer = await raw({ method: 'POST', path: `/${Bucket}`, body: 'key=value' })
    assert.deepEqual([answer.status, codeOf(answer)], [412, 'PreconditionFailed'])
  })

  it('refuses access control lists that are none', async () => {
    const grant = (permission: string) =>
      `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${'a'.repeat(64)}</ID></Grantee><Permission>${permission}</Permission></Grant>`
    const { Owner } = await s3.send(new ListBucketsCommand({}))
    const owner = `<Owner><ID>${Owner!.ID}</ID></Owner>`
    const send = (inside: string) =>
      raw({
        method: 'PUT',
        path: `/${Bucket}/k`,
        query: 'acl',
        body: `<AccessControlPolicy>${inside}</AccessControlPolicy>`,
      })
    for (const inside of [
      `<AccessControlList>${grant('READ')}</AccessControlList>`,
      `${owner}<AccessControlList>${grant('NONSENSE')}</AccessControlList>`,
      `${owner}<AccessControlList>${grant('READ').repeat(101)}</AccessControlList>`,
    ]) {
      const answer = await send(inside)
      assert.deepEqual(
        [answer.status, codeOf(answer)],
        [400, 'MalformedACLError'],
        inside.slice(0, 80),
      )
    }
    // The owner's list is what it is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    const right = await send(`${owner}<AccessControlList>${grant('READ')}</AccessControlList>`)
    assert.equal(codeOf(right), 'AccessControlListNotSupported')
  })

  it('knows what buckets never have here', async () => {
    const abac = await s3.send(new GetBucketAbacCommand({ Bucket }))
    assert.equal(abac.AbacStatus?.Status, 'Disabled')
    const set = (Status: 'Enabled' | 'Disabled') =>
      s3.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status } }))
    await set('Disabled')
    await rejects(set('Enabled'), 'NotImplemented', 501)
    for (const command of [
      new GetBucketMetadataConfigurationCommand({ Bucket }),
      new GetBucketMetadataTableConfigurationCommand({ Bucket }),
    ]) {
      await rejects(s3.send(command as never), 'MetadataConfigurationNotFound', 404)
    }
  })
})
