import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { beginHashing } from './hash-threads.ts'
import { sharedPieces } from './shared-pieces.ts'

const bytes = Buffer.alloc(3_500_000, 'what is hashed beside ')

function* inChunks(sizeBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}

describe('pieces in shared memory', () => {
  it('hold the chunks one after the other, whatever their size', async () => {
    for (const sizeBytes of [1000, 65_536, 3_500_000]) {
      const pieces: Uint8Array[] = []
      for await (const piece of sharedPieces(inChunks(sizeBytes))) pieces.push(piece)
      assert.deepEqual(
        pieces.map((piece) => piece.byteLength),
        [1_048_576, 1_048_576, 1_048_576, 3_500_000 - 3 * 1_048_576],
      )
      assert.ok(Buffer.concat(pieces).equals(bytes))
    }
  })
})

describe('hashing on another thread', () => {
  it('finds what hashing here finds, for many at once', async () => {
    const hash = async () => {
      const job = beginHashing(['SHA256', 'CRC32'])
      for await (const piece of sharedPieces(inChunks(65_536))) await job.update(piece)
      return job.end()
    }
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(crc32(bytes))
    for (const found of await Promise.all(Array.from({ length: 9 }, hash))) {
      assert.deepEqual(found, {
        sizeBytes: bytes.length,
        md5: createHash('md5').update(bytes).digest('hex'),
        checksums: {
          SHA256: createHash('sha256').update(bytes).digest('base64'),
          CRC32: crc.toString('base64'),
        },
      })
    }
  })

  it('goes on after a job that was abandoned', async () => {
    const given = beginHashing(['MD5'])
    for await (const piece of sharedPieces(inChunks(1_000_000))) {
      await given.update(piece)
      given.abandon()
      break
    }
    const job = beginHashing([])
    assert.equal((await job.end()).md5, createHash('md5').digest('hex'))
  })
})
