import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { startLake, testCredentials, type TestLake } from '#test/harness'
import { migrations } from '../migrations.ts'
import { createObjectStore } from '../create-object-store.ts'
import type { ObjectStore } from '../object-store.ts'
import { describePlace, parsePlace } from './place.ts'

const accountId = '111122223333'
const bucket = 'far'

describe('a store whose first place is another S3', () => {
  let folder: string
  let upstream: TestLake
  let database: Database
  let store: ObjectStore
  const log = silentLogger()
  const open = async () => {
    database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
    const hot = parsePlace('s3://bytes/lake/', {
      endpoint: upstream.endpoint,
      accessKeyId: testCredentials.accessKeyId,
      secretAccessKey: testCredentials.secretAccessKey,
    })
    store = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      places: { hot, cacheBytesMax: 1024 * 1024 },
      clock: systemClock,
      log,
    })
  }
  const close = async () => {
    await store.close()
    await database.close()
  }
  const blobs = async () => {
    const list = { Bucket: 'bytes', Prefix: 'lake/blobs/' }
    const { Contents = [] } = await upstream.client(S3Client).send(new ListObjectsV2Command(list))
    return Contents.length
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-places-'))
    upstream = await startLake()
    await upstream.client(S3Client).send(new CreateBucketCommand({ Bucket: 'bytes' }))
    await open()
    await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  })
  after(async () => {
    await close()
    await upstream.stop()
    await rm(folder, { recursive: true })
  })

  it('sweeps what a former run staged and never published, and nothing else', async () => {
    const ref = { accountId, bucket, key: 'kept' }
    await store.putObject({ ...ref, attributes: {} }, Buffer.from('kept'))
    await store.copyObject({ source: ref, ...ref, key: 'copy', attributes: () => ({}) })
    await store.stage(Buffer.from('never published'), ref)
    await store.sweep()
    assert.equal(await blobs(), 3, 'what this run staged may still be published')
    await close()
    await open()
    await store.sweep()
    assert.equal(await blobs(), 2)
    assert.equal((await buffer(await store.read(ref))).toString(), 'kept')
    await store.delete(ref)
    assert.equal((await buffer(await store.read({ ...ref, key: 'copy' }))).toString(), 'kept')
    await store.sweep()
    const { orphaned, missing, corrupt, unchecked } = await store.check()
    assert.deepEqual([orphaned, missing, corrupt, unchecked], [0, 0, 0, 0])
    assert.equal(await blobs(), 1)
  })

  it('takes files over, and gives files to the engine', async () => {
    const path = join(store.temporaryFolder, 'made.parquet')
    await writeFile(path, 'rows')
    const target = { accountId, bucket, key: 'made.parquet' }
    const blob = await store.stageFile(path, target)
    await database.transaction((tx) => store.publish(tx, { ...target, blob }))
    const file = await store.localFile(target)
    await store.delete(target)
    await store.sweep()
    assert.equal((await buffer(await store.read({ ...target, key: 'copy' }))).toString(), 'kept')
    assert.equal(await readFile(file.path, 'utf8'), 'rows', 'it outlives the object')
    await file.release()
  })

  it('moves what no row names out of there, when it is told to', async () => {
    const quarantine = join(folder, 'quarantine')
    await mkdir(quarantine)
    await store.stage(Buffer.from('orphaned'), { accountId, bucket, key: 'x' })
    assert.equal((await store.check()).orphaned, 1)
    assert.equal((await store.check({ quarantine })).orphaned, 1)
    assert.equal((await store.check()).orphaned, 0)
    const [name = ''] = await readdir(quarantine)
    assert.equal(await readFile(join(quarantine, name), 'utf8'), 'orphaned')
    assert.equal(await blobs(), 1)
  })

  it('asks only whether blobs are there when it scrubs', async () => {
    const problems: unknown[] = []
    const probing = {
      onlyNamed: true,
      probes: true,
      onProblem: (one: unknown) => void problems.push(one),
    }
    const found = await store.check(probing)
    assert.deepEqual([found.checkedBytes, found.unchecked, problems], [0, 1, []])
  })
})

describe('places', () => {
  it('are folders or s3://bucket/prefix, told without their keys', () => {
    assert.deepEqual(parsePlace('/mnt/cold'), { kind: 'folder', path: '/mnt/cold' })
    const access = {
      endpoint: 'https://s3.example.com',
      region: 'eu-west-1',
      accessKeyId: 'key',
      secretAccessKey: 'secret',
    }
    const place = parsePlace('s3://bytes/some/where//', access)
    assert.deepEqual(place, {
      kind: 's3',
      bucket: 'bytes',
      prefix: 'some/where/',
      endpoint: access.endpoint,
      region: access.region,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    })
    assert.equal(describePlace(place), 's3://bytes/some/where/ at https://s3.example.com')
    for (const text of ['s3://', 's3:bytes', 's3://Bytes/x']) {
      assert.throws(
        () => parsePlace(text),
        (error) => isLakeError(error, 'PlaceUnusable'),
      )
    }
  })
})
