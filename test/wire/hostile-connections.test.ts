import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readlinkSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '#test/harness'

const Bucket = 'hostile-connections'
const large = randomBytes(24 * 1024 * 1024)
const kinesis =
  'Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Kinesis_20131202.PutRecords\r\n'
const signed =
  'Authorization: AWS4-HMAC-SHA256 Credential=AKIATESTTESTTESTTEST/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n'

const ask = (line: string, headers = '', body = '') =>
  `${line} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`
const put = (key: string, headers: string, body = '') =>
  ask(`PUT /${Bucket}/open/${key}`, `${headers}\r\n`, body)
const get = (key: string) => ask(`GET /${Bucket}/open/${key}`)
const length = (bytes: number) => `Content-Length: ${bytes}`
const chunked = 'Transfer-Encoding: chunked'

/** What a client sends and never goes on with; the connection is the server's to end. */
const silent: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'half a request line': 'GET /hostile',
  'half of the headers': 'PUT /x/y HTTP/1.1\r\nHost: a\r\nX-',
  'half of the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nS',
  'no byte of a small body': put('silent', length(10)),
  'half of a small body': put('silent', length(10), 'hello'),
  'half of a body that is not held whole': put('silent', length(1_000_000), 'x'.repeat(300_000)),
  'half of a chunk': put('silent', chunked, '100\r\nabc'),
  'chunks without their end': put('silent', chunked, '3\r\nabc\r\n'),
  'no body after 100 Continue': put('silent', `${length(10)}\r\nExpect: 100-continue`),
  'a large body after 100 Continue': put('silent', `${length(9_000_000)}\r\nExpect: 100-continue`),
  'half of the body of records': ask('POST /', `${kinesis}${length(100_000)}\r\n`, '{'),
  'half of a body that is refused': ask(`PUT /${Bucket}/closed`, `${length(9)}\r\n`, 'abc'),
  'half of a large body that is refused': ask(
    `PUT /${Bucket}/closed`,
    `${length(9_000_000)}\r\n`,
    'x'.repeat(100_000),
  ),
  'a body that is refused and was to wait': ask(
    `PUT /${Bucket}/closed`,
    `${length(9)}\r\nExpect: 100-continue\r\n`,
  ),
  'half of a body that is too large': ask('POST /', `${kinesis}${length(99_000_000)}\r\n`, '{"a'),
  'half of an aws-chunked body': put(
    'silent',
    `${length(2000)}\r\nx-amz-decoded-content-length: 1900\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER`,
    '76c\r\nabc',
  ),
}
/** What a client sends and does not read the answers to. */
const deaf: Readonly<Record<string, string>> = {
  'a large answer': get('large'),
  'many large answers': get('large').repeat(50),
  'many answers, some large': (get('small') + get('large') + get('none')).repeat(300),
}
/** Requests that have an end, if a strange one; the client goes on with another on the same connection, if it may. */
const strange: Readonly<Record<string, string>> = {
  'a body to who reads none': ask(`GET /${Bucket}/open/small`, `${length(5)}\r\n`, 'hello'),
  'a large body to who reads none': ask(
    `GET /${Bucket}/open/small`,
    `${length(2_000_000)}\r\n`,
    'x'.repeat(2_000_000),
  ),
  'a body that is refused': ask(`PUT /${Bucket}/closed`, `${length(5)}\r\n`, 'hello'),
  'a large body that is refused': ask(
    `PUT /${Bucket}/closed`,
    `${length(2_000_000)}\r\n`,
    'x'.repeat(2_000_000),
  ),
  'a body that is refused, in chunks': ask(
    `PUT /${Bucket}/closed`,
    `${chunked}\r\n`,
    '5\r\nhello\r\n0\r\n\r\n',
  ),
  'a signature that is wrong': ask(`PUT /${Bucket}/open/x`, `${signed}${length(5)}\r\n`, 'hello'),
  'records that are refused': ask('POST /', `${kinesis}${length(2)}\r\n`, '{}'),
  'a body that was not to be sent yet': put(
    'early',
    `${length(5)}\r\nExpect: 100-continue`,
    'hello',
  ),
  'a refused body that was not to be sent yet': ask(
    `PUT /${Bucket}/closed`,
    `${length(5)}\r\nExpect: 100-continue\r\n`,
    'hello',
  ),
  'a chunk that is longer than it says': put('long', chunked, '3\r\nabcdef\r\n0\r\n\r\n'),
  'a chunk that is shorter than it says': put('short', chunked, '5\r\nabc\r\n0\r\n\r\n'),
  'a chunk of no length': put('none', chunked, 'zz\r\nabc\r\n0\r\n\r\n'),
  'a length and chunks': put('both', `${length(5)}\r\n${chunked}`, '5\r\nhello\r\n0\r\n\r\n'),
  'an aws-chunked body of another length': put(
    'other',
    `${length(11)}\r\nx-amz-decoded-content-length: 9\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER`,
    '1\r\na\r\n0\r\n\r\n',
  ),
  'a hash of other bytes': put(
    'hash',
    `${length(5)}\r\nx-amz-content-sha256: ${'0'.repeat(64)}`,
    'hello',
  ),
  'a method that is none': ask('BREW /pot'),
  rubbish: '\u0000\u0001\u0002\r\n\r\n',
}

