import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type ChecksumAlgorithm,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

describe('S3 objects', () => {
  const Bucket = 'objects-under-test'
  let lake: TestLake
  let s3: S3Client
  const put = (Key: string, Body: PutObjectCommandInput['Body'], more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
  const get = (Key: string, more = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
  const text = async (Key: string, more = {}) =>
    (await get(Key, more)).Body!.transformToString('utf8')

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  it('keeps every header and all metadata of an object', async () => {
    const answer = await put('dir/ünï cödé+&?.txt', 'hello', {
      ContentType: 'text/plain; charset=utf-8',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ContentDisposition: 'attachment; filename="x"',
      CacheControl: 'max-age=5',
      Expires: new Date('2030-01-01T00:00:00Z'),
      Metadata: { 'some-name': 'some value' },
      Tagging: 'a=1&b=two%20words',
      StorageClass: 'STANDARD_IA',
    })
    assert.equal(answer.ETag, '"5d41402abc4b2a76b9719d911017c592"')
    assert.equal(answer.VersionId, undefined)
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'dir/ünï cödé+&?.txt' }))
    assert.equal(head.ContentLength, 5)
    assert.equal(head.ContentType, 'text/plain; charset=utf-8')
    assert.equal(head.ContentEncoding, 'identity')
    assert.equal(head.ContentLanguage, 'de')
    assert.equal(head.ContentDisposition, 'attachment; filename="x"')
    assert.equal(head.CacheControl, 'max-age=5')
    assert.equal(head.ExpiresString, 'Tue, 01 Jan 2030 00:00:00 GMT')
    assert.deepEqual(head.Metadata, { 'some-name': 'some value' })
    assert.equal(head.StorageClass, 'STANDARD_IA')
    assert.equal(head.AcceptRanges, 'bytes')
    const body = await get('dir/ünï cödé+&?.txt')
    assert.equal(body.TagCount, 2)
    assert.equal(await body.Body!.transformToString(), 'hello')
  })

  it('streams in and out without a length limit of its own', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const chunks = function* () {
      for (let index = 0; index < 24; index++) yield chunk
    }
    const hash = createHash('md5')
    for (const part of chunks()) hash.update(part)
    const answer = await put('big', Readable.from(chunks()), { ContentLength: 24 * chunk.length })
    assert.equal(answer.ETag, `"${hash.digest('hex')}"`)
    let size = 0
    for await (const part of (await get('big')).Body as Readable) size += (part as Buffer).length
    assert.equal(size, 24 * chunk.length)
  })

  it('serves ranges in all three forms, and 416', async () => {
    await put('range', '0123456789')
    for (const [Range, body, contentRange] of [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=8-100', '89', 'bytes 8-9/10'],
      ['bytes=-100', '0123456789', 'bytes 0-9/10'],
    ]) {
      const answer = await get('range', { Range })
      assert.equal(answer.$metadata.httpStatusCode, 206)
      assert.equal(answer.ContentRange, contentRange)
      assert.equal(answer.ContentLength, body!.length)
      assert.equal(await answer.Body!.transformToString(), body)
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'range', Range }))
      assert.equal(head.ContentLength, body!.length)
      assert.equal(head.$metadata.httpStatusCode, 206)
    }
    // What is no single range is ignored: RFC 9110, section 14.2.
    for (const Range of ['bytes=4-2', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=x-y']) {
      const answer = await get('range', { Range })
      assert.equal(answer.$metadata.httpStatusCode, 200)
      assert.equal(await answer.Body!.transformToString(), '0123456789')
    }
    await rejects(get('range', { Range: 'bytes=10-' }), 'InvalidRange', 416)
    await rejects(get('range', { Range: 'bytes=-0' }), 'InvalidRange', 416)
    await rejects(get('range', { Range: 'bytes=0-1', PartNumber: 1 }), 'InvalidRequest', 400)
    await rejects(get('range', { PartNumber: 2 }), 'InvalidPartNumber', 416)
  })

  it('holds an empty object', async () => {
    await put('empty', '')
    const answer = await get('empty')
    assert.equal(answer.ContentLength, 0)
    assert.equal(await answer.Body!.transformToString(), '')
    await rejects(get('empty', { Range: 'bytes=0-' }), 'InvalidRange', 416)
  })

  it('decides conditional reads with the precedence of AWS', async () => {
    const { ETag } = await put('conditions', 'x')
    const past = new Date('2020-01-01T00:00:00Z')
    const future = new Date(Date.now() + 3_600_000)
    assert.equal(await text('conditions', { IfMatch: ETag }), 'x')
    assert.equal(await text('conditions', { IfMatch: ETag, IfUnmodifiedSince: past }), 'x')
    assert.equal(await text('conditions', { IfNoneMatch: '"other"', IfModifiedSince: future }), 'x')
    assert.equal(await text('conditions', { IfModifiedSince: past }), 'x')
    await rejects(get('conditions', { IfMatch: '"other"' }), 'PreconditionFailed', 412)
    await rejects(get('conditions', { IfUnmodifiedSince: past }), 'PreconditionFailed', 412)
    await rejects(get('conditions', { IfNoneMatch: ETag }), '304', 304)
    await rejects(get('conditions', { IfNoneMatch: ETag, IfModifiedSince: past }), '304', 304)
    await rejects(get('conditions', { IfModifiedSince: future }), '304', 304)
    const head = new HeadObjectCommand({ Bucket, Key: 'conditions', IfMatch: '"other"' })
    await rejects(s3.send(head), '412', 412)
  })

  it('decides conditional writes', async () => {
    await rejects(put('write', 'x', { IfMatch: '"a"' }), 'NoSuchKey', 404)
    const { ETag } = await put('write', 'x', { IfNoneMatch: '*' })
    await rejects(put('write', 'y', { IfNoneMatch: '*' }), 'PreconditionFailed', 412)
    await rejects(put('write', 'y', { IfMatch: '"a"' }), 'PreconditionFailed', 412)
    await rejects(put('write', 'y', { IfNoneMatch: ETag }), 'NotImplemented', 501)
    await put('write', 'y', { IfMatch: ETag })
    assert.equal(await text('write'), 'y')
    const remove = (IfMatch: string) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key: 'write', IfMatch }))
    await rejects(remove(ETag!), 'PreconditionFailed', 412)
    await remove('*')
    await rejects(get('write'), 'NoSuchKey', 404)
  })

  it('verifies, keeps and returns every checksum algorithm', async () => {
    // The check values of "123456789": https://reveng.sourceforge.io/crc-catalogue/all.htm
    const known: Partial<Record<ChecksumAlgorithm, string>> = {
      CRC32: 'cbf43926',
      CRC32C: 'e3069283',
      CRC64NVME: 'ae8b14860a799888',
      SHA1: createHash('sha1').update('123456789').digest('hex'),
      SHA256: createHash('sha256').update('123456789').digest('hex'),
    }
    for (const [algorithm, hex] of Object.entries(known)) {
      const member = `Checksum${algorithm}`
      const value = Buffer.from(hex, 'hex').toString('base64')
      const key = `sum-${algorithm}`
      const answer = await put(key, '123456789', { [member]: value })
      assert.equal(answer[member as 'ChecksumCRC32'], value)
      assert.equal(answer.ChecksumType, 'FULL_OBJECT')
      const head = await s3.send(
        new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' }),
      )
      assert.equal(head[member as 'ChecksumCRC32'], value)
      const wrong = Buffer.from(hex, 'hex').fill(1).toString('base64')
      await rejects(put(key, '123456789', { [member]: wrong }), 'BadDigest', 400)
      await rejects(put(key, '123456789', { [member]: 'AAA=' }), 'InvalidRequest', 400)
      // As a trailer behind an aws-chunked body, which is how the SDK sends streams.
      const trailed = await put(key, Readable.from([Buffer.from('123456789')]), {
        ChecksumAlgorithm: algorithm,
        ContentLength: 9,
      })
      assert.equal(trailed[member as 'ChecksumCRC32'], value)
    }
    const md5 = createHash('md5').update('other').digest('base64')
    await rejects(put('md5', '123456789', { ContentMD5: md5 }), 'BadDigest', 400)
    await rejects(put('md5', '123456789', { ContentMD5: 'nonsense' }), 'InvalidDigest', 400)
    await rejects(get('md5'), 'NoSuchKey', 404)
  })

  it('computes CRC64NVME itself when the client sends no checksum', async () => {
    const plain = lake.client(S3Client, { requestChecksumCalculation: 'WHEN_REQUIRED' })
    const answer = await plain.send(
      new PutObjectCommand({ Bucket, Key: 'default', Body: '123456789' }),
    )
    assert.equal(
      answer.ChecksumCRC64NVME,
      Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
    )
    const attributes = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'default',
        ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'],
      }),
    )
    assert.equal(attributes.ETag, createHash('md5').update('123456789').digest('hex'))
    assert.equal(attributes.Checksum?.ChecksumCRC64NVME, answer.ChecksumCRC64NVME)
    assert.equal(attributes.Checksum?.ChecksumType, 'FULL_OBJECT')
    assert.equal(attributes.ObjectSize, 9)
    assert.equal(attributes.StorageClass, 'STANDARD')
    assert.equal(attributes.ObjectParts, undefined)
  })

  it('copies with the directives for metadata and tags', async () => {
    const { ETag } = await put('from', 'copy me', {
      ContentType: 'text/a',
      Metadata: { a: '1' },
      Tagging: 'k=v',
    })
    const copy = (Key: string, more = {}) =>
      s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/from`, ...more }))
    const answer = await copy('to')
    assert.equal(answer.CopyObjectResult?.ETag, ETag)
    const kept = await get('to')
    assert.equal(kept.ContentType, 'text/a')
    assert.deepEqual(kept.Metadata, { a: '1' })
    assert.equal(kept.TagCount, 1)
    await copy('to', {
      MetadataDirective: 'REPLACE',
      ContentType: 'text/b',
      Metadata: { b: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: '',
    })
    const replaced = await get('to')
    assert.equal(replaced.ContentType, 'text/b')
    assert.deepEqual(replaced.Metadata, { b: '2' })
    assert.equal(replaced.TagCount, undefined)
    await rejects(copy('from'), 'InvalidRequest', 400)
    await copy('from', { MetadataDirective: 'REPLACE', Metadata: { c: '3' } })
    assert.equal(await text('from'), 'copy me')
    await rejects(copy('x', { CopySourceIfMatch: '"other"' }), 'PreconditionFailed', 412)
    await rejects(copy('x', { CopySourceIfNoneMatch: ETag }), 'PreconditionFailed', 412)
    await rejects(copy('x', { CopySource: `${Bucket}/nothing` }), 'NoSuchKey', 404)
    await rejects(copy('x', { CopySource: 'no-such-bucket-at-all/x' }), 'NoSuchBucket', 404)
    await rejects(copy('x', { CopySource: 'nonsense' }), 'InvalidArgument', 400)
  })

  it('changes the tags of an object', async () => {
    await put('tags', 'x')
    const tags = async () =>
      (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tags' }))).TagSet
    const set = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tags', Tagging: { TagSet } }))
    assert.deepEqual(await tags(), [])
    await set([{ Key: 'a', Value: '1' }])
    assert.deepEqual(await tags(), [{ Key: 'a', Value: '1' }])
    const many = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await rejects(set(many), 'BadRequest', 400)
    await rejects(set([many[0]!, many[0]!]), 'InvalidTag', 400)
    await rejects(set([{ Key: 'aws:x', Value: '' }]), 'InvalidTag', 400)
    await rejects(set([{ Key: 'x', Value: '<>' }]), 'InvalidTag', 400)
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tags' }))
    assert.deepEqual(await tags(), [])
  })

  it('deletes many at once, and says what each came to', async () => {
    await put('del/1', 'x')
    const answer = await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'del/1' }, { Key: 'del/none' }, { Key: 'del/2', ETag: '"a"' }] },
      }),
    )
    assert.deepEqual(answer.Deleted?.map(({ Key }) => Key).sort(), ['del/1', 'del/none'])
    assert.deepEqual(
      answer.Errors?.map(({ Key, Code }) => [Key, Code]),
      [['del/2', 'NoSuchKey']],
    )
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }))
    const tooMany = new DeleteObjectsCommand({ Bucket, Delete: { Objects } })
    await rejects(s3.send(tooMany), 'MalformedXML', 400)
  })

  it('lets a reader choose headers of the answer', async () => {
    await put('override', 'x')
    const answer = await get('override', {
      ResponseContentType: 'text/csv',
      ResponseCacheControl: 'no-store',
      ResponseContentDisposition: 'inline',
      ResponseExpires: new Date('2030-01-01T00:00:00Z'),
    })
    assert.equal(answer.ContentType, 'text/csv')
    assert.equal(answer.CacheControl, 'no-store')
    assert.equal(answer.ContentDisposition, 'inline')
    assert.equal(answer.ExpiresString, 'Tue, 01 Jan 2030 00:00:00 GMT')
  })

  it('refuses keys, metadata and encryption that it cannot take', async () => {
    await rejects(put('k'.repeat(1025), 'x'), 'KeyTooLongError', 400)
    await put('k'.repeat(1024), 'x')
    const Metadata = { a: 'x'.repeat(2100) }
    await rejects(put('meta', 'x', { Metadata }), 'MetadataTooLarge', 400)
    await rejects(put('class', 'x', { StorageClass: 'NONE' }), 'InvalidStorageClass', 400)
    await rejects(put('kms', 'x', { ServerSideEncryption: 'aws:kms:dsse' }), 'NotImplemented', 501)
    await rejects(get('k', { ExpectedBucketOwner: '000000000001' }), 'AccessDenied', 403)
  })

  it('keeps versions, delete markers and the null version', async () => {
    const versioned = 'versions-under-test'
    await s3.send(new CreateBucketCommand({ Bucket: versioned }))
    const at = { Bucket: versioned, Key: 'k' }
    await s3.send(new PutObjectCommand({ ...at, Body: 'null' }))
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: versioned,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    )
    const first = await s3.send(new PutObjectCommand({ ...at, Body: 'first' }))
    assert.equal(first.VersionId?.length, 32)
    const marker = await s3.send(new DeleteObjectCommand(at))
    assert.equal(marker.DeleteMarker, true)
    const missing = await rejects(s3.send(new GetObjectCommand(at)), 'NoSuchKey', 404)
    assert.equal(missing.$response?.headers['x-amz-delete-marker'], 'true')
    const byId = (VersionId?: string) => s3.send(new GetObjectCommand({ ...at, VersionId }))
    await rejects(byId(marker.VersionId), 'MethodNotAllowed', 405)
    assert.equal(await (await byId('null')).Body!.transformToString(), 'null')
    assert.equal(await (await byId(first.VersionId)).Body!.transformToString(), 'first')
    await rejects(byId('nonsense'), 'InvalidArgument', 400)
    const gone = await s3.send(new DeleteObjectCommand({ ...at, VersionId: first.VersionId }))
    assert.equal(gone.VersionId, first.VersionId)
    await rejects(byId(first.VersionId), 'NoSuchVersion', 404)
    const list = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned }))
    assert.deepEqual(
      [list.Versions?.map((v) => [v.VersionId, v.IsLatest]), list.DeleteMarkers?.length],
      [[['null', false]], 1],
    )
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned, MaxKeys: 1 }))
    assert.equal(page.IsTruncated, true)
    assert.equal(page.NextVersionIdMarker, marker.VersionId)
    const next = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: versioned,
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
      }),
    )
    assert.deepEqual(
      next.Versions?.map((v) => v.VersionId),
      ['null'],
    )
  })
})
