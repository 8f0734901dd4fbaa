import assert from 'node:assert/strict'
import {
  appendFile,
  cp,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { isLakeError } from '#kit'
import type { BlobStore } from '../blob-store.ts'
import { openDiskBlobStore } from './disk-blob-store.ts'

const limits = { packedBytesMax: 8 * 1024, packBytesMax: 64 * 1024, cacheBytesMax: 0 }

describe('packs of small blobs', () => {
  let root: string
  let folder: string
  let count = 0
  const open = (where = folder) => openDiskBlobStore({ folder: where, limits })
  const contentOf = (index: number) => Buffer.alloc(500 + ((index * 37) % 3000), `blob ${index};`)
  const fill = (store: BlobStore, blobs: number) =>
    Promise.all(
      Array.from({ length: blobs }, async (_, index) => {
        const { blobId } = await store.write([contentOf(index)])
        return blobId
      }),
    )
  const read = async (store: BlobStore, blobId: string) => buffer(await store.open(blobId))
  const known = async (store: BlobStore) => {
    const ids: string[] = []
    for await (const page of store.scan()) ids.push(...page.map((blob) => blob.blobId))
    return ids
  }
  const packFiles = async (where = folder) => (await readdir(join(where, 'packs'))).sort()
  /** The folder as a process leaves it that is killed now. */
  const afterKill = async () => {
    const copy = join(root, `copy-${count++}`)
    await cp(folder, copy, { recursive: true })
    return copy
  }

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'boathouse-packs-'))
  })
  after(() => rm(root, { recursive: true }))

  it('shares files among blobs, and begins another when one is full', async () => {
    folder = join(root, `store-${count++}`)
    await using store = await open()
    const ids = await fill(store, 200)
    assert.deepEqual(await readdir(join(folder, 'blobs')), [])
    assert.ok((await packFiles()).length < 20)
    for (const [index, blobId] of ids.entries()) {
      assert.ok((await read(store, blobId)).equals(contentOf(index)))
    }
    assert.deepEqual((await known(store)).sort(), ids.toSorted())
  })

  it('finds everything again after a kill, and cuts off a torn end', async () => {
    folder = join(root, `store-${count++}`)
    await using store = await open()
    const ids = await fill(store, 20)
    await store.remove(ids.slice(0, 5))
    const copy = await afterKill()
    const tail = (await packFiles(copy)).find((name) => name.endsWith('.tail'))!
    await appendFile(join(copy, 'packs', tail), Buffer.from('BHP1 and what a torn write leaves'))
    for (const name of await packFiles(copy)) {
      if (name.endsWith('.dead')) await appendFile(join(copy, 'packs', name), Buffer.alloc(7))
    }
    await using again = await open(copy)
    assert.deepEqual((await known(again)).sort(), ids.slice(5).toSorted())
    for (const [index, blobId] of ids.entries()) {
      if (index >= 5) assert.ok((await read(again, blobId)).equals(contentOf(index)))
    }
    assert.ok((await packFiles(copy)).every((name) => !name.endsWith('.tail')))
    await again.remove([ids[6]!])
    await assert.rejects(again.open(ids[6]!), (error) => isLakeError(error, 'BlobMissing'))
  })

  it('goes on behind a header that is damaged', async () => {
    folder = join(root, `store-${count++}`)
    await using store = await open()
    const { blobId: first } = await store.write([contentOf(1)])
    const { blobId: second } = await store.write([contentOf(2)])
    const copy = await afterKill()
    const [tail = ''] = await packFiles(copy)
    const bytes = await readFile(join(copy, 'packs', tail))
    bytes[5]! ^= 0xff
    await writeFile(join(copy, 'packs', tail), bytes)
    await using again = await open(copy)
    assert.deepEqual(await known(again), [second])
    // The id alone finds the bytes, and proves them.
    assert.ok((await read(again, first)).equals(contentOf(1)))
  })

  it('gives space back and keeps what is left, also across restarts', async () => {
    folder = join(root, `store-${count++}`)
    let store = await open()
    const ids = await fill(store, 200)
    const stream = await store.open(ids[1]!)
    const gone = ids.filter((_, index) => index % 4 !== 0)
    const before = await sizeOf(folder)
    await store.remove(gone)
    await store.close()
    store = await open()
    await store.compact!()
    assert.ok((await sizeOf(folder)) < before / 2, 'most of the space is given back')
    assert.ok((await buffer(stream)).equals(contentOf(1)), 'an open reader is not disturbed')
    const kept = ids.filter((_, index) => index % 4 === 0)
    const check = async () => {
      assert.deepEqual((await known(store)).sort(), kept.toSorted())
      for (const blobId of kept) {
        assert.ok((await read(store, blobId)).equals(contentOf(ids.indexOf(blobId))))
      }
      await assert.rejects(store.open(gone[0]!), (error) => isLakeError(error, 'BlobMissing'))
    }
    await check()
    await store.close()
    store = await open()
    await check()
    await store.remove(kept)
    await store.compact!()
    assert.deepEqual(await packFiles(), [], 'nothing is left of packs that are empty')
    await store.close()
  })

  it('reads, removes and compacts at the same time', async () => {
    folder = join(root, `store-${count++}`)
    await using store = await open()
    const kept = new Map<string, number>()
    const lane = async (lane: number) => {
      for (let turn = 0; turn < 40; turn += 1) {
        const index = lane * 1000 + turn
        const { blobId } = await store.write([contentOf(index)])
        const { blobId: other } = await store.write([contentOf(index + 1)])
        kept.set(blobId, index)
        await store.remove([other])
        for (const [id, number] of [...kept].slice(-20)) {
          assert.ok((await read(store, id)).equals(contentOf(number)))
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, index) => lane(index)))
    await store.compact!()
    for (const [id, number] of kept) assert.ok((await read(store, id)).equals(contentOf(number)))
    assert.deepEqual((await known(store)).sort(), [...kept.keys()].sort())
  })

  it('clears away what a compaction left that was killed', async () => {
    folder = join(root, `store-${count++}`)
    const store = await open()
    const ids = await fill(store, 60)
    await store.close()
    const [pack = ''] = await packFiles()
    const stem = pack.split('.')[0]!
    await cp(join(folder, 'packs', pack), join(folder, 'packs', `${stem}.1.tmp`))
    await using again = await open()
    assert.ok((await packFiles()).every((name) => !name.endsWith('.tmp')))
    assert.equal((await known(again)).length, ids.length)
  })

  it('never gives damaged bytes, packed or in a file', async () => {
    folder = join(root, `store-${count++}`)
    await using store = await open()
    const { blobId: small } = await store.write([contentOf(1)])
    const { blobId: large } = await store.write([Buffer.alloc(2_000_000, 'large')])
    const { blobId: cut } = await store.write([Buffer.alloc(50_000, 'cut')])
    const [pack = ''] = await packFiles()
    await flip(join(folder, 'packs', pack), 100)
    await flip(fileOf(folder, large), 1_999_999)
    await truncate(fileOf(folder, cut), 40_000)
    const isCorrupt = (error: unknown) => isLakeError(error, 'BlobCorrupt')
    await assert.rejects(store.open(small), isCorrupt)
    const stream = await store.open(large)
    let bytes = 0
    await assert.rejects(async () => {
      for await (const chunk of stream) bytes += (chunk as Buffer).length
    }, isCorrupt)
    assert.ok(bytes < 2_000_000, 'the last bytes are held back')
    await assert.rejects(store.read!(cut, { start: 0, end: 49_999, sizeBytes: 50_000 }), isCorrupt)
    for (const blobId of [small, large, cut]) {
      assert.equal((await store.verify(blobId)).state, 'corrupt')
    }
    await rm(fileOf(folder, large))
    assert.equal((await store.verify(large)).state, 'missing')
  })
})

function fileOf(folder: string, blobId: string): string {
  return join(folder, 'blobs', blobId.slice(0, 3), blobId)
}

/** Changes a byte in place, as a failing disk would. */
async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[at]! ^= 1
  await writeFile(path, bytes)
}

/** A file that goes while they are counted counts for nothing. */
async function sizeOf(folder: string): Promise<number> {
  const packs = join(folder, 'packs')
  const sizes = await Promise.all(
    (await readdir(packs)).map((name) =>
      stat(join(packs, name)).then(
        ({ size }) => size,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error
          return 0
        },
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
