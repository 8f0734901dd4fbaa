import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { access, link as hardLink, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { isLakeError } from '#kit'
import type { BlobStore } from './blob-store.ts'

/** What every adapter of BlobStore must do. To be called inside a `describe`. */
export function blobStoreContract(open: () => BlobStore): void {
  const write = async (text: string) => (await open().write([Buffer.from(text)])).blobId
  const read = async (blobId: string, range?: { start: number; end: number }) =>
    (await buffer(await open().open(blobId, range))).toString()
  const known = async () => {
    const ids: string[] = []
    for await (const page of open().scan()) ids.push(...page.map((blob) => blob.blobId))
    return ids
  }

  it('gives back what was written, whole and in ranges', async () => {
    const { blobId, sizeBytes } = await open().write([Buffer.from('hello '), Buffer.from('world')])
    assert.equal(sizeBytes, 11)
    assert.equal(await read(blobId), 'hello world')
    assert.equal(await read(blobId, { start: 0, end: 0 }), 'h')
    assert.equal(await read(blobId, { start: 6, end: 100 }), 'world')
  })

  it('writes a long stream of small and large chunks', async () => {
    const chunks = Array.from({ length: 1500 }, (_, index) =>
      Buffer.alloc(index % 100 === 0 ? 300_000 : 17, index),
    )
    const { blobId, sizeBytes } = await open().write(
      (async function* () {
        yield* chunks
      })(),
    )
    const all = Buffer.concat(chunks)
    assert.equal(sizeBytes, all.length)
    assert.ok(all.equals(await buffer(await open().open(blobId))))
  })

  it('holds an empty blob', async () => {
    const { blobId, sizeBytes } = await open().write([])
    assert.equal(sizeBytes, 0)
    assert.equal(await read(blobId), '')
  })

  it('keeps nothing when the source fails', async () => {
    const before = await known()
    const failing = async function* () {
      yield Buffer.from('half')
      throw new Error('the client left')
    }
    await assert.rejects(open().write(failing()), /the client left/)
    assert.deepEqual((await known()).sort(), before.sort())
  })

  it('takes over a finished file', async () => {
    const path = join(open().temporaryFolder, 'finished')
    for (const bytes of [Buffer.from('from a file'), randomBytes(1_234_567), Buffer.alloc(0)]) {
      await writeFile(path, bytes)
      const { blobId, sizeBytes, crc } = await open().adopt(path)
      assert.equal(sizeBytes, bytes.length)
      assert.equal(crc, crc32(bytes))
      assert.ok(bytes.equals(await buffer(await open().open(blobId))))
      assert.deepEqual(await open().verify(blobId), { state: 'whole', sizeBytes })
      await assert.rejects(access(path))
    }
  })

  it('takes over a file whose bytes are known', async () => {
    const path = join(open().temporaryFolder, 'known')
    const bytes = randomBytes(300_000)
    await writeFile(path, bytes)
    const digest = { sizeBytes: bytes.length, crc: crc32(bytes) }
    const { blobId, ...found } = await open().adopt(path, digest)
    assert.deepEqual(found, digest)
    assert.ok(bytes.equals(await buffer(await open().open(blobId))))
    assert.deepEqual(await open().verify(blobId), { state: 'whole', sizeBytes: bytes.length })
  })

  it('duplicates: each lives without the other', async () => {
    const first = await write('twice')
    const second = await open().duplicate(first)
    await open().remove([first])
    assert.equal(await read(second), 'twice')
  })

  it('does not disturb an open reader when a blob is removed', async () => {
    const blobId = await write('still here')
    const stream = await open().open(blobId)
    await open().remove([blobId])
    assert.equal((await buffer(stream)).toString(), 'still here')
    await assert.rejects(open().open(blobId), (error) => isLakeError(error, 'BlobMissing'))
  })

  it('links a blob to a path that outlives it', async () => {
    const blobId = await write('linked')
    const path = join(open().temporaryFolder, 'link')
    await open().link(blobId, path)
    await open().remove([blobId])
    assert.equal(await readFile(path, 'utf8'), 'linked')
    await assert.rejects(hardLink(path, path), 'the path is taken')
  })

  it('removes what is not there without an error', async () => {
    const blobId = await write('gone')
    await open().remove([blobId])
    await open().remove([blobId])
  })

  it('scans every blob with the epoch it was made in, under an id that it takes', async () => {
    const blobId = await write('scanned')
    const found = new Map<string, string>()
    for await (const page of open().scan()) {
      for (const blob of page) found.set(blob.blobId, blob.epoch)
    }
    const [scanned, epoch] = [...found].find(([id]) => blobId.startsWith(id))!
    assert.equal(epoch, open().epoch)
    assert.equal(await read(scanned), 'scanned')
    await open().remove([scanned])
    assert.deepEqual(await open().verify(blobId), { state: 'missing', sizeBytes: 0 })
  })

  it('verifies by reading through', async () => {
    assert.deepEqual(await open().verify(await write('as it was')), {
      state: 'whole',
      sizeBytes: 9,
    })
  })
}
