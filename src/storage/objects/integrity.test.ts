import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { before, describe, it } from 'node:test'
import { isLakeError } from '#kit'
import type { IntegrityProblem } from './integrity.ts'
import type { ObjectTables } from './tables.ts'
import { TemporaryStore } from './temporary-store.fixture.ts'

const accountId = '111122223333'
const bucket = 'checked'

describe('the check of blobs and rows', () => {
  const lake = new TemporaryStore()
  const put = (key: string, bytes: Buffer) =>
    lake.store.putObject({ accountId, bucket, key, attributes: {} }, bytes)
  const pathOf = (blobId: string) =>
    join(lake.folder, 'objects', 'blobs', blobId.slice(0, 3), blobId)

  before(async () => {
    await lake.store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  })

  it('finds nothing where nothing is wrong', async () => {
    await put('small', Buffer.from('small'))
    await put('large', Buffer.alloc(500_000, 'large'))
    // From the database into a pack.
    await lake.store.sweep()
    const { blobs, checkedBytes, orphaned, missing, corrupt } = await lake.store.check()
    assert.deepEqual(
      { blobs, checkedBytes, orphaned, missing, corrupt },
      { blobs: 2, checkedBytes: 500_005, orphaned: 0, missing: 0, corrupt: 0 },
    )
  })

  it('names what is corrupt, missing and orphaned, and moves only the last away', async () => {
    const damaged = await put('damaged', Buffer.alloc(300_000, 'damaged'))
    const lost = await put('lost', Buffer.alloc(300_000, 'lost'))
    await lake.store.stage(Buffer.from('never published'), { accountId, bucket, key: 'none' })
    const bytes = await readFile(pathOf(damaged.blob_id!))
    bytes[123_456]! ^= 1
    await writeFile(pathOf(damaged.blob_id!), bytes)
    await rm(pathOf(lost.blob_id!))
    const quarantine = join(lake.folder, 'quarantine')
    await mkdir(quarantine)
    const problems: IntegrityProblem[] = []
    const found = await lake.store.check({
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
    assert.equal((await lake.store.check()).orphaned, 0)
  })

  it('compares what has no checksum of its own with that of its row', async () => {
    const path = join(lake.store.temporaryFolder, 'adopted')
    await writeFile(path, Buffer.alloc(400_000, 'adopted'))
    const target = { accountId, bucket, key: 'adopted' }
    const blob = await lake.store.stageFile(path, target)
    await lake.database.transaction((tx) => lake.store.publish(tx, { ...target, blob }))
    assert.equal((await lake.store.check()).unchecked, 0)
    // As files were taken over in earlier versions: under an id without a checksum.
    const bare = blob.blobId.slice(0, -8)
    await rename(pathOf(blob.blobId), pathOf(bare))
    await lake.database.transaction(async (tx) => {
      await tx
        .tables<ObjectTables>()
        .updateTable('object_versions')
        .set({ blob_id: bare })
        .where('key', '=', 'adopted')
        .execute()
    })
    const before = await lake.store.check()
    assert.deepEqual([before.unchecked, before.corrupt, before.missing], [0, 1, 1])
    await writeFile(pathOf(bare), Buffer.alloc(400_000, 'adapted'))
    assert.equal((await lake.store.check()).corrupt, 2)
    await lake.store.delete(target)
  })

  it('reads no wrong bytes: small ones are refused, large ones break off', async () => {
    const packs = join(lake.folder, 'objects', 'packs')
    await lake.close()
    for (const name of await readdir(packs)) {
      const bytes = await readFile(join(packs, name))
      const at = bytes.indexOf('small')
      if (at < 0) continue
      bytes[at]! ^= 1
      await writeFile(join(packs, name), bytes)
    }
    await lake.open()
    const isCorrupt = (error: unknown) => isLakeError(error, 'BlobCorrupt')
    const ref = { accountId, bucket, key: 'small' }
    await assert.rejects(
      lake.store.readObject(ref, () => undefined),
      isCorrupt,
    )
    await assert.rejects(lake.store.read(ref), isCorrupt)
    const body = await lake.store.read({ accountId, bucket, key: 'damaged' })
    await assert.rejects(buffer(body), isCorrupt)
  })
})
