import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'

const mebibyte = 1024 * 1024
const parts = [Buffer.alloc(5 * mebibyte, 'a'), Buffer.alloc(5 * mebibyte, 'b'), Buffer.from('end')]
const whole = Buffer.concat(parts)

describe('S3 multipart uploads', () => {
  const Bucket = 'multipart-under-test'
  let lake: TestLake
  let s3: S3Client
  const create = async (Key: string, more = {}) =>
    (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId!
  const upload = (Key: string, UploadId: string, PartNumber: number, Body: Uint8Array, more = {}) =>
    s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }))
  const complete = (Key: string, UploadId: string, Parts: CompletedPart[], more = {}) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
        ...more,
      }),
    )
  const body = async (Key: string, more = {}) => {
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
    return { answer, bytes: Buffer.from(await answer.Body!.transformToByteArray()) }
  }

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  it('makes one object of parts that came in any order', async () => {
    const id = await create('k', { ContentType: 'text/x', Metadata: { a: 'b' }, Tagging: 't=1' })
    const sent: CompletedPart[] = []
    for (const index of [2, 0, 1]) {
      const { ETag } = await upload('k', id, index + 1, parts[index]!)
      sent[index] = { PartNumber: index + 1, ETag }
    }
    const listed = await s3.send(new ListPartsCommand({ Bucket, Key: 'k', UploadId: id }))
    assert.deepEqual(
      listed.Parts?.map((part) => [part.PartNumber, part.Size, part.ETag]),
      parts.map((part, index) => [index + 1, part.length, sent[index]!.ETag]),
    )
    const answer = await complete('k', id, sent)
    const md5s = parts.map((part) => createHash('md5').update(part).digest())
    const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`
    assert.equal(answer.ETag, etag)
    assert.equal(answer.Location, `${lake.endpoint}/${Bucket}/k`)
    const all = await body('k')
    assert.ok(all.bytes.equals(whole))
    assert.equal(all.answer.ContentType, 'text/x')
    assert.deepEqual(all.answer.Metadata, { a: 'b' })
    assert.equal(all.answer.TagCount, 1)
    const edge = await body('k', { Range: `bytes=${5 * mebibyte - 1}-${5 * mebibyte}` })
    assert.equal(edge.bytes.toString(), 'ab')
    const second = await body('k', { PartNumber: 2 })
    assert.ok(second.bytes.equals(parts[1]!))
    assert.equal(second.answer.PartsCount, 3)
    assert.equal(second.answer.$metadata.httpStatusCode, 206)
    await rejects(body('k', { PartNumber: 4 }), 'InvalidPartNumber', 416)
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', PartNumber: 1 }))
    assert.equal(head.ContentLength, 5 * mebibyte)
    await rejects(upload('k', id, 1, Buffer.from('late')), 'NoSuchUpload', 404)
    assert.equal((await complete('k', id, sent)).ETag, etag, 'a client that retries is answered')
  })

  it('keeps composite and full checksums of the whole', async () => {
    for (const [ChecksumAlgorithm, ChecksumType, expected] of [
      ['SHA256', undefined, 'COMPOSITE'],
      ['CRC32', undefined, 'COMPOSITE'],
      ['CRC32', 'FULL_OBJECT', 'FULL_OBJECT'],
      ['CRC64NVME', undefined, 'FULL_OBJECT'],
    ] as const) {
      const member = `Checksum${ChecksumAlgorithm}` as 'ChecksumSHA256'
      const id = await create('sums', { ChecksumAlgorithm, ChecksumType })
      const sent: CompletedPart[] = []
      for (const [index, part] of parts.entries()) {
        const answer = await upload('sums', id, index + 1, part, { ChecksumAlgorithm })
        assert.ok(answer[member])
        sent.push({ PartNumber: index + 1, ETag: answer.ETag, [member]: answer[member] })
      }
      const answer = await complete('sums', id, sent, { ChecksumType })
      assert.equal(answer.ChecksumType, expected)
      assert.equal(answer[member]!.endsWith('-3'), expected === 'COMPOSITE')
      const attributes = await s3.send(
        new GetObjectAttributesCommand({
          Bucket,
          Key: 'sums',
          ObjectAttributes: ['Checksum', 'ObjectParts'],
          MaxParts: 2,
        }),
      )
      assert.equal(attributes.Checksum?.[member], answer[member])
      assert.equal(attributes.ObjectParts?.TotalPartsCount, 3)
      assert.equal(attributes.ObjectParts?.IsTruncated, true)
      assert.deepEqual(
        attributes.ObjectParts?.Parts?.map((part) => part[member]),
        sent.slice(0, 2).map((part) => part[member]),
      )
      if (expected === 'FULL_OBJECT') {
        const single = await s3.send(
          new PutObjectCommand({ Bucket, Key: 'single', Body: whole, ChecksumAlgorithm }),
        )
        assert.equal(answer[member], single[member], 'the same bytes have the same checksum')
      } else if (ChecksumAlgorithm === 'SHA256') {
        const sums = parts.map((part) => createHash('sha256').update(part).digest())
        const all = createHash('sha256').update(Buffer.concat(sums)).digest('base64')
        assert.equal(answer[member], `${all}-3`)
      }
    }
    const wrong = create('x', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' })
    await rejects(wrong, 'InvalidRequest', 400)
    const id = await create('x', { ChecksumAlgorithm: 'SHA256' })
    const other = upload('x', id, 1, parts[2]!, { ChecksumAlgorithm: 'CRC32' })
    await rejects(other, 'InvalidRequest', 400)
  })

  it('refuses to complete what does not fit together', async () => {
    const id = await create('bad')
    const first = await upload('bad', id, 1, Buffer.from('small'))
    const second = await upload('bad', id, 2, Buffer.from('small too'))
    const a = { PartNumber: 1, ETag: first.ETag }
    const b = { PartNumber: 2, ETag: second.ETag }
    await rejects(complete('bad', id, [a, b]), 'EntityTooSmall', 400)
    await rejects(complete('bad', id, [b, a]), 'InvalidPartOrder', 400)
    await rejects(complete('bad', id, [{ ...a, ETag: '"x"' }]), 'InvalidPart', 400)
    await rejects(complete('bad', id, [{ ...a, PartNumber: 3 }]), 'InvalidPart', 400)
    await rejects(complete('bad', id, []), 'MalformedXML', 400)
    await rejects(complete('bad', id, [b], { MpuObjectSize: 1 }), 'InvalidRequest', 400)
    await rejects(upload('bad', id, 10_001, Buffer.from('x')), 'InvalidArgument', 400)
    await rejects(upload('bad', 'no-such-upload', 1, Buffer.from('x')), 'NoSuchUpload', 404)
    await complete('bad', id, [b], { IfNoneMatch: '*' })
    assert.equal((await body('bad')).bytes.toString(), 'small too')
  })

  it('copies ranges of objects into parts', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: whole }))
    const id = await create('copied')
    const copy = (PartNumber: number, CopySourceRange: string | undefined, more = {}) =>
      s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: 'copied',
          UploadId: id,
          PartNumber,
          CopySource: `${Bucket}/source`,
          CopySourceRange,
          ...more,
        }),
      )
    const first = await copy(1, `bytes=${5 * mebibyte}-${10 * mebibyte - 1}`)
    const second = await copy(2, undefined)
    await rejects(copy(3, `bytes=0-${whole.length}`), 'InvalidArgument', 400)
    await rejects(copy(3, 'bytes=5-'), 'InvalidArgument', 400)
    const failing = copy(3, undefined, { CopySourceIfMatch: '"x"' })
    await rejects(failing, 'PreconditionFailed', 412)
    await complete('copied', id, [
      { PartNumber: 1, ETag: first.CopyPartResult?.ETag },
      { PartNumber: 2, ETag: second.CopyPartResult?.ETag },
    ])
    assert.ok((await body('copied')).bytes.equals(Buffer.concat([parts[1]!, whole])))
  })

  it('lists uploads in pages, and aborts them', async () => {
    const ids = []
    for (const key of ['list/a', 'list/a', 'list/b/1', 'list/b/2', 'list/c']) {
      ids.push(await create(key))
    }
    const list = (more: object) =>
      s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'list/', ...more }))
    const seen: (string | undefined)[] = []
    for (let more: object = {}; ;) {
      const page = await list({ MaxUploads: 2, ...more })
      seen.push(...(page.Uploads?.map((item) => item.UploadId) ?? []))
      if (!page.IsTruncated) break
      more = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
    assert.deepEqual(seen, ids)
    const folded = await list({ Delimiter: '/' })
    assert.deepEqual(folded.CommonPrefixes, [{ Prefix: 'list/b/' }])
    assert.equal(folded.Uploads?.length, 3)
    const at = { Bucket, Key: 'list/c', UploadId: ids[4] }
    await upload('list/c', ids[4]!, 1, Buffer.from('x'))
    await s3.send(new AbortMultipartUploadCommand(at))
    await rejects(s3.send(new AbortMultipartUploadCommand(at)), 'NoSuchUpload', 404)
    await rejects(s3.send(new ListPartsCommand(at)), 'NoSuchUpload', 404)
  })

  it('lists parts in pages', async () => {
    const id = await create('many')
    for (const number of [1, 2, 5, 9]) await upload('many', id, number, Buffer.from(`${number}`))
    const page = (more = {}) =>
      s3.send(new ListPartsCommand({ Bucket, Key: 'many', UploadId: id, MaxParts: 3, ...more }))
    const first = await page()
    assert.deepEqual(
      first.Parts?.map((part) => part.PartNumber),
      [1, 2, 5],
    )
    assert.equal(first.IsTruncated, true)
    const next = await page({ PartNumberMarker: first.NextPartNumberMarker })
    assert.deepEqual(
      next.Parts?.map((part) => part.PartNumber),
      [9],
    )
    assert.equal(next.IsTruncated, false)
  })
})
