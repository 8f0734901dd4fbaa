import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { codeOf, sendRaw, type RawRequest } from './s3-raw.ts'

describe('documents that S3 is sent', () => {
  const bucket = 'documents-under-test'
  let lake: TestLake
  const send = (raw: Partial<RawRequest>) =>
    sendRaw(lake.endpoint, { method: 'PUT', path: `/${bucket}`, ...raw })

  before(async () => {
    lake = await startLake()
    await lake.client(S3Client).send(new CreateBucketCommand({ Bucket: bucket }))
  })
  after(() => lake.stop())

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
  it('come to the digests that were sent with them', async () => {
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
    const md5 = createHash('md5').update(body).digest('base64')
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(crc32(body))
    const tag = (headers: Record<string, string>, more: Partial<RawRequest> = {}) =>
      send({ query: 'tagging', body, headers, ...more })
    const right: readonly Record<string, string>[] = [
      { 'content-md5': md5 },
      { 'x-amz-checksum-crc32': crc.toString('base64') },
      { 'content-md5': md5, 'x-amz-checksum-sha256': sha256(body) },
    ]
    for (const headers of right) {
      const done = await tag(headers)
      assert.equal(done.status, 204, done.body)
    }
    const wrongMd5 = createHash('md5').update('else').digest('base64')
    assert.equal(codeOf(await tag({ 'content-md5': wrongMd5 })), 'BadDigest')
    assert.equal(codeOf(await tag({ 'content-md5': 'nonsense' })), 'InvalidDigest')
    assert.equal(codeOf(await tag({ 'x-amz-checksum-crc32': 'AAAAAA==' })), 'BadDigest')
    assert.equal(codeOf(await tag({ 'x-amz-checksum-crc32': 'AA' })), 'InvalidRequest')
    assert.equal(codeOf(await tag({ 'x-amz-checksum-sha256': sha256('else') })), 'BadDigest')
    const framed = (value: string) => ({
      body: `${body.length.toString(16)}\r\n${body}\r\n0\r\nx-amz-checksum-crc32:${value}\r\n\r\n`,
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    })
    const trailing = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': String(body.length),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    }
    assert.equal((await tag(trailing, framed(crc.toString('base64')))).status, 204)
    assert.equal(codeOf(await tag(trailing, framed('AAAAAA=='))), 'BadDigest')
  })

  it('have no fractions where the model has integers', async () => {
    const rule = (days: string) =>
      `<LifecycleConfiguration><Rule><ID>x</ID><Status>Enabled</Status><Filter><Prefix/></Filter><Expiration><Days>${days}</Days></Expiration></Rule></LifecycleConfiguration>`
    for (const days of ['1.5', '1e1', 'NaN', '0x10', '']) {
      const answer = await send({ query: 'lifecycle', body: rule(days) })
      assert.equal(codeOf(answer), 'MalformedXML', days)
    }
    assert.equal((await send({ query: 'lifecycle', body: rule('15') })).status, 200)
    for (const query of ['max-keys=1.5', 'max-keys=1e2', 'list-type=2&max-keys=NaN']) {
      const answer = await send({ method: 'GET', query })
      assert.equal(codeOf(answer), 'InvalidArgument', query)
    }
    const part = { method: 'GET', path: `/${bucket}/k`, query: 'partNumber=1.5' }
    assert.equal(codeOf(await send(part)), 'InvalidArgument')
  })
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
