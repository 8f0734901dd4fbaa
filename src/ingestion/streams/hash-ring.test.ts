import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { HashRing, evenRanges, hashKeyMax, hashKeyOf } from './hash-ring.ts'
import { md5, type HashKey } from './hashing/md5.ts'

const hex = (key: HashKey) => [...key].map((word) => word.toString(16).padStart(8, '0')).join('')

function md5Of(text: string): HashKey {
  const digest = new Uint32Array(4)
  // Not at the start of its buffer, and not at the end.
  const bytes = Buffer.from(`ab${text}yz`)
  md5(bytes, 2, bytes.length - 2, digest)
  return digest
}

function keyOf(value: bigint): HashKey {
  const words = new Uint32Array(4)
  hashKeyOf(value, words)
  return words
}

test('MD5 is that of the standard, whatever the text', () => {
  const texts = ['', 'a', 'message digest', 'partitionKey-1', 'ключ', '🜁', 'é'.repeat(40)]
  for (let length = 0; length < 70; length += 1) texts.push('x'.repeat(length))
  for (const text of texts) {
    assert.equal(hex(md5Of(text)), createHash('md5').update(text).digest('hex'), text)
  }
})

test('every key has the shard whose range holds it', () => {
  for (const count of [1, 2, 3, 7, 1000]) {
    const ranges = evenRanges(count)
    assert.equal(ranges[0]!.start, 0n)
    assert.equal(ranges.at(-1)!.end, hashKeyMax)
    const ring = new HashRing(ranges.map(({ start }, value) => ({ start, value })))
    for (const [index, { start, end }] of ranges.entries()) {
      assert.equal(ring.placeOf(keyOf(start)), index)
      assert.equal(ring.placeOf(keyOf(end)), index)
      if (index > 0) assert.equal(ranges[index - 1]!.end + 1n, start)
    }
    for (let key = 0; key < 200; key += 1) {
      const hash = BigInt(`0x${createHash('md5').update(`k${key}`).digest('hex')}`)
      const expected = ranges.findIndex(({ start, end }) => hash >= start && hash <= end)
      assert.equal(ring.placeOf(md5Of(`k${key}`)), expected)
    }
  }
})

test('ranges of any size are told apart', () => {
  for (let time = 0; time < 300; time += 1) {
    // Narrow ranges beside wide ones, as shards that were split again and again leave them.
    const starts = new Set([0n])
    const middle = BigInt(`0x${createHash('md5').update(`m${time}`).digest('hex')}`)
    for (let count = Math.floor(Math.random() * 60); count > 0; count -= 1) {
      const far = 2n ** BigInt(Math.floor(Math.random() * 128))
      const start = (middle + far * BigInt(Math.floor(Math.random() * 3) - 1)) & hashKeyMax
      starts.add(start)
    }
    const sorted = [...starts].toSorted((one, other) => (one < other ? -1 : 1))
    const ring = new HashRing(sorted.map((start) => ({ start, value: start })).toReversed())
    const keys = sorted.flatMap((start) => [start, start + 1n, start - 1n]).concat(hashKeyMax)
    for (const key of keys) {
      if (key < 0n || key > hashKeyMax) continue
      const expected = sorted.findLastIndex((start) => start <= key)
      assert.equal(ring.placeOf(keyOf(key)), expected, `${key} of ${sorted.join(' ')}`)
    }
  }
})
