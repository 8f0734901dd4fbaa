import assert from 'node:assert/strict'
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { loadSystemCalls } from '#kit'
import { poll, startLake, type TestLake } from '#test/harness'

const mib = 1024 * 1024
const Bucket = 'large-reads'
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: what a reader may ask for. */
const objects = {
  whole: randomBytes(16 * mib + 17),
  parts: randomBytes(23 * mib + 5),
  sealed: randomBytes(9 * mib),
  small: randomBytes(300_000),
}
type Name = keyof typeof objects
const names = Object.keys(objects) as Name[]

describe('large objects that are read again', () => {
  let lake: TestLake
  let hasSendFile = false
  before(async () => {
    hasSendFile = (await loadSystemCalls()) !== undefined
    lake = await startLake()
    await store(lake.client(S3Client))
    // A file is taken for unchanged when its last change is a while back: until then every read is checked.
    const storedMs = Date.now()
    await poll('the files to be old enough', () => Date.now() - storedMs > 1_500)
    for (const name of names) await read(lake.port, name, { first: 0, last: undefined })
  })
  after(() => lake.stop())

  it('go past this process, and come as they are', async (t) => {
    if (!hasSendFile) return t.skip('sendfile is not to be had: no Linux, or koffi is missing')
    for (const name of ['whole', 'parts'] as const) {
      // What a busy machine makes slow is written for a while.
      await poll(
        `${name} to be sent`,
        async () => {
          const written = await writtenFor(() => read(lake.port, name, { first: 0 }))
          return written < objects[name].length
        },
        { intervalMs: 200 },
      )
    }
    for (const name of ['sealed', 'small'] as const) {
      const written = await writtenFor(() => read(lake.port, name, { first: 0 }))
      assert.ok(written > objects[name].length, `${name} is written`)
    }
  })

  it('are right in every range, next to clients that leave, stop for a while, or ask for the next before', async () => {
    const before = descriptors()
    await Promise.all(Array.from({ length: 12 }, (_, index) => clientOf(lake.port, index)))
    await poll('every descriptor to be closed', () => descriptors() <= before + 2)
  })

  const asking = (key: string) => {
    const socket = connect(lake.port, '127.0.0.1')
    socket.write(`GET /${Bucket}/${key} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    return socket
  }

  it('come whole to whoever has begun, when they are replaced and removed meanwhile', async (t) => {
    if (process.platform !== 'linux') return t.skip('open files cannot be listed')
    const s3 = lake.client(S3Client)
    for (const takeAway of [
      () => s3.send(new PutObjectCommand({ Bucket, Key: 'leaving', Body: randomBytes(2 * mib) })),
      () => s3.send(new DeleteObjectCommand({ Bucket, Key: 'leaving' })),
    ]) {
      await s3.send(new PutObjectCommand({ Bucket, Key: 'leaving', Body: objects.whole }))
      const storedMs = Date.now()
      await poll('the file to be old enough', () => Date.now() - storedMs > 1_500)
      await compare(asking('leaving'), [{ name: 'whole', range: { first: 0 } }])
      const socket = asking('leaving')
      const reader = new Answers(socket)
      const { length } = await reader.head()
      // More is on its way than the connection holds: the server waits for this reader.
      await takeAway()
      await poll('the file to be gone', () => deletedFiles() > 0)
      assert.equal(hash(await reader.body(length, false)), hash(objects.whole))
      socket.destroy()
      await poll('the file to be closed', () => deletedFiles() === 0)
    }
  })

  it('are read as everywhere where the operator wants no sendfile', async () => {
    await using plain = await startLake({ sendfileMib: 0 })
    await store(plain.client(S3Client))
    const storedMs = Date.now()
    await poll('the files to be old enough', () => Date.now() - storedMs > 1_500)
    for (let round = 0; round < 2; round += 1) {
      const written = await writtenFor(() => read(plain.port, 'whole', { first: 0 }))
      assert.ok(written > objects.whole.length)
    }
  })

  it('end with the connection where the client asks for it', async () => {
    const socket = connect(lake.port, '127.0.0.1')
    socket.write(head('GET', 'whole', {}, 'Connection: close\r\n'))
    const bytes = await everything(socket)
    const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
    assert.equal(hash(body), hash(objects.whole))
  })
})

/** What one client does, drawn by lot: some requests on one connection, the last perhaps cut short. */
async function clientOf(port: number, index: number): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const name = names[randomInt(names.length)]!
    const size = objects[name].length
    const first = randomInt(size)
    const ranges: Range[] = [
      { first: 0 },
      { first, last: first + randomInt(size) },
      { first: size - 9 * mib, suffix: 9 * mib },
      { first: Math.floor(first / 4) },
    ]
    const range = ranges[(index + round) % ranges.length]!
    const fits = range.first >= 0 ? range : { first: 0 }
    if (index % 4 === 1) await leave(port, name)
    else if (index % 4 === 2) await pipelined(port, name, fits)
    else await read(port, name, fits, index % 4 === 3)
  }
}

interface Range {
  readonly first: number
  readonly last?: number | undefined
  readonly suffix?: number
}

function head(method: string, name: Name, range: Partial<Range>, more = ''): string {
  const { first, last = '', suffix } = range
  const bytes = suffix === undefined ? `${first}-${last}` : `-${suffix}`
  const asked =
    first === undefined || (first === 0 && last === '') ? '' : `Range: bytes=${bytes}\r\n`
  return `${method} /${Bucket}/${name} HTTP/1.1\r\nHost: localhost\r\n${asked}${more}\r\n`
}

function expected(name: Name, { first, last }: Range): Buffer {
  return objects[name].subarray(first, last === undefined ? undefined : last + 1)
}

/** Reads one answer and compares it; `slowly` with a rest now and then, in which the connection fills. */
async function read(port: number, name: Name, range: Range, slowly = false): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write(head('GET', name, range))
  await compare(socket, [{ name, range }], slowly)
}

/** Asks for an object, its head alone, and the object again, before anything has come. */
async function pipelined(port: number, name: Name, range: Range): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write(head('GET', name, range) + head('HEAD', name, {}) + head('GET', name, range))
  await compare(socket, [{ name, range }, { name }, { name, range }])
}

async function compare(
  socket: Socket,
  answers: readonly { readonly name: Name; readonly range?: Range }[],
  slowly = false,
): Promise<void> {
  const reader = new Answers(socket)
  for (const { name, range } of answers) {
    const { status, length } = await reader.head()
    if (!range) {
      assert.equal(length, objects[name].length)
      continue
    }
    const bytes = expected(name, range)
    assert.equal(status, bytes.length === objects[name].length ? 200 : 206)
    assert.equal(length, bytes.length)
    assert.equal(hash(await reader.body(length, slowly)), hash(bytes))
  }
  socket.destroy()
}

/** Goes away in the middle of an answer. */
function leave(port: number, name: Name): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const wanted = randomInt(objects[name].length)
  let received = 0
  socket.write(head('GET', name, {}))
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length
      if (received > wanted) socket.resetAndDestroy()
    })
  })
}

/** The answers that come on a connection, one after the other. */
class Answers {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async head(): Promise<{ readonly status: number; readonly length: number }> {
    while (!this.#rest.includes('\r\n\r\n')) await this.#more()
    const end = this.#rest.indexOf('\r\n\r\n')
    const text = this.#rest.toString('latin1', 0, end)
    this.#rest = this.#rest.subarray(end + 4)
    return {
      status: Number(text.slice(9, 12)),
      length: Number(/\ncontent-length: (\d+)/i.exec(text)?.[1]),
    }
  }

  async body(length: number, slowly: boolean): Promise<Buffer> {
    const chunks: Buffer[] = []
    let left = length
    while (left > 0) {
      if (this.#rest.length === 0) await this.#more()
      // The pace of a slow reader.
      if (slowly && randomInt(20) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      const chunk = this.#rest.subarray(0, left)
      chunks.push(chunk)
      left -= chunk.length
      this.#rest = this.#rest.subarray(chunk.length)
    }
    return Buffer.concat(chunks)
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done) throw new Error('the server closed the connection')
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value])
  }
}

/** Bytes that Node wrote to the connections that were opened meanwhile. */
async function writtenFor(work: () => Promise<void>): Promise<number> {
  const sockets: Socket[] = []
  const onSocket = (message: unknown) => sockets.push((message as { socket: Socket }).socket)
  subscribe('net.server.socket', onSocket)
  try {
    await work()
  } finally {
    unsubscribe('net.server.socket', onSocket)
  }
  return sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
}

function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
}

/** Files that this process, which the server is part of, has open and that have no name any more. */
function deletedFiles(): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return /\/blobs\/.* \(deleted\)$/.test(readlinkSync(`/proc/self/fd/${name}`))
    } catch {
      return false
    }
  }).length
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function store(s3: S3Client): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const put = (Key: Name, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: objects[Key], ...more }))
  await put('whole')
  await put('small')
  await put('sealed', { ServerSideEncryption: 'AES256' })
  const Key = 'parts'
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const Parts = []
  const ends = [0, 9 * mib, 14 * mib, objects.parts.length]
  for (let PartNumber = 1; PartNumber < ends.length; PartNumber += 1) {
    const Body = objects.parts.subarray(ends[PartNumber - 1], ends[PartNumber])
    const sent = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body })
    const { ETag } = await s3.send(sent)
    Parts.push({ PartNumber, ETag })
  }
  const MultipartUpload = { Parts }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
}
