import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { Compression } from '../../records.ts'
import { compress } from './compression.ts'

async function allOf(bytes: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return chunks
}

const all: readonly Compression[] = [
  'UNCOMPRESSED',
  'GZIP',
  'ZIP',
  'Snappy',
  'HADOOP_SNAPPY',
  'ZSTD',
]

for (const compression of all) {
  test(`${compression}: what the bytes fail with is what their reader is told`, async () => {
    const failing = async function* () {
      yield Buffer.alloc(100_000, 'records ')
      await nextTurn()
      throw new Error('the log is gone')
    }
    const reading = allOf(compress(failing(), compression, 'name'))
    await assert.rejects(reading, /the log is gone/)
  })

  test(`${compression}: a reader that leaves ends the bytes too`, async () => {
    let hasEnded = false
    const endless = async function* () {
      try {
        // What cannot be compressed comes out soon.
        for (let seed = 1; ; seed += 1) {
          await nextTurn()
          yield Buffer.from(Array.from({ length: 60_000 }, (_, at) => (at * at * seed) >>> 7))
        }
      } finally {
        hasEnded = true
      }
    }
    let chunks = 0
    for await (const _ of compress(endless(), compression, 'name')) {
      chunks += 1
      if (chunks === 4) break
    }
    while (!hasEnded) await nextTurn()
  })
}

test('GZIP: what is read is what was packed', async () => {
  const bytes = Buffer.from('again and again '.repeat(50_000))
  const source = async function* () {
    for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001)
  }
  const packed = Buffer.concat(await allOf(compress(source(), 'GZIP', 'name')))
  assert.ok(gunzipSync(packed).equals(bytes))
})