describe('clients that do not keep their side up', () => {
  let lake: TestLake
  let s3: S3Client
  /** The server's ends of connections, by the port of the other. */
  const served = new Map<number, Socket>()
  const onSocket = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    served.set(socket.remotePort!, socket)
  }
  before(async () => {
    subscribe('net.server.socket', onSocket)
    lake = await startLake({}, { httpLimits: { idleTimeoutMs: 5_000, headersTimeoutMs: 5_000 } })
    s3 = lake.client(S3Client, { maxAttempts: 10 })
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
    const statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::${Bucket}/open/*`,
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'open/large', Body: large }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'open/small', Body: 'small' }))
    const storedMs = performance.now()
    await poll('the file to be old enough to be sent', () => performance.now() - storedMs > 1_500)
    for (let times = 0; times < 2; times += 1) await readLarge(s3)
  })
  after(async () => {
    unsubscribe('net.server.socket', onSocket)
    await lake.stop()
  })

  /** While `others` do what they do, somebody writes and reads. */
  async function besides(others: Promise<unknown>): Promise<void> {
    let isOver = false
    const done = others.finally(() => (isOver = true))
    for (let turn = 0; !isOver; turn += 1) {
      const Body = `turn ${turn}`
      await s3.send(new PutObjectCommand({ Bucket, Key: 'healthy', Body }))
      const { Body: read } = await s3.send(new GetObjectCommand({ Bucket, Key: 'healthy' }))
      assert.equal(await read!.transformToString(), Body)
      if (turn % 8 === 0) await readLarge(s3)
    }
    await done
  }

  it('are cut off when they send nothing more', () =>
    besides(
      Promise.all(
        Object.entries(silent).map(async ([name, bytes]) => {
          const socket = open(lake.port, bytes)
          await poll(`${name} to be cut off`, () => isOver(socket))
        }),
      ),
    ))

  it('are cut off when they take nothing', () =>
    besides(
      Promise.all(
        Object.entries(deaf).map(async ([name, bytes]) => {
          const socket = open(lake.port, bytes)
          socket.pause()
          await once(socket, 'connect')
          const { localPort } = socket
          // A client that does not read is not told either.
          await poll(`${name} to be cut off`, () => served.get(localPort!)?.destroyed)
          socket.destroy()
        }),
      ),
    ))

  it('harm nobody when they leave at any moment', () =>
    besides(
      (async () => {
        for (const bytes of [
          ...Object.values(silent),
          ...Object.values(deaf),
          ...Object.values(strange),
        ])
          for (const ending of ['end', 'destroy', 'resetAndDestroy'] as const) {
            const socket = open(lake.port, bytes)
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
            socket[ending]()
          }
      })(),
    ))

  it('are answered or cut off, and what they ask next on the connection is answered rightly or not at all', () =>
    besides(
      Promise.all(
        Object.entries(strange).map(async ([name, bytes]) => {
          const socket = open(lake.port, bytes)
          const received = textOf(socket)
          await poll(
            `an answer to ${name}`,
            () => /^HTTP\/1.1 [2-5]/m.test(received()) || isOver(socket),
          )
          socket.write(ask(`GET /${Bucket}/open/small`, 'Connection: close\r\n'))
          await poll(`the end of ${name}`, () => isOver(socket))
          const answers = received().split(/^(?=HTTP\/1\.1 [2-5])/m)
          const last = answers.at(-1)!
          if (/^x-amz-request-id/im.test(last) && answers.length > 1) {
            assert.match(last, /^HTTP\/1.1 (200 OK[^]*\r\n\r\nsmall$|[45])/, name)
          }
        }),
      ),
    ))

  it('leave nothing behind, and do not hold the server when it stops', async () => {
    const session = connectHttp2(lake.endpoint)
    session.on('error', () => {})
    for (let count = 0; count < 20; count += 1) {
      const stream = session.request({
        ':path': `/${Bucket}/open/large`,
        ':authority': 'localhost',
      })
      stream.on('error', () => {})
      stream.pause()
      if (count % 2 === 0) stream.close()
    }
    const sockets = [...Object.values(silent), ...Object.values(deaf)].map((bytes) => {
      const socket = open(lake.port, bytes)
      socket.pause()
      return socket
    })
    await readLarge(s3)
    const stopped = lake.stop()
    let isStopped = false
    void stopped.then(() => (isStopped = true))
    await poll('the server to stop', () => isStopped)
    for (const socket of sockets) socket.destroy()
    session.destroy()
    if (process.platform === 'linux') {
      await poll('every file to be closed', () => openBlobs() === 0)
    }
  })
})

function open(port: number, bytes: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write(bytes, 'latin1')
  socket.resume()
  return socket
}

const isOver = (socket: Socket) => socket.destroyed || socket.readableEnded

function textOf(socket: Socket): () => string {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('latin1')
}

async function readLarge(s3: S3Client): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'open/large' }))
  assert.ok(large.equals(await Body!.transformToByteArray()))
}

/** Files of objects that this process, which the server is part of, has open. */
function openBlobs(): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).includes('/blobs/')
    } catch {
      return false
    }
  }).length
}
