import assert from 'node:assert/strict'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { poll, startLake, testCredentials, type TestLake } from '#test/harness'
import { createObjectStore } from '../create-object-store.ts'
import { migrations } from '../migrations.ts'
import type { ObjectStore } from '../object-store.ts'
import type { ObjectTables } from '../tables.ts'
import { parsePlace, type Place } from './place.ts'
import { relocateObjects, type RelocationProgress } from './relocating.ts'
import type { Side } from './relocation-plan.ts'

const accountId = '111122223333'
const bucket = 'bucket'
const sizeBytes = 200_000

describe('moving the bytes of the first place', () => {
  let folder: string
  let upstream: TestLake
  let count = 0
  const log = silentLogger()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-relocating-'))
    upstream = await startLake()
    await upstream.client(S3Client).send(new CreateBucketCommand({ Bucket: 'bytes' }))
  })
  after(async () => {
    await upstream.stop()
    await rm(folder, { recursive: true })
  })

  const placeAt = (prefix: string): Place =>
    parsePlace(`s3://bytes/${prefix}`, { endpoint: upstream.endpoint, ...testCredentials })

  /** A lake whose objects `one` and `two` are a file each. */
  const lakeWith = async (hasCold = false) => {
    const own = join(folder, `lake-${++count}`)
    const prefix = `lake-${count}`
    const objects = join(own, 'objects')
    const database = await openSqliteDatabase({ path: `${own}.db`, migrations, log })
    const withStore = async <R>(side: Side, work: (store: ObjectStore) => Promise<R>) => {
      await using store = await createObjectStore({
        database,
        folder: objects,
        places: {
          hot: side === 's3' ? placeAt(prefix) : undefined,
          cold: hasCold ? { kind: 'folder', path: `${own}-cold` } : undefined,
          cacheBytesMax: 0,
        },
        clock: systemClock,
        log,
      })
      return await work(store)
    }
    await withStore('disk', async (store) => {
      await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
      for (const key of ['one', 'two']) {
        const put = { accountId, bucket, key, attributes: {} }
        await store.putObject(put, Buffer.alloc(sizeBytes, key))
      }
    })
    const move = (to: Side, own: { place?: Place | undefined } = { place: placeAt(prefix) }) => {
      const damaged: string[] = []
      let last: RelocationProgress | undefined
      return relocateObjects({
        database,
        folder: objects,
        place: own.place,
        to,
        clock: systemClock,
        onDamaged: ({ kind }) => void damaged.push(kind),
        onProgress: (progress) => void (last = progress),
      }).then((moved) => ({ ...moved, kinds: damaged, last }))
    }
    const read = (side: Side, key: string) =>
      withStore(side, async (store) => buffer(await store.read({ accountId, bucket, key })))
    return { database, objects, prefix, move, read, withStore }
  }
  const blobOf = async (database: Database, key: string) => {
    const rows = database.tables<ObjectTables>().selectFrom('object_versions').select('blob_id')
    return (await rows.where('key', '=', key).executeTakeFirstOrThrow()).blob_id!
  }
  const fileOf = (objects: string, blobId: string) =>
    join(objects, 'blobs', blobId.slice(0, 3), blobId)
  const refused = (code: string) => (error: unknown) => isLakeError(error, code)

  it('tells how far it is, and that there is nothing to do', async () => {
    const { move, read, database } = await lakeWith()
    const { last, ...moved } = await move('s3')
    assert.deepEqual(moved, { blobs: 2, bytes: 2 * sizeBytes, damaged: 0, kinds: [] })
    const all = { blobs: 2, bytes: 2 * sizeBytes }
    assert.deepEqual(last, { ...all, blobsAll: all.blobs, bytesAll: all.bytes })
    assert.equal((await move('s3')).blobs, 0)
    assert.ok(Buffer.alloc(sizeBytes, 'two').equals(await read('s3', 'two')))
    await database.close()
  })

  it('takes along what lies in the database', async () => {
    const { move, read, withStore, database } = await lakeWith()
    const put = { accountId, bucket, key: 'tiny', attributes: {} }
    await withStore('disk', (store) => store.putObject(put, Buffer.from('a few bytes')))
    const held = () => database.tables<ObjectTables>().selectFrom('object_inline').select('id')
    assert.equal((await held().execute()).length, 1)
    assert.equal((await move('s3')).blobs, 3)
    assert.equal((await held().execute()).length, 0)
    assert.equal((await read('s3', 'tiny')).toString(), 'a few bytes')
    await move('disk')
    assert.equal((await read('disk', 'tiny')).toString(), 'a few bytes')
    await database.close()
  })

  it('takes along restored copies of what lies in the second place, and leaves that there', async () => {
    const { move, read, withStore, database } = await lakeWith(true)
    const ref = { accountId, bucket, key: 'archived' }
    await withStore('disk', async (store) => {
      const attributes = { storageClass: 'GLACIER' }
      await store.putObject({ ...ref, attributes }, Buffer.alloc(sizeBytes, 'archived'))
      await store.tiering.restore(ref, { days: 1, tier: 'Standard' })
      await store.tiering.settle()
      await poll('the restore', async () => (await store.find(ref)).restore_until_ms !== null)
    })
    const archived = await blobOf(database, 'archived')
    for (const side of ['s3', 'disk'] as const) {
      assert.equal((await move(side)).blobs, 3)
      assert.equal(await blobOf(database, 'archived'), archived)
      assert.ok(Buffer.alloc(sizeBytes, 'archived').equals(await read(side, 'archived')))
      const found = await withStore(side, (store) => store.check())
      assert.deepEqual([found.orphaned, found.missing, found.corrupt], [0, 0, 0])
    }
    await database.close()
  })

  it('leaves what is damaged where it is, is not finished then, and goes back', async () => {
    const { move, read, withStore, database, objects } = await lakeWith()
    const path = fileOf(objects, await blobOf(database, 'one'))
    await writeFile(path, Buffer.alloc(sizeBytes, 'changed'))
    const { blobs, damaged, kinds } = await move('s3')
    assert.deepEqual([blobs, damaged, kinds], [1, 1, ['corrupt']])
    for (const side of ['disk', 's3'] as const) {
      await assert.rejects(read(side, 'two'), refused('PlaceChanged'))
    }
    assert.equal((await move('disk')).blobs, 1)
    assert.ok(Buffer.alloc(sizeBytes, 'two').equals(await read('disk', 'two')))
    await withStore('disk', (store) => store.delete({ accountId, bucket, key: 'one' }))
    assert.equal((await move('s3')).damaged, 0)
    assert.ok(Buffer.alloc(sizeBytes, 'two').equals(await read('s3', 'two')))
    await database.close()
  })

  it('compares files without a checksum in their id with the one of their row', async () => {
    const { move, database, objects } = await lakeWith()
    for (const key of ['one', 'two']) {
      const blobId = await blobOf(database, key)
      const unchecked = blobId.slice(0, -8)
      await rename(fileOf(objects, blobId), fileOf(objects, unchecked))
      await database.transaction(async (tx) => {
        const rows = tx.tables<ObjectTables>().updateTable('object_versions')
        await rows.set({ blob_id: unchecked }).where('blob_id', '=', blobId).execute()
      })
      if (key === 'one') {
        await writeFile(fileOf(objects, unchecked), Buffer.alloc(sizeBytes, 'changed'))
      }
    }
    const { blobs, kinds } = await move('s3')
    assert.deepEqual([blobs, kinds], [1, ['corrupt']])
    await database.close()
  })

  it('is refused without an S3, into the place of another lake, and from another than its own', async () => {
    const { move, database, objects, prefix } = await lakeWith()
    await assert.rejects(move('s3', {}), refused('PlaceUnusable'))
    const mark = { Bucket: 'bytes', Key: 'taken/boathouse-place', Body: 'another\n' }
    await upstream.client(S3Client).send(new PutObjectCommand(mark))
    await assert.rejects(move('s3', { place: placeAt('taken') }), refused('PlaceTaken'))
    assert.equal((await readdir(join(objects, 'blobs'))).length > 0, true)
    await move('s3')
    await assert.rejects(move('disk', { place: placeAt('taken') }), refused('PlaceChanged'))
    await assert.rejects(move('s3', { place: placeAt('third') }), refused('PlaceChanged'))
    await move('disk')
    const left = { Bucket: 'bytes', Prefix: `${prefix}/` }
    const { KeyCount } = await upstream.client(S3Client).send(new ListObjectsV2Command(left))
    assert.equal(KeyCount, 0)
    await database.close()
  })
})
