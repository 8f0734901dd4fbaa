import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { defaultConfig } from '#config'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createObjectStore, parsePlace, type ObjectStore } from '#storage/objects'
import { startLake, testCredentials, type TestLake } from '../harness/index.ts'
import { checkObjects, createServer as createLakeServer } from '../../src/server.ts'
import { migrations } from '../../src/lake/migrations.ts'

const main = new URL('../../src/main.ts', import.meta.url).pathname
const accountId = '123456789012'
const bucket = 'data'
const smallObjects = 400

/** Everything that a reader can see: the digest of each version's bytes, by key and version. */
type Content = ReadonlyMap<string, string>

describe('moving the bytes of a lake to another S3 and back, killed again and again', () => {
  let folder: string
  let upstream: TestLake
  let proxy: Server
  let content: Content
  /** Asked of each request to the S3; true kills the mover before it is answered. */
  let kills: (method: string, path: string) => boolean = () => false
  let mover: ChildProcess | undefined

  const endpoint = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const dataDir = () => join(folder, 'lake')
  const options = () => [
    '--data-dir',
    dataDir(),
    '--objects',
    's3://bytes/lake',
    '--objects-endpoint',
    endpoint(),
  ]
  const configOf = (own: object = {}) =>
    defaultConfig({
      dataDir: dataDir(),
      port: 0,
      logLevel: 'silent',
      accountId,
      rootAccessKeyId: testCredentials.accessKeyId,
      rootSecretAccessKey: testCredentials.secretAccessKey,
      objects: 's3://bytes/lake',
      objectsEndpoint: endpoint(),
      objectsAccessKeyId: testCredentials.accessKeyId,
      objectsSecretAccessKey: testCredentials.secretAccessKey,
      ...own,
    })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-move-'))
    upstream = await startLake()
    await upstream.client(S3Client).send(new CreateBucketCommand({ Bucket: 'bytes' }))
    proxy = createServer((request, response) => {
      const { method = '', url = '', headers } = request
      if (kills(method, url)) {
        mover?.kill('SIGKILL')
        return
      }
      const forwarded = httpRequest(
        { host: '127.0.0.1', port: upstream.port, method, path: url, headers },
        (answer) => {
          response.writeHead(answer.statusCode!, answer.headers)
          void pipeline(answer, response).catch(() => {})
        },
      )
      response.on('error', () => request.destroy())
      void pipeline(request, forwarded).catch(() => {})
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const server = await createLakeServer(configOf({ objects: undefined }))
    await server.close()
    await withStore('disk', fill)
    content = await withStore('disk', contentOf)
    assert.ok(content.size > smallObjects)
  })
  after(async () => {
    proxy.closeAllConnections()
    proxy.close()
    await upstream.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const withStore = async <R>(side: 'disk' | 's3', work: (store: ObjectStore) => Promise<R>) => {
    const log = silentLogger()
    const path = join(dataDir(), 'lake.db')
    await using database = await openSqliteDatabase({ path, migrations, log })
    const access = {
      endpoint: endpoint(),
      accessKeyId: testCredentials.accessKeyId,
      secretAccessKey: testCredentials.secretAccessKey,
    }
    await using store = await createObjectStore({
      database,
      folder: join(dataDir(), 'objects'),
      places: {
        hot: side === 's3' ? parsePlace('s3://bytes/lake', access) : undefined,
        cacheBytesMax: 0,
      },
      clock: systemClock,
      log,
    })
    return await work(store)
  }

  /** Runs the program; answers its exit status, null when it was killed. */
  const move = async (to: 'to-s3' | 'to-disk', isKiller: typeof kills = () => false) => {
    kills = isKiller
    const child = spawn(
      process.execPath,
      ['--conditions=source', main, 'move-objects', to, ...options()],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          BOATHOUSE_OBJECTS_ACCESS_KEY_ID: testCredentials.accessKeyId,
          BOATHOUSE_OBJECTS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
        },
      },
    )
    mover = child
    let text = ''
    child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    mover = undefined
    kills = () => false
    return { code, text }
  }
  /** Kills at the n-th request that fits. */
  const at = (count: number, method: string, fits: (path: string) => boolean = isBlob) => {
    let left = count
    return (asked: string, path: string) => asked === method && fits(path) && --left === 0
  }
  const isBlob = (path: string) => path.includes('/lake/blobs/')
  const isMark = (path: string) => path.includes('boathouse-place')
  const killed = async (to: 'to-s3' | 'to-disk', isKiller: typeof kills) => {
    const { code, text } = await move(to, isKiller)
    assert.equal(code, null, text)
    // From either end.
    const own = to === 'to-s3' ? { objects: undefined } : {}
    await assert.rejects(createLakeServer(configOf(own)), (error: Error) => {
      assert.ok(isLakeError(error, 'PlaceChanged'), error.message)
      return true
    })
  }
  const finished = async (to: 'to-s3' | 'to-disk') => {
    const { code, text } = await move(to)
    assert.equal(code, 0, text)
    assert.match(text, /\d+ blobs, \d+ bytes moved: all objects lie in /)
    const side = to === 'to-s3' ? 's3' : 'disk'
    assert.deepEqual(await withStore(side, contentOf), content)
    await withStore(side, (store) => store.sweep())
    const lines: string[] = []
    const own = side === 's3' ? {} : { objects: undefined }
    const found = await checkObjects(configOf(own), (line) => lines.push(line))
    const { orphaned, missing, corrupt, miscounted } = found
    assert.deepEqual([orphaned, missing, corrupt, miscounted], [0, 0, 0, 0], lines.join('\n'))
    return found.blobs
  }
  const keysUpstream = async () => {
    const keys: string[] = []
    for (let token: string | undefined; ;) {
      const page = await upstream
        .client(S3Client)
        .send(new ListObjectsV2Command({ Bucket: 'bytes', ContinuationToken: token }))
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!))
      token = page.NextContinuationToken
      if (token === undefined) return keys
    }
  }
  const filesHere = async () => {
    const names: string[] = []
    for (const name of ['blobs', 'packs']) {
      const path = join(dataDir(), 'objects', name)
      if (existsSync(path)) names.push(...(await readdir(path)))
    }
    return names
  }

  it('is not begun while a server runs', async () => {
    const server = await createLakeServer(configOf({ objects: undefined }))
    const { code, text } = await move('to-s3')
    assert.equal(code, 1)
    assert.match(text, /in use by process/)
    await server.close()
  })

  it('arrives whole, and leaves nothing behind', async () => {
    await killed('to-s3', at(1, 'PUT', isMark))
    await killed('to-s3', at(300, 'PUT'))
    await killed('to-disk', at(60, 'GET'))
    const blobs = await finished('to-s3')
    assert.deepEqual(await filesHere(), [])
    const keys = await keysUpstream()
    assert.equal(keys.filter(isBlobKey).length, blobs)
    assert.equal(keys.length, blobs + 1, 'and the mark')
  })

  it('comes back whole, and leaves nothing upstream', async () => {
    await killed('to-disk', at(150, 'DELETE'))
    await killed('to-disk', at(1, 'DELETE', isMark))
    await finished('to-disk')
    assert.deepEqual(await keysUpstream(), [])
  })
})

