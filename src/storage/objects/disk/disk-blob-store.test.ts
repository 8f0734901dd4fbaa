import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { BlobStore } from '../blob-store.ts'
import { blobStoreContract } from '../blob-store.contract.ts'
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
