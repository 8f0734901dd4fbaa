import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeIndex, sealIndex } from './sealed-index.ts'
import { SegmentIndex, strideBytes, type ShardEntries } from './segment-index.ts'

interface PlainEntries {
  readonly offsets: number[]
  readonly ends: number[]
  readonly sequences: number[]
  readonly arrivals: number[]
}

/** The same, in the plainest way. */
class PlainIndex {
  readonly shards = new Map<number, PlainEntries>()

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
      checkEntries(index.entriesOf(asked), plain.shards.get(asked))
    }
    const sealed = sealIndex(index, offset)
    const decoded = decodeIndex(Buffer.from(sealed.bytes), offset)!
    let entries = 0
    for (let shard = 0; shard < shards * 57; shard += 1) {
      const expected = plain.shards.get(shard)
      for (const each of [index, sealed, decoded]) checkEntries(each.entriesOf(shard), expected)
      entries += expected?.offsets.length ?? 0
    }
    assert.equal(index.shardCount, plain.shards.size)
    for (const each of [index, sealed, decoded]) assert.equal(each.entries, entries)
  }
})

/** That both lead to the same places, whatever they are asked for. */
function checkEntries(found: ShardEntries | undefined, expected: PlainEntries | undefined): void {
  assert.equal(found?.count, expected?.offsets.length)
  if (!found || !expected) return
  const { offsets, ends, sequences, arrivals } = expected
  for (const [entry, sequence] of sequences.entries()) {
    assert.equal(found.offsetOf(entry), offsets[entry])
    assert.equal(found.endOf(entry), ends[entry])
    assert.equal(found.sequenceOf(entry), sequence)
    for (const near of [-1, 0, 1]) {
      const last = sequences.findLastIndex((each) => each <= sequence + near)
      assert.equal(found.lastFrom(sequence + near), last)
      const timeMs = arrivals[entry]! + near
      assert.equal(
        found.lastBefore(timeMs),
        arrivals.findLastIndex((each) => each < timeMs),
      )
    }
  }
}

test('of a segment that was written to for longer than its index can tell, no entry is passed over', () => {
  const index = new SegmentIndex()
  const monthMs = 30 * 86_400_000
  const arrivals = Array.from({ length: 6 }, (_, month) => 1e12 + month * monthMs)
  for (const [at, arrivalMs] of arrivals.entries()) {
    index.add(3, at * 100_000, 1000, at + 1, arrivalMs)
  }
  const entries = sealIndex(index, 600_000).entriesOf(3)!
  for (const [at, arrivalMs] of arrivals.entries()) {
    for (const near of [-1, 0, 1]) {
      const last = arrivals.findLastIndex((each) => each < arrivalMs + near)
      const found = entries.lastBefore(arrivalMs + near)
      // Two months can be told, 2^32 milliseconds being seven weeks: one begins before them.
      assert.equal(found, Math.min(last, 1), `${at} ${near}`)
    }
  }
})

test('a file of an index that is damaged, or of another segment, is none', () => {
  const index = new SegmentIndex()
  for (let batch = 0; batch < 50; batch += 1) index.add(batch % 7, batch * 9000, 9000, batch, batch)
  const { bytes } = sealIndex(index, 450_000)
  assert.ok(decodeIndex(bytes, 450_000))
  assert.equal(decodeIndex(bytes, 450_001), undefined)
  assert.equal(decodeIndex(bytes.subarray(0, 20), 450_000), undefined)
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 1
    assert.equal(decodeIndex(damaged, 450_000), undefined, String(at))
  }
})
