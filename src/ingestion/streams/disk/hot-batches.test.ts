import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '../random-numbers.fixture.ts'
import { BatchTable } from './batch-table.ts'
import { HotBatches, type HotGroup } from './hot-batches.ts'

interface Batch {
  readonly shard: number
  readonly sequence: number
  readonly records: number
  readonly sizeBytes: number
  readonly buffer: Buffer
  readonly start: number
}

interface Group {
  readonly batches: readonly Batch[]
  readonly hot: HotGroup
}

/** A group of batches at random, some of which add a shard, in buffers that each hold a few. */
function addGroup(hot: HotBatches, sequences: number[], random: (below: number) => number): Group {
  const table = new BatchTable()
  const batches: Batch[] = []
  const buffers: Buffer[] = []
  const count = random(10) === 0 ? random(300) : random(12)
  table.begin(count)
  const runs: number[][] = []
  for (let batch = 0; batch < count; batch += 1) {
    const sizeBytes = 40 + random(100)
    if (batch === 0 || random(4) === 0) runs.push([])
    runs.at(-1)!.push(sizeBytes)
  }
  for (const sizes of runs) {
    const buffer = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0))
    buffers.push(buffer)
    let start = 0
    for (const sizeBytes of sizes) {
      const shard = random(1 + random(sequences.length))
      const records = random(20) === 0 ? 0 : 1 + random(random(5) === 0 ? 700 : 4)
      const sequence = sequences[shard]! + 1
      table.add(shard, sequence, sequence * 10, records, sizeBytes, sequence * 7)
      if (records > 0) batches.push({ shard, sequence, records, sizeBytes, buffer, start })
      sequences[shard]! += records
      start += sizeBytes
    }
  }
  return { batches, hot: hot.add(table, buffers) }
}

test('the batches of a shard are found from any record on, as long as all from there on are here', () => {
  const random = randomNumbers(11)
  const hot = new HotBatches()
  const sequences = Array.from({ length: 40 }, () => 0)
  const groups: Group[] = []
  for (let round = 0; round < 600; round += 1) {
    groups.push(addGroup(hot, sequences, random))
    // For a while everything stays, then most of it goes, or all.
    while (groups.length > [200, 3, 40, 0][Math.floor(round / 150)]!) groups.shift()!.hot.giveUp()
    const kept = groups.flatMap(({ batches }) => batches)
    for (let look = 0; look < 10; look += 1) {
      const shard = random(sequences.length)
      if (sequences[shard] === 0) continue
      const after = random(3) === 0 ? sequences[shard]! - 1 : random(sequences[shard]!)
      const own = kept.filter((batch) => batch.shard === shard)
      const first = own.findIndex(({ sequence, records }) => sequence + records > after + 1)
      const isHere = first >= 0 && own[first]!.sequence <= after + 1
      let row = hot.find(shard, after)
      assert.equal(row >= 0, isHere, `shard ${shard} after ${after}`)
      if (!isHere) continue
      for (const { sequence, records, sizeBytes, buffer, start } of own.slice(first)) {
        assert.deepEqual(
          [hot.shardOf(row), hot.sequenceOf(row), hot.recordsOf(row), hot.arrivalMsOf(row)],
          [shard, sequence, records, sequence * 10],
        )
        assert.deepEqual([hot.dataBytesOf(row), hot.startOf(row)], [sequence * 7, start])
        assert.equal(hot.endOf(row), start + sizeBytes)
        assert.equal(hot.bufferOf(row), buffer)
        row = hot.nextOf(row)
      }
      assert.equal(row, -1)
    }
  }
})

test('a group that is given up takes along what was written before it', () => {
  const hot = new HotBatches()
  const sequences = [0]
  const table = new BatchTable()
  const groups = [1, 2, 3].map(() => {
    table.begin(1)
    table.add(0, sequences[0]! + 1, 0, 1, 50, 2)
    sequences[0]! += 1
    return hot.add(table, [Buffer.alloc(50)])
  })
  groups[1]!.giveUp()
  groups[0]!.giveUp()
  assert.deepEqual([hot.find(0, 0), hot.find(0, 1)], [-1, -1])
  assert.equal(hot.sequenceOf(hot.find(0, 2)), 3)
})
