import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { beginHashing } from './hash-threads.ts'

const bytes = Buffer.alloc(3_500_000, 'what is hashed beside ')

function* inChunks(sizeBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}

describe('hashing on another thread', () => {
  it('finds what hashing here finds, for many at once', async () => {
    const hash = async (_: unknown, index: number) => {
      const sizeBytes = [1000, 65_536, 262_144, 3_500_000][index % 4]!
      const job = beginHashing(['SHA256', 'CRC32'])
      for (const chunk of inChunks(sizeBytes)) await job.update(chunk)
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
    await given.update(bytes.subarray(0, 1_000_000))
    given.abandon()
    const job = beginHashing([])
    assert.equal((await job.end()).md5, createHash('md5').digest('hex'))
  })
})
