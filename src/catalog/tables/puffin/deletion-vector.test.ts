import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDeletionVector, writeDeletionVectors } from './deletion-vector.ts'
import { readBlob, readPuffin } from './puffin-file.ts'
import { decodeRoaring, encodeRoaring } from './roaring.ts'

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step)

const sets = {
  empty: [],
  few: [0, 1, 7, 65_535, 65_536],
  dense: range(0, 100_000),
  sparse: range(3, 3_000_000, 1001),
  large: [5, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 3],
}

describe('deletion vectors', () => {
  for (const [name, positions] of Object.entries(sets)) {
    it(`come back as they were: ${name}`, () => {
      assert.deepEqual(decodeRoaring(encodeRoaring(positions)), positions)
    })
  }

  it('reads runs, as other writers pack them', () => {
    // One container with two runs, 1..3 and 10..10: the cookie has the count less one in its upper half.
    const bytes = Buffer.concat([
      Buffer.from('0100000000000000', 'hex'),
      Buffer.from('00000000', 'hex'),
      Buffer.from('3b300000', 'hex'),
      Buffer.from('01', 'hex'),
      Buffer.from('00000300', 'hex'),
      Buffer.from('0200', 'hex'),
      Buffer.from('010002000a000000', 'hex'),
    ])
    assert.deepEqual(decodeRoaring(bytes), [1, 2, 3, 10])
  })

  it('lie in a Puffin file, each in its place', async () => {
    const written = writeDeletionVectors([
      { dataFile: 's3://lake/a.parquet', positions: sets.few },
      { dataFile: 's3://lake/b.parquet', positions: sets.sparse },
    ])
    const blobs = readPuffin(written.bytes, 'deletes.puffin')
    assert.deepEqual(
      blobs.map(({ type, properties }) => [type, properties['referenced-data-file']]),
      [
        ['deletion-vector-v1', 's3://lake/a.parquet'],
        ['deletion-vector-v1', 's3://lake/b.parquet'],
      ],
    )
    const [, b] = written.vectors
    const place = written.bytes.subarray(b!.contentOffset, b!.contentOffset + b!.contentSizeBytes)
    assert.deepEqual(readDeletionVector(place, 'deletes.puffin'), sets.sparse)
    assert.deepEqual(await readBlob(written.bytes, blobs[1]!, 'deletes.puffin'), place)
    assert.equal(b!.recordCount, sets.sparse.length)
  })

  it('names a file whose bytes are damaged', () => {
    const { bytes, vectors } = writeDeletionVectors([{ dataFile: 'd', positions: sets.few }])
    const { contentOffset, contentSizeBytes } = vectors[0]!
    const place = bytes.subarray(contentOffset, contentOffset + contentSizeBytes)
    for (let at = 0; at < place.length; at++) {
      const flipped = Buffer.from(place)
      flipped[at]! ^= 0x10
      assert.throws(() => readDeletionVector(flipped, 'x.puffin'), {
        code: 'ManifestUnreadable',
        message: /x\.puffin/,
      })
    }
    assert.throws(() => readPuffin(bytes.subarray(0, -1), 'x.puffin'), /x\.puffin/)
    assert.throws(() => writeDeletionVectors([{ dataFile: 'd', positions: [2, 1] }]), {
      code: 'InvalidChange',
    })
  })
})
