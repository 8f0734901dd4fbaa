import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  SegmentIndex,
  decodeIndex,
  encodeIndex,
  strideBytes,
  type ShardIndex,
} from './segment-index.ts'

/** The same, in the plainest way. */
class PlainIndex {
  readonly shards = new Map<number, ShardIndex>()

  add(shard: number, offset: number, sizeBytes: number, sequence: number, arrivalMs: number) {
    const index = this.shards.get(shard) ?? { offsets: [], sequences: [], arrivals: [], ends: [] }
    this.shards.set(shard, index)
    const last = index.offsets.at(-1)
    if (last !== undefined && offset < last + strideBytes) {
      index.ends[index.ends.length - 1] = offset + sizeBytes
      return
    }
    index.offsets.push(offset)
    index.sequences.push(sequence)
    index.arrivals.push(arrivalMs)
    index.ends.push(offset + sizeBytes)
  }
}

const below = (end: number) => Math.floor(Math.random() * end)

function plainly(found: ShardIndex | undefined) {
  const { offsets, sequences, arrivals, ends } = found ?? {}
  return found && { offsets: [...offsets!], sequences, arrivals, ends }
}

test('an index tells of each shard what was added, whenever it is asked, and from its file', () => {
  for (let time = 0; time < 200; time += 1) {
    const [index, plain] = [new SegmentIndex(), new PlainIndex()]
    const shards = 1 + below(40)
    let offset = 100
    for (let batch = below(400); batch > 0; batch -= 1) {
      const sizeBytes = 1 + below(2 ** (1 + below(18)))
      const shard = below(shards) * (time % 3 === 0 ? 57 : 1)
      index.add(shard, offset, sizeBytes, offset * 3, offset + 1e12)
      plain.add(shard, offset, sizeBytes, offset * 3, offset + 1e12)
      offset += sizeBytes + below(3) * 1000
      if (batch % 9 > 0) continue
      const asked = below(shards)
      assert.deepEqual(plainly(index.shards.get(asked)), plainly(plain.shards.get(asked)))
    }
    const decoded = decodeIndex(encodeIndex(index, offset), offset)!
    for (const found of [index, decoded]) {
      assert.equal(found.shards.size, plain.shards.size)
      let entries = 0
      for (let shard = 0; shard < shards * 57; shard += 1) {
        const expected = plain.shards.get(shard)
        assert.deepEqual(plainly(found.shards.get(shard)), plainly(expected))
        entries += expected?.offsets.length ?? 0
      }
      assert.equal(found.entries, entries)
    }
    assert.deepEqual(encodeIndex(decoded, offset), encodeIndex(index, offset))
  }
})

test('a file of an index that is damaged, or of another segment, is none', () => {
  const index = new SegmentIndex()
  for (let batch = 0; batch < 50; batch += 1) index.add(batch % 7, batch * 9000, 9000, batch, batch)
  const bytes = encodeIndex(index, 450_000)
  assert.ok(decodeIndex(bytes, 450_000))
  assert.equal(decodeIndex(bytes, 450_001), undefined)
  assert.equal(decodeIndex(bytes.subarray(0, 20), 450_000), undefined)
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 1
    assert.equal(decodeIndex(damaged, 450_000), undefined, String(at))
  }
})
