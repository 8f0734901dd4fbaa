import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { readdir, readlink } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, testCredentials, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'
import { codeOf, sendRaw } from './s3-raw.ts'

describe('S3 and what may come over a network', () => {
  const Bucket = 'hostile-under-test'
  let lake: TestLake
  let s3: S3Client
  const keys = async (Prefix: string) =>
    (await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents?.map(({ Key }) => Key) ??
    []

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(() => lake.stop())

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
  it('tells a client that stops sending its body', async () => {
    await using impatient = await startLake({}, { httpLimits: { idleTimeoutMs: 200 } })
    const client = impatient.client(S3Client)
    await client.send(new CreateBucketCommand({ Bucket }))
    for (const ContentLength of [100, 32 * 1024 * 1024]) {
      const stalled = new Readable({ read() {} })
      stalled.push(Buffer.alloc(50))
      const put = client.send(
        new PutObjectCommand({ Bucket, Key: 'stalled', Body: stalled, ContentLength }),
      )
      await rejects(put, 'RequestTimeout', 400)
    }
    await rejects(client.send(new GetObjectCommand({ Bucket, Key: 'stalled' })), 'NoSuchKey', 404)
  })

  it('takes 8 KiB of headers and no more', async () => {
    const send = (bytes: number) =>
      sendRaw(lake.endpoint, {
        method: 'GET',
        path: `/${Bucket}/none`,
        headers: { 'x-filler': 'x'.repeat(bytes) },
      })
    assert.equal(codeOf(await send(7000)), 'NoSuchKey')
    const refused = await send(8200)
    assert.equal(refused.status, 400)
    assert.equal(codeOf(refused), 'RequestHeaderSectionTooLarge')
  })

  it('keeps nothing of a body whose trailing checksum is wrong or missing', async () => {
    const framed = (trailer: string) => `9\r\n123456789\r\n0\r\n${trailer}\r\n`
    const send = (trailer: string) => {
      const client = lake.client(S3Client)
      // Behind the signature, which does not cover an unsigned aws-chunked body.
      client.middlewareStack.add(
        (next) => (args) => {
          const { body: _, ...sent } = args.request as { body: unknown }
          Object.assign(args.request as object, sent, { body: Readable.from([framed(trailer)]) })
          return next(args)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      return client.send(
        new PutObjectCommand({
          Bucket,
          Key: 'trailer/x',
          Body: Readable.from([Buffer.from('123456789')]),
          ContentLength: 9,
          ChecksumAlgorithm: 'CRC32',
        }),
      )
    }
    await rejects(send('x-amz-checksum-crc32:AAAAAA==\r\n'), 'BadDigest', 400)
    await rejects(send('x-amz-checksum-crc32:nonsense\r\n'), 'InvalidRequest', 400)
    assert.deepEqual(await keys('trailer/'), [])
    // The check value of CRC-32: https://reveng.sourceforge.io/crc-catalogue/all.htm
    await send('x-amz-checksum-crc32:y/Q5Jg==\r\n')
    assert.deepEqual(await keys('trailer/'), ['trailer/x'])
  })

  it('serves presigned URLs, for reading and for writing', async () => {
    const put = await call('PUT', presign('PUT', 'presigned/a b'), 'by url')
    assert.equal(put.status, 200, put.body)
    const got = await call('GET', presign('GET', 'presigned/a b'))
    assert.equal(got.body, 'by url')
    const query = { 'response-content-type': 'text/csv' }
    const typed = await call('GET', presign('GET', 'presigned/a b', query))
    assert.equal(typed.headers['content-type'], 'text/csv')
    const wrongMethod = await call('DELETE', presign('GET', 'presigned/a b'))
    assert.equal(wrongMethod.status, 403)
    assert.match(wrongMethod.body, /<Code>SignatureDoesNotMatch<\/Code>/)
    const anonymous = await call('GET', `/${Bucket}/presigned/a%20b`)
    assert.equal(anonymous.status, 403)
    assert.match(anonymous.body, /<Code>AccessDenied<\/Code>/)
  })

  it('takes a key as it is: dots, slashes and every legal character lead nowhere else', async () => {
    const names = [
      'odd/../../etc/passwd',
      'odd/./x',
      'odd//double//',
      'odd/trailing/',
      'odd/%2e%2e%2f',
      'odd/\t tab',
      "odd/!*'();:@&=+$,?#[]",
      'odd/ünï-\u{1f600}-￿',
    ]
    for (const Key of names) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    for (const Key of names) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      assert.equal(await Body!.transformToString(), Key)
    }
    assert.deepEqual((await keys('odd/')).sort(), names.sort())
  })

  it('keeps nothing when the client leaves in the middle', async () => {
    const path = presign('PUT', 'gone/x')
    const leaving = request(`${lake.endpoint}${path}`, {
      method: 'PUT',
      headers: { 'content-length': '1000000' },
    })
    leaving.on('error', () => undefined)
    leaving.write(Buffer.alloc(300_000))
    await poll('the first bytes to be on their way', () => leaving.socket?.bytesWritten)
    leaving.destroy()
    await s3.send(new PutObjectCommand({ Bucket, Key: 'gone/y', Body: 'y' }))
    assert.deepEqual(await keys('gone/'), ['gone/y'])
  })

  it(
    'gives a deleted file back when its readers have left',
    { skip: process.platform !== 'linux' },
    async () => {
      const Key = 'slow/x'
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(32 * 1024 * 1024) }))
      for (let times = 0; times < 5; times++) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
        assert.ok((await openBlobs()).length > 0, 'it is being read')
        ;(Body as Readable).destroy()
      }
      // A file stays open for the next reader, but not when it is gone.
      await s3.send(new DeleteObjectCommand({ Bucket, Key }))
      await poll('all blobs to be closed', async () => (await openBlobs()).length === 0)
    },
  )

  it('keeps nothing of a body that ends too early', async () => {
    const cut = (head: string, body: string) =>
      new Promise<string>((resolve, reject) => {
        const { hostname, port, host } = new URL(lake.endpoint)
        const socket = connect({ host: hostname, port: Number(port) }, () => {
          socket.end(
            `PUT ${presign('PUT', 'cut/x')} HTTP/1.1\r\nHost: ${host}\r\n${head}\r\n\r\n${body}`,
          )
        })
        socket.on('error', reject)
        text(socket).then(resolve, reject)
      })
    await cut('Content-Length: 100', 'only this')
    await cut('Transfer-Encoding: chunked', '5\r\nonly')
    for (const [body, code] of [
      ['9\r\n123456789\r\n0\r\n', 'MalformedTrailerError'],
      ['9\r\n12345', 'IncompleteBody'],
      ['9\r\n123456789\r\n', 'IncompleteBody'],
    ] as const) {
      const answer = await sendRaw(lake.endpoint, {
        method: 'PUT',
        path: `/${Bucket}/cut/x`,
        body,
        payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: {
          'content-encoding': 'aws-chunked',
          'x-amz-decoded-content-length': '9',
          'x-amz-trailer': 'x-amz-checksum-crc32',
        },
      })
      assert.equal(answer.status, 400, answer.body)
      assert.equal(codeOf(answer), code)
    }
    await s3.send(new PutObjectCommand({ Bucket, Key: 'cut/y', Body: 'y' }))
    assert.deepEqual(await keys('cut/'), ['cut/y'])
  })

  it('finds the bucket in the host name', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'by-host', Body: 'found' }))
    const host = `${Bucket}.s3.us-east-1.amazonaws.com`
    const got = await call('GET', presign('GET', 'by-host', {}, host), undefined, { host })
    assert.equal(got.body, 'found')
  })

  it('says what is wrong with a document or a parameter', async () => {
    for (const [path, body, code] of [
      ['?delete', '<Delete><Object></Delete>', 'MalformedXML'],
      ['?tagging', '<Nonsense/>', 'MalformedXML'],
      ['?versioning', '<!DOCTYPE x [<!ENTITY a "b">]><VersioningConfiguration/>', 'MalformedXML'],
    ] as const) {
      const method = path === '?delete' ? 'POST' : 'PUT'
      const answer = await call(method, presignQuery(method, `/${Bucket}`, path.slice(1)), body)
      assert.equal(answer.status, 400, answer.body)
      assert.match(answer.body, new RegExp(`<Code>${code}</Code>`))
    }
    const many = await call('GET', presignQuery('GET', `/${Bucket}`, 'list-type=2&max-keys=x'))
    assert.match(many.body, /<Code>InvalidArgument<\/Code>/)
  })

  const presign = (
    method: string,
    key: string,
    query: Readonly<Record<string, string>> = {},
    host?: string,
  ): string => {
    const path = key.split('/').map(encode).join('/')
    const pairs = new URLSearchParams(query).toString()
    return presignQuery(method, host ? `/${path}` : `/${Bucket}/${path}`, pairs, host)
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
  const presignQuery = (method: string, path: string, query: string, host?: string): string => {
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const scope = `${stamp.slice(0, 8)}/us-east-1/s3/aws4_request`
    const parameters = new URLSearchParams(query)
    parameters.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256')
    parameters.set('X-Amz-Credential', `${testCredentials.accessKeyId}/${scope}`)
    parameters.set('X-Amz-Date', stamp)
    parameters.set('X-Amz-Expires', '60')
    parameters.set('X-Amz-SignedHeaders', 'host')
    const canonical = [...parameters]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&')
    const signedHost = host ?? new URL(lake.endpoint).host
    const form = [method, path, canonical, `host:${signedHost}\n`, 'host', 'UNSIGNED-PAYLOAD']
    const hash = createHash('sha256').update(form.join('\n')).digest('hex')
    const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hash].join('\n')
    const key = scope
      .split('/')
      .reduce<string | Buffer>(
        (secret, part) => createHmac('sha256', secret).update(part).digest(),
        `AWS4${testCredentials.secretAccessKey}`,
      )
    const signature = createHmac('sha256', key).update(toSign).digest('hex')
    return `${path}?${canonical}&X-Amz-Signature=${signature}`
  }

  const call = (
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
      (resolve, reject) => {
        const { hostname, port } = new URL(lake.endpoint)
        const sent = request({ hostname, port, path, method, headers }, (answer) => {
          text(answer).then(
            (read) => resolve({ status: answer.statusCode!, headers: answer.headers, body: read }),
            reject,
          )
        })
        sent.on('error', reject)
        sent.end(body)
      },
    )
})

/** The blobs that this process, which the lake runs in, has open. */
async function openBlobs(): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => ''),
  )
  return (await Promise.all(links)).filter((path) => path.includes('/objects/blobs/'))
}

function encode(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
