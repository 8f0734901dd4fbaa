import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, it } from 'node:test'
import { AwsChunkedDecoder, type AwsChunkedOptions } from './aws-chunked.ts'
import { sha256Hex } from './canonical.ts'
import { deriveSigningKey, emptyHash, scopeText, sign } from './signing.ts'

/**
 * The example of the S3 reference: 65 KiB of the letter a in chunks of 64 KiB.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
const scope = { date: '20130524', region: 'us-east-1', service: 's3' }
const signing = {
  key: deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope),
  amzDate: '20130524T000000Z',
  scope,
  seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
}
const example = Buffer.concat([
  Buffer.from(
    '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n',
  ),
  Buffer.alloc(65_536, 'a'),
  Buffer.from(
    '\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
  ),
  Buffer.alloc(1024, 'a'),
  Buffer.from(
    '\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ),
])

async function decode(
  body: Buffer,
  options: Partial<AwsChunkedOptions>,
  pieceBytes = body.length,
): Promise<{ readonly text: string; readonly trailers: Record<string, string> }> {
  const trailers: Record<string, string> = {}
  const decoder = new AwsChunkedDecoder({ decodedLength: 0, trailers, ...options })
  const pieces: Buffer[] = []
  for (let start = 0; start < body.length; start += pieceBytes) {
    pieces.push(body.subarray(start, start + pieceBytes))
  }
  const decoded: Buffer[] = []
  await pipeline(Readable.from(pieces), decoder, async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) decoded.push(chunk)
  })
  return { text: Buffer.concat(decoded).toString(), trailers }
}

describe('an aws-chunked body', () => {
  it("is AWS's own example, however it is cut into pieces", async () => {
    for (const pieceBytes of [1, 7, 1000, example.length]) {
      const { text } = await decode(example, { signing, decodedLength: 66_560 }, pieceBytes)
      assert.equal(text, 'a'.repeat(66_560))
    }
  })

  it('is refused when a byte of it was changed', async () => {
    for (const at of [30, 200, 66_000, example.length - 10]) {
      const altered = Buffer.from(example)
      altered[at] = altered[at] === 0x62 ? 0x63 : 0x62
      await assert.rejects(decode(altered, { signing, decodedLength: 66_560 }), {
        name: 'SignatureDoesNotMatch',
        status: 403,
      })
    }
  })

  it('is refused when it is cut off or has another length than announced', async () => {
    const short = example.subarray(0, example.length - 90)
    const incomplete = { name: 'IncompleteBody', status: 400 }
    await assert.rejects(decode(short, { signing, decodedLength: 66_560 }), incomplete)
    await assert.rejects(decode(example, { signing, decodedLength: 66_559 }), incomplete)
    await assert.rejects(decode(example, { signing, decodedLength: 66_561 }), incomplete)
  })

  const unsigned = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))
  const names = ['x-amz-checksum-crc32']

  it('gives its trailing checksum, unsigned', async () => {
    const body = unsigned('5\nhello\n6\n world\n0\nx-amz-checksum-crc32:DUoRhQ==\n\n')
    const options = { decodedLength: 11, trailerNames: names }
    for (const pieceBytes of [1, 4, body.length]) {
      const { text, trailers } = await decode(body, options, pieceBytes)
      assert.equal(text, 'hello world')
      assert.deepEqual(trailers, { 'x-amz-checksum-crc32': 'DUoRhQ==' })
    }
  })

  it('is refused when its trailer is not the announced one', async () => {
    const malformed = { name: 'MalformedTrailerError', status: 400 }
    const options = { decodedLength: 5, trailerNames: names }
    for (const trailer of [
      '',
      'x-amz-checksum-sha1:a\n',
      'no colon\n',
      'x-amz-checksum-crc32:a\nb:c\n',
    ]) {
      const body = unsigned(`5\nhello\n0\n${trailer}\n`)
      await assert.rejects(decode(body, options), malformed)
    }
    await assert.rejects(decode(unsigned(`5\nhello\n0\n${'x'.repeat(20_000)}`), options), malformed)
  })

  it('is refused when it is not in chunks', async () => {
    const options = { decodedLength: 5, trailerNames: names }
    for (const text of [
      'hello',
      'zz\nhello\n',
      '5\nhelloX\n',
      `${'1'.repeat(300)}\n`,
      '-5\nhello\n',
    ]) {
      await assert.rejects(decode(unsigned(text), options), { name: 'IncompleteBody' })
    }
  })

  it('has its trailer signed when the form says so', async () => {
    const { key, amzDate, seedSignature } = signing
    const head = `${amzDate}\n${scopeText(scope)}\n`
    const chunk = (previous: string, data: string) =>
      sign(
        key,
        `AWS4-HMAC-SHA256-PAYLOAD\n${head}${previous}\n${emptyHash}\n${sha256Hex(Buffer.from(data))}`,
      )
    const first = chunk(seedSignature, 'hello')
    const last = chunk(first, '')
    const trailer = 'x-amz-checksum-crc32:NhCmhg=='
    const signature = sign(
      key,
      `AWS4-HMAC-SHA256-TRAILER\n${head}${last}\n${sha256Hex(Buffer.from(`${trailer}\n`))}`,
    )
    const body = (own: string) =>
      unsigned(
        `5;chunk-signature=${first}\nhello\n0;chunk-signature=${last}\n${trailer}\nx-amz-trailer-signature:${own}\n\n`,
      )
    const options = { decodedLength: 5, trailerNames: names, signing }
    const { trailers } = await decode(body(signature), options)
    assert.deepEqual(trailers, { 'x-amz-checksum-crc32': 'NhCmhg==' })
    await assert.rejects(decode(body('0'.repeat(64)), options), { name: 'SignatureDoesNotMatch' })
  })
})
