import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { randomNumbers } from '../random-numbers.fixture.ts'
import { columnsOf } from '../record-columns.ts'
import type { LogRecord, ShardSpans, StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'
import { textsInPages } from './pages.fixture.ts'

const logId = 'log'
const all = { limitRecords: 1e6, limitBytes: 1e9 }

type Random = (below: number) => number

/** A log whose records tell their shard, in groups of several requests. */
async function writtenLog(
  random: Random,
  shards: number,
  options: { readonly segmentBytes: number; readonly tailBytes: number; readonly requests: number },
) {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-many-'))
  const { requests, ...sizes } = options
  const open = (files: LogFiles = diskFiles) => openDiskStreamLog({ folder, files, ...sizes })
  const shardIds = Array.from({ length: shards }, (_, index) => `s${index}`)
  const log = await open()
  for (const shardId of shardIds) await log.createShard({ logId, shardId })
  const sizeMax = [20, 400, 6000][random(3)]!
  const append = () => {
    const named = Int32Array.from({ length: 1 + random(120) }, () => random(shards))
    const records = Array.from(named, (shard) => {
      const text = `${shardIds[shard]} ${random(1e9)} `
      return { partitionKey: 'k', data: Buffer.from(text.padEnd(random(sizeMax), '.')) }
    })
    return log.appendBatch({ logId, columns: columnsOf(records), shardIds, shards: named })
  }
  for (let request = 0; request < requests; request += 4) {
    await Promise.all([append(), append(), append(), append()])
  }
  return {
    log,
    shardIds,
    inLog: join(folder, logId),
    reopened: async (files?: LogFiles) => {
      await log.close()
      return open(files)
    },
    [Symbol.asyncDispose]: async () => {
      await log.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function spansOf(
  log: StreamLog,
  shardIds: readonly string[],
  random: Random,
): Promise<ShardSpans> {
  const tips = await log.tips(logId, shardIds)
  const afters = tips.map((tip) => random(tip + 2))
  return { shardIds, afters, tos: afters.map((after, at) => after + random(tips[at]! + 2)) }
}

function someOf(shardIds: readonly string[], random: Random): readonly string[] {
  const parts = 1 + random(4)
  const some = shardIds.filter(() => random(4) < parts)
  return random(2) === 0 ? some : some.toReversed()
}

/** What reads of each shard give, one after the other. */
async function plainRead(
  log: StreamLog,
  { shardIds, afters, tos }: ShardSpans,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const [place, shardId] of shardIds.entries()) {
    const records = await log.read({ logId, shardId }, { ...all, after: BigInt(afters[place]!) })
    for (const { sequence, data } of records) {
      if (sequence <= tos[place]!) found.push(Buffer.from(data).toString())
    }
  }
  return found
}

const sum = (records: readonly LogRecord[]) =>
  records.reduce((bytes, { data }) => bytes + data.byteLength, 0)

/** Each shard is counted as a read of it finds it, or to where the limits for all ended that. */
async function compareCounts(log: StreamLog, shardIds: readonly string[], random: Random) {
  const { afters } = await spansOf(log, shardIds, random)
  const limits = {
    limitRecords: random(2) === 0 ? 1e6 : 1 + random(300),
    limitBytes: random(2) === 0 ? 1e9 : 1 + random(100_000),
    shardRecords: 1 + random(random(2) === 0 ? 6 : 1000),
    shardBytes: 1 + random(random(2) === 0 ? 3000 : 1e6),
  }
  const found = await log.extents(logId, { shardIds, afters }, limits)
  let [records, bytes, hasMore] = [0, 0, false]
  for (const [place, shardId] of shardIds.entries()) {
    const input = { limitRecords: limits.shardRecords, limitBytes: limits.shardBytes }
    const after = BigInt(afters[place]!)
    const read = await log.read({ logId, shardId }, { ...input, after })
    const counted = read.slice(0, found.records[place])
    assert.equal(found.records[place], counted.length)
    assert.equal(found.dataBytes[place], sum(counted))
    assert.equal(found.arrivalMs[place], counted[0]?.arrivalMs ?? 0)
    if (counted.length > 0) assert.equal(BigInt(found.lasts[place]!), counted.at(-1)!.sequence)
    if (counted.length === 0 && read.length > 0) assert.equal(found.isComplete, false)
    if (counted.length < read.length) hasMore = true
    records += counted.length
    bytes += sum(counted)
  }
  assert.ok(records <= limits.limitRecords)
  // Only what the limits for all are used up by ends the count.
  const sizeMax = 6100
  assert.ok(records < 2 || bytes < limits.limitBytes + sizeMax)
  const isSpent = records >= limits.limitRecords || bytes + sizeMax >= limits.limitBytes
  assert.ok(!hasMore || isSpent)
}

for (let seed = 1; seed <= 8; seed += 1) {
  test(`old records of many shards are read and counted together as each by itself: ${seed}`, async () => {
    const random = randomNumbers(seed)
    await using written = await writtenLog(random, [1, 7, 60, 300][random(4)]!, {
      segmentBytes: [4000, 60_000, 900_000][random(3)]!,
      tailBytes: [0, 30_000][random(2)]!,
      requests: 60,
    })
    const { log, shardIds } = written
    for (let round = 0; round < 12; round += 1) {
      const spans = await spansOf(log, someOf(shardIds, random), random)
      const limits = { limitRecords: 1 + random(900), limitBytes: 1 + random(200_000) }
      assert.deepEqual(await textsInPages(log, logId, spans, limits), await plainRead(log, spans))
      await compareCounts(log, someOf(shardIds, random), random)
      if (round % 3 !== 2) continue
      // Segments go when all shards have given up what they hold.
      const tips = await log.tips(logId, shardIds)
      const part = (round + 1) / 16
      for (const [place, shardId] of shardIds.entries()) {
        await log.trim({ logId, shardId }, { sequence: BigInt(Math.floor(tips[place]! * part)) })
      }
    }
  })
}

test('what others have read of a shard further on is not taken for what comes next', async () => {
  const random = randomNumbers(10)
  await using written = await writtenLog(random, 3, {
    segmentBytes: 10_000_000,
    tailBytes: 0,
    requests: 0,
  })
  const { log, shardIds } = written
  const data = Buffer.from('0123456789')
  for (let round = 0; round < 300; round += 1) {
    for (const shardId of shardIds)
      await log.append({ logId, shardId }, [{ partitionKey: 'k', data }])
  }
  // An entry of the index has some twenty records of a shard among those of the others.
  const afters = Float64Array.of(0, 100, 200)
  const found = await log.extents(
    logId,
    { shardIds, afters },
    { ...all, shardRecords: 1000, shardBytes: 500 },
  )
  assert.deepEqual(found.records, Float64Array.of(50, 50, 50))
  assert.deepEqual(found.lasts, Float64Array.of(50, 150, 250))
})

test('what is freed while many shards are read is passed over, and nothing else', async () => {
  const random = randomNumbers(20)
  await using written = await writtenLog(random, 40, {
    segmentBytes: 20_000,
    tailBytes: 0,
    requests: 200,
  })
  const { log, shardIds } = written
  const tos = await log.tips(logId, shardIds)
  const spans = { shardIds, afters: new Float64Array(shardIds.length), tos }
  const before = await plainRead(log, spans)
  let isFreeing = true
  const freeing = (async () => {
    for (let part = 0.05; part < 0.9; part += 0.05) {
      for (const [place, shardId] of shardIds.entries()) {
        await log.trim({ logId, shardId }, { sequence: BigInt(Math.floor(tos[place]! * part)) })
      }
    }
    isFreeing = false
  })()
  do {
    const limits = { limitRecords: 50 + random(500), limitBytes: 1e6 }
    const found = await textsInPages(log, logId, spans, limits)
    const counts = await log.extents(logId, spans, { ...all, shardRecords: 1e6, shardBytes: 1e9 })
    const kept = await plainRead(log, spans)
    // What is kept now was kept then, and what was found then was there before, each once and in its order.
    const places = found.map((text) => before.indexOf(text))
    assert.ok(
      places.every((place, index) => place >= 0 && (index === 0 || place > places[index - 1]!)),
    )
    const texts = new Set(found)
    assert.ok(kept.every((text) => texts.has(text)))
    const counted = counts.records.reduce((total, records) => total + records, 0)
    assert.ok(counted >= kept.length && counted <= found.length)
    assert.ok(counts.isComplete)
  } while (isFreeing)
  await freeing
  assert.ok((await readdir(written.inLog)).filter((name) => name.endsWith('.seg')).length < 40)
})

test('old records of many shards come with few messages, and damage to one of them is an error', async () => {
  const random = randomNumbers(30)
  await using written = await writtenLog(random, 300, {
    segmentBytes: 100_000_000,
    tailBytes: 0,
    requests: 40,
  })
  let calls = 0
  const counting: LogFiles = {
    ...diskFiles,
    read: (...asked) => {
      calls += 1
      return diskFiles.read(...asked)
    },
    readPieces: (...asked) => {
      calls += 1
      return diskFiles.readPieces(...asked)
    },
  }
  const { shardIds, inLog } = written
  const log = await written.reopened(counting)
  const tos = await log.tips(logId, shardIds)
  const spans = { shardIds, afters: new Float64Array(shardIds.length), tos }
  const limits = { ...all, shardRecords: 1e6, shardBytes: 1e9 }
  const expected = await plainRead(log, spans)
  calls = 0
  assert.deepEqual(await textsInPages(log, logId, spans, all), expected)
  const ofPages = calls
  await log.extents(logId, spans, limits)
  assert.ok(ofPages <= 20 && calls <= 40, `${ofPages} of ${calls} calls`)
  const path = join(
    inLog,
    (await readdir(inLog)).find((name) => name.endsWith('.seg'))!,
  )
  const bytes = await readFile(path)
  bytes[bytes.indexOf('s17 ')]! ^= 1
  await writeFile(path, bytes)
  const isDamaged = (error: unknown) => isLakeError(error, 'LogCorrupted')
  await assert.rejects(log.readPages(logId, spans, all), isDamaged)
  await assert.rejects(log.extents(logId, spans, limits), isDamaged)
  const others = { shardIds: ['s3', 's200'], afters: new Float64Array(2) }
  const otherTos = await log.tips(logId, others.shardIds)
  assert.ok(await log.readPages(logId, { ...others, tos: otherTos }, all))
  await log.close()
})
