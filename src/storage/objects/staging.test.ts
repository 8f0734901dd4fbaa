import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { isLakeError } from '#kit'
import type { BlobStore } from './blob-store.ts'
import { checksumAlgorithms, type ChecksumAlgorithm } from './checksums.ts'
import { openDiskBlobStore } from './disk/index.ts'
import { beginHashing } from './hashing/hash-threads.ts'
import { stageBytes, type ByteSource } from './staging.ts'

describe('staging bytes', () => {
  let folder: string
  let blobs: BlobStore
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-staging-'))
    blobs = await openDiskBlobStore({ folder })
  })
  after(async () => {
    await blobs.close()
    await rm(folder, { recursive: true })
  })

  async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
  }
  const inOnePiece = (bytes: Uint8Array): ByteSource =>
    Object.assign(inPieces(bytes), { whole: async () => bytes })

  it('finds the same of a piece as of a stream: hashes, bytes, refusals', async () => {
    for (const sizeBytes of [0, 1, 4096, 100_000]) {
      const bytes = Buffer.alloc(sizeBytes, 'what is staged ')
      const stage = async (source: ByteSource) => {
        const staged = await stageBytes(blobs, source, {
          algorithms: [...checksumAlgorithms, 'CRC32'],
          sizeBytesMax: 1_000_000,
        })
        const { blobId, ...found } = staged
        return { ...found, bytes: await buffer(await blobs.open(blobId)) }
      }
      const streamed = await stage(inPieces(bytes))
      assert.equal(Object.keys(streamed.checksums).length, checksumAlgorithms.length)
      assert.deepEqual(streamed.bytes, bytes)
      assert.deepEqual(await stage(inOnePiece(bytes)), streamed)
      assert.deepEqual(await stage(bytes), streamed)
    }
  })

  it('takes the check of a SHA-256 to another thread where others are hashed, and keeps nothing that is refused', async () => {
    const bytes = Buffer.alloc(700_000, 'what is staged ')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const stage = (right: boolean, algorithms: readonly ChecksumAlgorithm[] = ['CRC32']) => {
      const told: string[] = []
      const takeCheck = () => (found: string) => {
        told.push(found)
        if (!right) throw new Error('another hash')
      }
      const source = Object.assign(inPieces(bytes), { takeCheck })
      const options = { algorithms, sizeBytesMax: 1_000_000, expected: { sizeBytes: 700_000 } }
      return { told, staged: stageBytes(blobs, source, options) }
    }
    const alone = stage(true)
    await alone.staged
    assert.deepEqual(alone.told, [])
    const other = beginHashing([])
    const { told, staged } = stage(true)
    assert.deepEqual(Object.keys((await staged).checksums), ['CRC32'])
    assert.deepEqual(told, [sha256])
    assert.deepEqual(Object.keys((await stage(true, ['SHA256']).staged).checksums), ['SHA256'])
    await assert.rejects(stage(false).staged, /another hash/)
    other.abandon()
  })

  it('refuses the same of a piece as of a stream', async () => {
    const bytes = Buffer.from('some bytes')
    const refusals = [
      ['EntityTooLarge', { sizeBytesMax: 3 }],
      ['BadDigest', { expected: { md5: Buffer.alloc(16).toString('base64') } }],
      ['BadDigest', { expected: { checksums: { CRC32: 'AAAAAA==' } } }],
      ['BadDigest', { expected: { trailing: () => ({ CRC32: 'AAAAAA==' }) } }],
      ['InvalidDigest', { expected: { md5: 'no' } }],
      ['IncompleteBody', { expected: { sizeBytes: 11 } }],
    ] as const
    for (const [code, options] of refusals) {
      for (const source of [inPieces(bytes), inOnePiece(bytes)]) {
        const staging = stageBytes(blobs, source, {
          algorithms: ['CRC32'],
          sizeBytesMax: 1000,
          ...options,
        })
        await assert.rejects(staging, (error) => isLakeError(error, code))
      }
    }
    const gone = Object.assign(inPieces(bytes), {
      whole: () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    })
    await assert.rejects(stageBytes(blobs, gone, { algorithms: [], sizeBytesMax: 1000 }), (error) =>
      isLakeError(error, 'IncompleteBody'),
    )
  })
})
