import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { AthenaClient, GetQueryResultsCommand } from '@aws-sdk/client-athena'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { defaultConfig } from '#config'
import { isLakeError } from '#kit'
import { runQuery } from '../harness/athena-query.ts'
import { poll, startLake, testCredentials, type TestLake } from '#test/harness'
import { rejects } from './s3-fixture.ts'
import { checkObjects, createServer, type Server } from '../../src/server.ts'

const Bucket = 'data'

/** A lake that keeps its bytes in another, and its archive in a third place. */
describe('objects that lie in another S3', () => {
  let folder: string
  let upstream: TestLake
  let server: Server
  let s3: S3Client
  const clientConfig = (endpoint: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    maxAttempts: 1,
  })
  const configOf = (own: object = {}) =>
    defaultConfig({
      dataDir: join(folder, 'lake'),
      port: 0,
      logLevel: 'silent',
      accountId: '123456789012',
      rootAccessKeyId: testCredentials.accessKeyId,
      rootSecretAccessKey: testCredentials.secretAccessKey,
      objects: 's3://bytes/lake',
      objectsEndpoint: upstream.endpoint,
      objectsAccessKeyId: testCredentials.accessKeyId,
      objectsSecretAccessKey: testCredentials.secretAccessKey,
      coldObjects: 's3://archive/of/the/lake',
      coldObjectsEndpoint: upstream.endpoint,
      coldObjectsAccessKeyId: testCredentials.accessKeyId,
      coldObjectsSecretAccessKey: testCredentials.secretAccessKey,
      ...own,
    })
  const start = async () => {
    server = await createServer(configOf())
    s3 = new S3Client({ ...clientConfig(server.endpoint), forcePathStyle: true })
  }
  const stop = async () => {
    s3.destroy()
    await server.close()
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-upstream-'))
    upstream = await startLake()
    for (const name of ['bytes', 'archive']) {
      await upstream.client(S3Client).send(new CreateBucketCommand({ Bucket: name }))
    }
    await start()
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(async () => {
    await stop()
    await upstream.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const keysOf = async (bucket: string, prefix: string) => {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/blobs/` })
    const { Contents = [] } = await upstream.client(S3Client).send(command)
    return Contents.map(({ Key }) => Key!)
  }
  const read = async (Key: string, Range?: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range }))
    return Buffer.from(await Body!.transformToByteArray())
  }
  const large = Buffer.alloc(9 * 1024 * 1024, 'abcdefg')

  it('are written there, read from there, and deleted there', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'small bytes' }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large }))
    assert.equal((await keysOf('bytes', 'lake')).length, 2)
    assert.equal((await read('small')).toString(), 'small bytes')
    assert.ok(large.equals(await read('large')))
    assert.deepEqual(await read('large', 'bytes=8388600-8388615'), large.subarray(8388600, 8388616))
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'small' }))
    await poll('the deletion', async () => (await keysOf('bytes', 'lake')).length === 1)
  })

  it('come in parts, and encrypted', async () => {
    const part = large.subarray(0, 5 * 1024 * 1024)
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'parts', ServerSideEncryption: 'AES256' }),
    )
    const Parts = []
    for (const PartNumber of [1, 2]) {
      const input = { Bucket, Key: 'parts', UploadId, PartNumber, Body: part }
      Parts.push({ PartNumber, ETag: (await s3.send(new UploadPartCommand(input))).ETag })
    }
    const done = { Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts } }
    await s3.send(new CompleteMultipartUploadCommand(done))
    assert.ok(Buffer.concat([part, part]).equals(await read('parts')))
    const across = Buffer.concat([part.subarray(-2), part.subarray(0, 2)])
    assert.deepEqual(await read('parts', 'bytes=5242878-5242881'), across)
    const sizes = new Map<number, boolean>()
    for (const Key of await keysOf('bytes', 'lake')) {
      const bytes = await upstreamBytes(Key)
      sizes.set(bytes.length, bytes.includes('abcdefgabcdefg'))
    }
    const plain = [...sizes].filter(([, isPlain]) => isPlain)
    assert.deepEqual(plain, [[large.length, true]], 'only what was not encrypted lies plain')
  })
  const upstreamBytes = async (Key: string) => {
    const command = new GetObjectCommand({ Bucket: 'bytes', Key })
    const { Body } = await upstream.client(S3Client).send(command)
    return Buffer.from(await Body!.transformToByteArray())
  }

  it('go to the second place when they are archived, encrypted ones too', async () => {
    const Body = 'archived bytes'
    const archived = { Bucket, Key: 'cold', Body, StorageClass: 'GLACIER' as const }
    await s3.send(new PutObjectCommand({ ...archived, ServerSideEncryption: 'AES256' }))
    assert.equal((await keysOf('archive', 'of/the/lake')).length, 1)
    const RestoreRequest = { Days: 1 }
    await s3.send(new RestoreObjectCommand({ Bucket, Key: 'cold', RestoreRequest }))
    const text = await poll('the restore', () =>
      read('cold').then(
        (bytes) => bytes.toString(),
        () => undefined,
      ),
    )
    assert.equal(text, Body)
  })

  it('are there again after a restart, and pass the check', async () => {
    await stop()
    const lines: string[] = []
    const found = await checkObjects(configOf(), (line) => lines.push(line))
    const { orphaned, missing, corrupt, unchecked } = found
    assert.deepEqual([orphaned, missing, corrupt, unchecked], [0, 0, 0, 0], lines.join('\n'))
    await start()
    assert.ok(large.equals(await read('large')))
  })

  it('are not looked for elsewhere, nor is their place given to another lake', async () => {
    await stop()
    try {
      const refused = (code: string) => (error: unknown) => isLakeError(error, code)
      await assert.rejects(createServer(configOf({ objects: undefined })), refused('PlaceChanged'))
      await assert.rejects(
        createServer(configOf({ objects: 's3://bytes/other' })),
        refused('PlaceChanged'),
      )
      const another = configOf({ dataDir: join(folder, 'another'), coldObjects: undefined })
      await assert.rejects(createServer(another), refused('PlaceTaken'))
    } finally {
      await start()
    }
  })

  it('are queried, and written by queries, plain and encrypted', async () => {
    const athena = new AthenaClient({ ...clientConfig(server.endpoint) })
    const run = async (sql: string) => {
      const execution = await runQuery(athena, sql, { outputLocation: 's3://data/results/' })
      if (execution.StatementType !== 'DML') return undefined
      const { QueryExecutionId } = execution
      const results = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
      return results.ResultSet!.Rows!.at(-1)!.Data!.map((datum) => datum.VarCharValue)
    }
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key: 'csv/plain', Body: '1\n2\n' }))
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'csv/sealed',
          Body: '30\n',
          ServerSideEncryption: 'AES256',
          StorageClass: 'STANDARD_IA',
        }),
      )
      await run('create database far')
      await run(
        "create external table far.numbers (n int) row format delimited location 's3://data/csv/'",
      )
      assert.deepEqual(await run('select sum(n) from far.numbers'), ['33'])
      await run(
        "create table far.squares with (format = 'PARQUET', external_location = 's3://data/squares/') as select n * n as s from far.numbers",
      )
      assert.deepEqual(await run('select sum(s) from far.squares'), ['905'])
      const links = await readdir(join(folder, 'lake', 'objects', 'links'))
      const sealed = links.filter((name) => !name.startsWith('lent-'))
      assert.deepEqual(sealed, [], 'nothing lies decrypted when nobody reads it')
    } finally {
      athena.destroy()
    }
  })

  it('cannot be put or read while the other S3 is away, also when the server starts meanwhile', async () => {
    await upstream.stop()
    const put = new PutObjectCommand({ Bucket, Key: 'later', Body: 'later' })
    await rejects(s3.send(put), 'ServiceUnavailable', 503)
    await stop()
    await start()
    await rejects(
      s3.send(new GetObjectCommand({ Bucket, Key: 'large' })),
      'ServiceUnavailable',
      503,
    )
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'la' }))
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      ['large'],
    )
  })
})
