import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SegmentDemand } from './segment-demand.ts'

const sizeBytes = 32 * 1024 * 1024

/** How many reads, each of `reads` for the next of so many shards, until the segment is worth grouping. */
function readsUntilWorth(reads: readonly number[], shards: number, shardCount: number): number {
  const demand = new SegmentDemand()
  for (let count = 0; count < 10_000; count += 1) {
    const worth = demand.add(reads[count % reads.length]!, count % shards, shardCount, sizeBytes)
    if (worth) return count + 1
  }
  return Infinity
}

test('a segment is worth grouping when one shard was read often, or several were', () => {
  assert.equal(readsUntilWorth([1], 1, 1000), 256)
  assert.equal(readsUntilWorth([8], 1, 1000), 32)
  // Readers of all shards, one after the other: the more there are, the more must have been read.
  assert.equal(readsUntilWorth([8], 1000, 1000), 5)
  assert.equal(readsUntilWorth([8], 20, 20), 2)
  assert.equal(readsUntilWorth([1], 20, 20), 8)
})

test('readers who share what was read give no reason to group', () => {
  assert.equal(
    readsUntilWorth([1, 1, ...Array.from({ length: 8 }, () => -1 / 4)], 10, 1000),
    Infinity,
  )
})
