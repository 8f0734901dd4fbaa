import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { columnsOf } from '../record-columns.ts'
import { randomNumbers } from '../random-numbers.fixture.ts'
import type { ExtentLimits, StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'
import { textsInPages } from './pages.fixture.ts'

const logId = 'log'
const shardIds = Array.from({ length: 9 }, (_, index) => `s${index}`)

interface Kept {
  readonly sequence: bigint
  readonly partitionKey: string
  readonly data: string
  readonly arrivalMs: number
}

type Limits = { readonly limitRecords: number; readonly limitBytes: number }

/** What a plain look at all that was appended finds. */
class Appended {
  readonly shards = new Map<string, Kept[]>(shardIds.map((shardId) => [shardId, []]))

  async read(log: StreamLog, shardId: string, after: bigint, limits: Limits) {
    const horizon = await log.trimHorizon({ logId, shardId })
    const found: Kept[] = []
    let bytes = 0
    if (horizon === 0n) return found
    for (const record of this.shards.get(shardId)!) {
      if (record.sequence <= after || record.sequence < horizon) continue
      if (found.length === limits.limitRecords || bytes >= limits.limitBytes) break
      if (found.length > 0 && bytes + record.data.length > limits.limitBytes) break
      found.push(record)
      bytes += record.data.length
    }
    return found
  }
}

async function append(
  log: StreamLog,
  appended: Appended,
  nowMs: number,
  random: (below: number) => number,
): Promise<void> {
  const shards = Int32Array.from({ length: 1 + random(25) }, () => random(1 + random(9)))
  const records = Array.from(shards, () => ({
    partitionKey: `ключ-${random(50)}`,
    data: Buffer.alloc(random(4) === 0 ? 0 : random(random(9) === 0 ? 3000 : 300), 97 + random(26)),
  }))
  const columns = columnsOf(records)
  const { sequences } = await log.appendBatch({ logId, columns, shardIds, shards })
  for (const [index, { partitionKey, data }] of records.entries()) {
    const sequence = BigInt(sequences[index]!)
    const kept = { sequence, partitionKey, data: data.toString(), arrivalMs: nowMs }
    appended.shards.get(shardIds[shards[index]!]!)!.push(kept)
  }
}

function limitsAtRandom(random: (below: number) => number): Limits {
  return {
    limitRecords: 1 + random(random(2) === 0 ? 5 : 10_000),
    limitBytes: 1 + random(random(2) === 0 ? 900 : 1_000_000),
  }
}

async function compareRead(log: StreamLog, appended: Appended, random: (below: number) => number) {
  const shardId = shardIds[random(9)]!
  const limits = limitsAtRandom(random)
  const { sequence: tip } = await log.tip({ logId, shardId })
  const after = BigInt(random(Number(tip) + 2))
  const found = await log.read({ logId, shardId }, { after, ...limits })
  assert.deepEqual(
    found.map(({ data, ...rest }) => ({ ...rest, data: Buffer.from(data).toString() })),
    await appended.read(log, shardId, after, limits),
  )
}

/** Some shards, in any order, from any places on. */
async function compareMany(log: StreamLog, appended: Appended, random: (below: number) => number) {
  const named = shardIds.filter(() => random(5) > 0).toSorted(() => random(3) - 1)
  const tips = await log.tips(logId, named)
  const nearness = 1 + random(random(2) === 0 ? 5 : 500)
  const afters = tips.map((tip) => Math.max(0, tip - random(nearness)))
  const places = { shardIds: named, afters }
  const { limitRecords: shardRecords, limitBytes: shardBytes } = limitsAtRandom(random)
  const whole = { limitRecords: 1e6, limitBytes: 1e9 }
  const extents = await log.extents(logId, places, { ...whole, shardRecords, shardBytes })
  const data: string[] = []
  for (const [place, shardId] of named.entries()) {
    const after = BigInt(afters[place]!)
    const limits = { limitRecords: shardRecords, limitBytes: shardBytes }
    const read = await appended.read(log, shardId, after, limits)
    const newest = afters[place]! < tips[place]! ? BigInt(tips[place]!) : 0n
    assert.deepEqual(
      [extents.records[place], extents.dataBytes[place], BigInt(extents.lasts[place]!)],
      [read.length, dataBytesOf(read), read.at(-1)?.sequence ?? newest],
    )
    assert.equal(extents.arrivalMs[place], read[0]?.arrivalMs ?? 0)
    data.push(...(await appended.read(log, shardId, after, whole)).map((each) => each.data))
  }
  const spans = { ...places, tos: tips }
  assert.deepEqual(await textsInPages(log, logId, spans, limitsAtRandom(random)), data)
}

function dataBytesOf(records: readonly Kept[]): number {
  return records.reduce((sum, { data }) => sum + data.length, 0)
}

test('what is in memory is found as it was appended, whatever was freed, from any place on and within any limits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-hot-'))
  try {
    // All of it, no more than the newest of it, and none.
    for (const tailBytes of [1e7, 60_000, 0]) {
      const random = randomNumbers(tailBytes + 1)
      let nowMs = 1_700_000_000_000
      const clock = { now: () => nowMs }
      let fileReads = 0
      const files: LogFiles = {
        ...diskFiles,
        read: (...args) => {
          fileReads += 1
          return diskFiles.read(...args)
        },
      }
      const options = { folder: join(folder, `${tailBytes}`), clock, files, tailBytes }
      await using log = await openDiskStreamLog({ ...options, segmentBytes: 40_000 })
      for (const shardId of shardIds) await log.createShard({ logId, shardId })
      const appended = new Appended()
      for (let round = 0; round < 100; round += 1) {
        nowMs += random(3)
        await append(log, appended, nowMs, random)
        for (let look = 0; look < 3; look += 1) await compareRead(log, appended, random)
        await compareMany(log, appended, random)
        if (round % 15 !== 14) continue
        for (const [place, tip] of (await log.tips(logId, shardIds)).entries()) {
          const sequence = BigInt(round === 59 ? tip : random(tip + 1))
          await log.trim({ logId, shardId: shardIds[place]! }, { sequence })
        }
      }
      assert.equal(fileReads === 0, tailBytes === 1e7)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what uses up the bytes that are allowed ends what is taken of a batch, though empty records follow', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-hot-'))
  try {
    for (const tailBytes of [1e7, 0]) {
      await using log = await openDiskStreamLog({ folder: join(folder, `${tailBytes}`), tailBytes })
      for (const shardId of shardIds) await log.createShard({ logId, shardId })
      const data = [Buffer.alloc(6), Buffer.alloc(4), Buffer.alloc(0)]
      for (const shardId of shardIds.slice(0, 2)) {
        const records = data.map((each) => ({ partitionKey: 'k', data: each }))
        await log.append({ logId, shardId }, records)
      }
      const limits = { limitRecords: 100, limitBytes: 10 }
      const read = await log.read({ logId, shardId: 's0' }, { after: 0n, ...limits })
      assert.equal(read.length, 2)
      const places = { shardIds: ['s0', 's1'], afters: new Float64Array(2) }
      const share = { shardRecords: 100, shardBytes: 10 }
      const wide = { limitRecords: 1000, limitBytes: 1000, shardRecords: 100, shardBytes: 100 }
      const counted = async (given: ExtentLimits) => {
        const { records } = await log.extents(logId, places, given)
        return [...records]
      }
      assert.deepEqual(await counted({ ...wide, ...share }), [2, 2])
      assert.deepEqual(await counted({ ...wide, ...limits }), [2, 0])
      const found = await log.readPages(logId, { ...places, tos: Float64Array.of(3, 3) }, limits)
      assert.deepEqual([...found!.afters], [2, 0])
      assert.equal(found!.isComplete, false)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
