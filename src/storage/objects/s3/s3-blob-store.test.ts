import assert from 'node:assert/strict'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { isLakeError } from '#kit'
import { startLake, testCredentials, type TestLake } from '#test/harness'
import type { BlobStore } from '../blob-store.ts'
import { blobStoreContract } from '../blob-store.contract.ts'
import { openS3BlobStore } from './s3-blob-store.ts'

const epoch = 'abcdef01'
const Bucket = 'upstream'
const prefix = 'lake/'

describe('blobs in another S3', () => {
  let folder: string
  let upstream: TestLake
  let client: S3Client
  let store: BlobStore
  const place = (endpoint: string) => ({
    bucket: Bucket,
    prefix,
    endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
  })
  const open = (endpoint: string, name: string, cacheBytesMax = 100_000) =>
    openS3BlobStore({ place: place(endpoint), epoch, folder: join(folder, name), cacheBytesMax })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-s3-blobs-'))
    upstream = await startLake()
    client = upstream.client(S3Client)
    await client.send(new CreateBucketCommand({ Bucket }))
    store = await open(upstream.endpoint, 'own')
  })
  after(async () => {
    await store.close()
    await upstream.stop()
    await rm(folder, { recursive: true })
  })

  blobStoreContract(() => store)

  const large = Buffer.alloc(20 * 1024 * 1024 + 5)
  for (let at = 0; at < large.length; at += 4096) large.writeUInt32BE(at, at)
  const chunksOf = function* (bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 60_000) yield bytes.subarray(at, at + 60_000)
  }

  it('sends large blobs in parts, and leaves no upload behind', async () => {
    const { blobId, sizeBytes } = await store.write(chunksOf(large))
    assert.equal(sizeBytes, large.length)
    assert.ok(large.equals(await buffer(await store.open(blobId))))
    const range = { start: 8 * 1024 * 1024 - 3, end: 8 * 1024 * 1024 + 3 }
    assert.deepEqual(
      await buffer(await store.open(blobId, range)),
      large.subarray(range.start, range.end + 1),
    )
    assert.deepEqual(await store.verify(blobId), { state: 'whole', sizeBytes: large.length })
    const failing = function* () {
      yield* chunksOf(large)
      throw new Error('the client left')
    }
    await assert.rejects(store.write(failing()), /the client left/)
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    assert.equal(Uploads, undefined)
  })

  it('gives up the uploads of former runs, and no others', async () => {
    const begin = (run: string) => {
      const Key = `${prefix}blobs/123/s123${run}${'0'.repeat(22)}`
      return client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    }
    await begin('00000000')
    await begin(epoch)
    await store.compact!()
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    assert.deepEqual(
      Uploads.map(({ Key }) => Key!.includes(epoch)),
      [true],
    )
  })

  it('refuses bytes that were changed upstream', async () => {
    const { blobId } = await store.write([Buffer.from('as it was written')])
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket, Prefix: prefix }),
    )
    const { Key } = Contents.find((object) => object.Key!.endsWith(blobId.slice(0, 34)))!
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'as it was changed' }))
    const isCorrupt = (error: unknown) => isLakeError(error, 'BlobCorrupt')
    await assert.rejects(buffer(await store.open(blobId)), isCorrupt)
    await assert.rejects(store.link(blobId, join(store.temporaryFolder, 'x')), isCorrupt)
    assert.equal((await store.verify(blobId)).state, 'corrupt')
    const range = { start: 0, end: 3, sizeBytes: 4 }
    await assert.rejects(store.open(blobId, range), isCorrupt)
  })

  it('keeps copies for those who need files, up to its limit', async () => {
    const ids = []
    for (const letter of ['a', 'b', 'c']) {
      ids.push((await store.write([Buffer.alloc(60_000, letter)])).blobId)
    }
    for (const [at, blobId] of ids.entries()) {
      const path = join(store.temporaryFolder, `copy${at}`)
      await Promise.all([
        store.link(blobId, path),
        store.link(blobId, `${path}-again`),
        buffer(await store.open(blobId)),
      ])
      assert.deepEqual(await readFile(path), Buffer.alloc(60_000, ['a', 'b', 'c'][at]))
    }
    assert.equal((await readdir(join(folder, 'own', 'cache'))).length, 1)
    const path = join(store.temporaryFolder, 'adopted')
    await writeFile(path, 'kept at hand')
    const { blobId } = await store.adopt(path)
    await store.link(blobId, `${path}-link`)
    assert.equal(await readFile(`${path}-link`, 'utf8'), 'kept at hand')
  })

  it('goes on where a connection breaks, and asks again what failed', async () => {
    const { blobId } = await store.write(chunksOf(large))
    const broken = await breakingProxy(upstream.port)
    const own = await open(`http://127.0.0.1:${broken.port}`, 'proxied')
    try {
      assert.ok(large.equals(await buffer(await own.open(blobId))))
      assert.ok(broken.cuts() > 0, 'it was cut')
      const written = await own.write(chunksOf(large))
      assert.ok(broken.failures() > 0, 'it was refused')
      assert.ok(large.equals(await buffer(await store.open(written.blobId))))
    } finally {
      await own.close()
      broken.server.close()
      broken.server.closeAllConnections()
    }
  })

  it('takes no other range than it asked for', async () => {
    const { blobId } = await store.write([Buffer.from('hello world')])
    const lying = await breakingProxy(upstream.port, 'bytes 0-10/11')
    const own = await open(`http://127.0.0.1:${lying.port}`, 'lied-to')
    const failed = (error: unknown) => isLakeError(error, 'UpstreamFailed')
    await assert.rejects(own.open(blobId, { start: 6, end: 10 }), failed)
    await own.close()
    lying.server.close()
    lying.server.closeAllConnections()
  })

  it('says that the upstream failed when it is not there', async () => {
    const own = await open('http://127.0.0.1:9', 'unreachable')
    const failed = (error: unknown) => isLakeError(error, 'UpstreamFailed')
    await assert.rejects(own.write([Buffer.from('x')]), failed)
    await assert.rejects(own.open(`s123${epoch}${'0'.repeat(30)}`), failed)
    await own.close()
  })
})

/** Cuts the first answers after 3 MiB, and refuses every fifth part once, as an S3 under load does. */
async function breakingProxy(port: number, contentRange?: string) {
  const cutsMax = 2
  const refused = new Set<string>()
  let cuts = 0
  const server: Server = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming
    if (method === 'PUT' && /partNumber=2/.test(url) && !refused.has(url)) {
      refused.add(url)
      incoming.resume().once('end', () => outgoing.writeHead(503).end())
      return
    }
    const onward = httpRequest({ port, method, path: url, headers }, (answer) => {
      const lie = contentRange === undefined ? {} : { 'content-range': contentRange }
      outgoing.writeHead(answer.statusCode!, { ...answer.headers, ...lie })
      const cutting = method === 'GET' && cuts < cutsMax
      let sent = 0
      answer.on('data', (chunk: Buffer) => {
        sent += chunk.length
        if (!cutting || sent < 3 * 1024 * 1024 || outgoing.destroyed) return
        cuts += 1
        outgoing.destroy()
        answer.destroy()
      })
      void pipeline(answer, outgoing).catch(() => {})
    })
    void pipeline(incoming, onward).catch(() => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    server,
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    failures: () => refused.size,
  }
}