const isBlobKey = (key: string) => key.startsWith('lake/blobs/')

async function fill(store: ObjectStore): Promise<void> {
  await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  await store.buckets.setVersioning(accountId, bucket, 'Enabled')
  const put = (key: string, bytes: Buffer) =>
    store.putObject({ accountId, bucket, key, attributes: {} }, bytes)
  const numbers = Array.from({ length: smallObjects }, (_, number) => number)
  await Promise.all(numbers.map((number) => put(`small/${number}`, bytesOf(number, 50 + number))))
  // To the packs; what comes after lies in the database.
  await store.sweep()
  await Promise.all([1, 2, 3].map((number) => put(`tiny/${number}`, bytesOf(number, 60))))
  for (const number of [1, 2, 3]) await put('again', bytesOf(number, 10))
  await store.remove({ accountId, bucket, key: 'small/7' })
  await put('empty', Buffer.alloc(0))
  await put('middle', bytesOf(1, 300_000))
  await put('large', bytesOf(2, 9 * 1024 * 1024))
  const source = { accountId, bucket, key: 'large' }
  await store.copyObject({ source, ...source, key: 'copy', attributes: () => ({}) })
  for (const key of ['parts', 'under way']) {
    const { upload_id: uploadId } = await store.uploads.create({
      accountId,
      bucket,
      key,
      initiator: 'me',
      attributes: {},
      checksum: { algorithm: 'CRC32', type: 'COMPOSITE' },
      checksumAsked: true,
    })
    const ref = { accountId, bucket, key, uploadId }
    const parts = []
    for (const partNumber of [1, 2]) {
      const bytes = bytesOf(partNumber, 5 * 1024 * 1024)
      const { etag } = await store.uploads.putPart(ref, { partNumber }, bytes)
      parts.push({ partNumber, etag })
    }
    if (key === 'parts') await store.uploads.complete(ref, { parts })
  }
}

function bytesOf(number: number, sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes, createHash('sha256').update(`${number}`).digest())
}

async function contentOf(store: ObjectStore): Promise<Content> {
  const found = new Map<string, string>()
  const page = await store.listVersions({ accountId, bucket, prefix: '', limit: 1000 })
  for (const { row } of page.entries) {
    if (!row) continue
    const name = `${row.key} ${row.version_id}`
    if (row.delete_marker === 1) found.set(name, 'delete marker')
    else {
      const ref = { accountId, bucket, key: row.key, versionId: row.version_id }
      const bytes = await buffer(await store.read(ref))
      found.set(name, createHash('sha256').update(bytes).digest('hex'))
    }
  }
  return found
}
