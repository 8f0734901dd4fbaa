import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { BlobStore } from '../blob-store.ts'
import { blobStoreContract } from '../blob-store.contract.ts'
import { FileCache } from '../places/file-cache.ts'
import { openDiskBlobStore } from './disk-blob-store.ts'

describe('blobs on the disk', () => {
  let folder: string
  let store: BlobStore
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-blobs-'))
    store = await openDiskBlobStore({ folder })
  })
  after(() => rm(folder, { recursive: true }))

  blobStoreContract(() => store)

  it('finds its blobs again, under a new epoch, and forgets unfinished files', async () => {
    const { blobId } = await store.write([Buffer.from('kept')])
    await writeFile(join(store.temporaryFolder, 'unfinished'), 'half')
    const again = await openDiskBlobStore({ folder })
    assert.notEqual(again.epoch, store.epoch)
    assert.equal((await buffer(await again.open(blobId))).toString(), 'kept')
    await assert.rejects(again.adopt(join(again.temporaryFolder, 'unfinished')))
    store = again
  })

  const otherDisk = '/dev/shm'
  const noOtherDisk = !existsSync(otherDisk) && `there is no ${otherDisk}`
  it('copies to another disk, and keeps the copy for the next', { skip: noOtherDisk }, async () => {
    const far = await mkdtemp(join(otherDisk, 'boathouse-blobs-'))
    const copies = await FileCache.open(join(far, 'cache'), 1_000_000, () => true)
    const own = await openDiskBlobStore({ folder: join(folder, 'own'), copies })
    try {
      const { blobId } = await own.write([Buffer.alloc(300_000, 'far')])
      for (const name of ['one', 'two']) {
        await own.link(blobId, join(far, name))
        assert.equal((await readFile(join(far, name))).length, 300_000)
      }
      assert.equal((await stat(join(far, 'one'))).ino, (await stat(join(far, 'two'))).ino)
      await own.remove([blobId])
      assert.deepEqual(await readdir(join(far, 'cache')), [])
    } finally {
      await own.close()
      await rm(far, { recursive: true })
    }
  })

  it('writes many at the same time', async () => {
    const written = await Promise.all(
      Array.from({ length: 600 }, (_, index) => store.write([Buffer.from(String(index))])),
    )
    const texts = await Promise.all(
      written.map(async ({ blobId }) => (await buffer(await store.open(blobId))).toString()),
    )
    assert.deepEqual(
      texts,
      written.map((_, index) => String(index)),
    )
  })
})
