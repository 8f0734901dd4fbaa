import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { BlobStore } from '../blob-store.ts'
import { openDiskBlobStore } from '../disk/index.ts'
import { openSealed, sealChunks } from './sealed-blob.ts'

const chunk = 64 * 1024
const dataKey = randomBytes(32)

describe('encrypted blobs', () => {
  let folder: string
  let blobs: BlobStore

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-sealed-'))
    blobs = await openDiskBlobStore({ folder })
  })

  after(async () => {
    await blobs.close()
    await rm(folder, { recursive: true })
  })

  const write = async (plain: Buffer, piece: number) => {
    const pieces = []
    for (let at = 0; at < plain.length; at += piece) pieces.push(plain.subarray(at, at + piece))
    return (await blobs.write(sealChunks(dataKey, pieces))).blobId
  }
  const read = async (blobId: string, size: number, start = 0, end = size - 1, key = dataKey) =>
    buffer(await openSealed(blobs, blobId, key, size, { start, end }))

  it('gives back every range, whatever the pieces were', async () => {
    for (const size of [1, chunk - 1, chunk, chunk + 1, 3 * chunk, 5 * chunk + 77]) {
      for (const piece of [1000, chunk, 1024 * 1024]) {
        const plain = randomBytes(size)
        const blobId = await write(plain, piece)
        assert.deepEqual(await read(blobId, size), plain)
        const edges = [0, 1, chunk - 1, chunk, 2 * chunk + 3, size - 1].filter((at) => at < size)
        for (const start of edges) {
          for (const end of edges.filter((at) => at >= start)) {
            const found = await read(blobId, size, start, end)
            assert.ok(found.equals(plain.subarray(start, end + 1)), `${size}: ${start}-${end}`)
          }
        }
      }
    }
  })

  it('does not open with another key', async () => {
    const blobId = await write(Buffer.from('secret'), 10)
    await assert.rejects(read(blobId, 6, 0, 5, randomBytes(32)), { code: 'CiphertextBroken' })
  })

  /** Writes a blob whose sealed bytes were changed. */
  const tampered = async (size: number, change: (sealed: Buffer) => Buffer) => {
    const blobId = await write(randomBytes(size), chunk)
    const path = join(folder, 'sealed')
    await blobs.link(blobId, path)
    const sealed = await readFile(path)
    await rm(path)
    return (await blobs.write([change(sealed)])).blobId
  }
  const sealedChunk = chunk + 16
  const size = 3 * chunk
  const cases: Record<string, (sealed: Buffer) => Buffer> = {
    'a bit turned': (sealed) => {
      sealed[sealed.length - 100]! ^= 1
      return sealed
    },
    'the salt changed': (sealed) => {
      sealed[5]! ^= 1
      return sealed
    },
    'the last chunk cut off': (sealed) => sealed.subarray(0, 33 + 2 * sealedChunk),
    'the end cut off': (sealed) => sealed.subarray(0, sealed.length - 5),
    'two chunks swapped': (sealed) => {
      const at = (index: number) =>
        sealed.subarray(33 + index * sealedChunk, 33 + (index + 1) * sealedChunk)
      return Buffer.concat([sealed.subarray(0, 33), at(1), at(0), at(2)])
    },
  }
  for (const [what, change] of Object.entries(cases)) {
    it(`is noticed: ${what}`, async () => {
      const blobId = await tampered(size, change)
      await assert.rejects(read(blobId, size), { code: 'CiphertextBroken' })
    })
  }

  it('notices a claimed length that is shorter than the bytes', async () => {
    const blobId = await write(randomBytes(size), chunk)
    await assert.rejects(read(blobId, 2 * chunk), { code: 'CiphertextBroken' })
  })
})
