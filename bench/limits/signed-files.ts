/*
 * What Node allows a server that keeps our promises and does nothing else: the signature and the hash of the body are checked, the
 * ETag (MD5) is computed, a PUT is answered when its bytes are fsynced (appended to one file, writers at the same time sharing an
 * fsync). No access rules, no metadata that lasts, no checksum of the store's own. Arguments: port, folder.
 */
import { createHash, createHmac, hash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { credentials, region } from '../boathouse.ts'

const [port, folder] = process.argv.slice(2)
const path = join(folder!, 'bytes')
const { O_CREAT, O_RDWR, O_DSYNC } = constants
const file = await open(path, O_CREAT | O_RDWR | O_DSYNC)
const places = new Map<string, { readonly at: number; readonly sizeBytes: number }>()
let end = 0

interface Waiting {
  readonly name: string
  readonly bytes: Buffer
  readonly done: () => void
}
let waiting: Waiting[] = []
let isWriting = false

async function append(name: string, bytes: Buffer): Promise<void> {
  const durable = new Promise<void>((done) => waiting.push({ name, bytes, done }))
  if (!isWriting) {
    isWriting = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await file.writev(
        group.map((one) => one.bytes),
        end,
      )
      for (const one of group) {
        places.set(one.name, { at: end, sizeBytes: one.bytes.length })
        end += one.bytes.length
        one.done()
      }
    }
    isWriting = false
  }
  return durable
}

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
const keys = new Map<string, Buffer>()

function keyOf(date: string): Buffer {
  let key = keys.get(date)
  if (!key) {
    const dateKey = hmac(`AWS4${credentials.secretAccessKey}`, date)
    key = hmac(hmac(hmac(dateKey, region), 's3'), 'aws4_request')
    keys.set(date, key)
  }
  return key
}

/** Throws when the signature is wrong; the hash that the body must have. */
function check({ method, url, headers }: IncomingMessage): string {
  const [, scope, names, signature] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(
      headers.authorization!,
    )!
  const payloadHash = headers['x-amz-content-sha256'] as string
  const lines = names!.split(';').map((name) => `${name}:${headers[name] as string}\n`)
  const canonical = `${method}\n${url}\n\n${lines.join('')}\n${names}\n${payloadHash}`
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date'] as string}\n${scope}\n${hash('sha256', canonical)}`
  if (hmac(keyOf(scope!.slice(0, 8)), text).toString('hex') !== signature)
    throw new Error('signature')
  return payloadHash
}

async function put(request: IncomingMessage, response: ServerResponse, payloadHash: string) {
  const chunks: Buffer[] = []
  const sha = createHash('sha256')
  const md5 = createHash('md5')
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sha.update(chunk)
    md5.update(chunk)
    chunks.push(chunk)
  }
  if (sha.digest('hex') !== payloadHash) throw new Error('body')
  await append(request.url!, Buffer.concat(chunks))
  response.writeHead(200, { etag: `"${md5.digest('hex')}"`, 'content-length': 0 })
  response.end()
}

async function get(request: IncomingMessage, response: ServerResponse) {
  const { at, sizeBytes } = places.get(request.url!)!
  response.writeHead(200, { 'content-length': sizeBytes })
  if (sizeBytes > 64 * 1024) {
    const range = { start: at, end: at + sizeBytes - 1, highWaterMark: 512 * 1024 }
    return pipeline(createReadStream(path, range), response)
  }
  const { buffer } = await file.read(Buffer.allocUnsafe(sizeBytes), 0, sizeBytes, at)
  response.end(buffer)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.headers.authorization === undefined) {
    response.writeHead(403, { 'content-length': 0 }).end()
    return
  }
  const payloadHash = check(request)
  if (request.method === 'PUT') await put(request, response, payloadHash)
  else await get(request, response)
}

createServer((request, response) => {
  answer(request, response).catch(() => {
    if (response.headersSent) return
    response.writeHead(404, { 'content-length': 0 }).end()
  })
}).listen(Number(port), '127.0.0.1')
