import assert from 'node:assert/strict'
import { mkdtemp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import type { IntegrityProblem } from './integrity.ts'
import { migrations } from './migrations.ts'
import { createObjectStore } from './create-object-store.ts'
import type { ObjectStore } from './object-store.ts'
import type { ObjectTables } from './tables.ts'

const accountId = '111122223333'
const bucket = 'checked'

describe('the check of blobs and rows', () => {
  let folder: string
  let database: Database
  let store: ObjectStore
  const open = async () => {
    const log = silentLogger()
    database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
    store = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock: systemClock,
      log,
    })
  }
  const close = async () => {
    await store.close()
    await database.close()
  }
  const put = (key: string, bytes: Buffer) =>
    store.putObject({ accountId, bucket, key, attributes: {} }, bytes)
  const pathOf = (blobId: string) => join(folder, 'objects', 'blobs', blobId.slice(0, 3), blobId)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-check-'))
    await open()
    await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  })
  after(async () => {
    await close()
    await rm(folder, { recursive: true })
  })

  it('finds nothing where nothing is wrong', async () => {
    await put('small', Buffer.from('small'))
    await put('large', Buffer.alloc(500_000, 'large'))
    // From the database into a pack.
    await store.sweep()
    const { blobs, checkedBytes, orphaned, missing, corrupt } = await store.check()
    assert.deepEqual(
      { blobs, checkedBytes, orphaned, missing, corrupt },
      { blobs: 2, checkedBytes: 500_005, orphaned: 0, missing: 0, corrupt: 0 },
    )
  })

  it('names what is corrupt, missing and orphaned, and moves only the last away', async () => {
    const damaged = await put('damaged', Buffer.alloc(300_000, 'damaged'))
    const lost = await put('lost', Buffer.alloc(300_000, 'lost'))
    await store.stage(Buffer.from('never published'), { accountId, bucket, key: 'none' })
    const bytes = await readFile(pathOf(damaged.blob_id!))
    bytes[123_456]! ^= 1
    await writeFile(pathOf(damaged.blob_id!), bytes)
    await rm(pathOf(lost.blob_id!))
    const quarantine = join(folder, 'quarantine')
    await mkdir(quarantine)
    const problems: IntegrityProblem[] = []
    const found = await store.check({
      onProblem: (problem) => void problems.push(problem),
      quarantine,
    })
    assert.deepEqual([found.corrupt, found.missing, found.orphaned], [1, 1, 1])
    assert.deepEqual(
      problems.map((problem) => [problem.kind, problem.kind === 'orphaned' ? '' : problem.key]),
      [
        ['corrupt', 'damaged'],
        ['missing', 'lost'],
        ['orphaned', ''],
      ],
    )
    const [name = ''] = await readdir(quarantine)
    assert.equal(await readFile(join(quarantine, name), 'utf8'), 'never published')
    assert.equal((await store.check()).orphaned, 0)
  })

  it('compares what has no checksum of its own with that of its row', async () => {
    const path = join(store.temporaryFolder, 'adopted')
    await writeFile(path, Buffer.alloc(400_000, 'adopted'))
    const target = { accountId, bucket, key: 'adopted' }
    const blob = await store.stageFile(path, target)
    await database.transaction((tx) => store.publish(tx, { ...target, blob }))
    assert.equal((await store.check()).unchecked, 0)
    // As files were taken over in earlier versions: under an id without a checksum.
    const bare = blob.blobId.slice(0, -8)
    await rename(pathOf(blob.blobId), pathOf(bare))
    await database.transaction(async (tx) => {
      await tx
        .tables<ObjectTables>()
        .updateTable('object_versions')
        .set({ blob_id: bare })
        .where('key', '=', 'adopted')
        .execute()
    })
    const before = await store.check()
    assert.deepEqual([before.unchecked, before.corrupt, before.missing], [0, 1, 1])
    await writeFile(pathOf(bare), Buffer.alloc(400_000, 'adapted'))
    assert.equal((await store.check()).corrupt, 2)
    await store.delete(target)
  })

  it('reads no wrong bytes: small ones are refused, large ones break off', async () => {
    const packs = join(folder, 'objects', 'packs')
    await close()
    for (const name of await readdir(packs)) {
      const bytes = await readFile(join(packs, name))
      const at = bytes.indexOf('small')
      if (at < 0) continue
      bytes[at]! ^= 1
      await writeFile(join(packs, name), bytes)
    }
    await open()
    const isCorrupt = (error: unknown) => isLakeError(error, 'BlobCorrupt')
    const ref = { accountId, bucket, key: 'small' }
    await assert.rejects(
      store.readObject(ref, () => undefined),
      isCorrupt,
    )
    await assert.rejects(store.read(ref), isCorrupt)
    const body = await store.read({ accountId, bucket, key: 'damaged' })
    await assert.rejects(buffer(body), isCorrupt)
  })
})
