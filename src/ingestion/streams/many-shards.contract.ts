import assert from 'node:assert/strict'
import { isLakeError, type ManualClock } from '#kit'
import { randomNumbers } from './random-numbers.fixture.ts'
import type {
  ExtentLimits,
  Extents,
  LogPage,
  LogRecord,
  ShardPlaces,
  ShardSpans,
  StreamLog,
} from './stream-log.ts'
import {
  all,
  first,
  placesAt,
  record,
  second,
  type Scenario,
} from './waiting-and-ending.contract.ts'

const { logId } = first
const shardIds = Array.from({ length: 12 }, (_, index) => `s${index}`)
const unlimited: ExtentLimits = {
  limitRecords: 1e6,
  limitBytes: 1e9,
  shardRecords: 10_000,
  shardBytes: all.limitBytes,
}

/** What the port promises to those who read many shards with one call: a part of `streamLogContract`. */
export function manyShards(scenario: Scenario): void {
  scenario(
    'what many shards have is counted as reads of them find it',
    async (log, clock, reopen) => {
      const random = randomNumbers(1)
      await fill(log, clock, random)
      // What was written just now, and what is on the disk.
      for (const open of [() => log, reopen]) {
        const opened = await open()
        for (let round = 0; round < 60; round += 1) await compareExtents(opened, random)
      }
    },
  )

  scenario(
    'who looks at many shards again and again comes by each record once',
    async (log, clock, reopen) => {
      const random = randomNumbers(2)
      await fill(log, clock, random)
      for (const open of [() => log, reopen]) {
        const opened = await open()
        for (let round = 0; round < 6; round += 1) {
          await lookThrough(opened, {
            limitRecords: 1 + random(40),
            limitBytes: 1 + random(20_000),
            shardRecords: 1 + random(9),
            shardBytes: 1 + random(5000),
          })
        }
      }
    },
  )

  scenario('a look at a shard whose records are gone tells how far they went', async (log) => {
    await log.createShard(first)
    await log.createShard(second)
    await log.append(first, [record('a'), record('b')])
    await log.trim(first, { sequence: 2n })
    assert.equal(await log.trimHorizon(first), 0n)
    const places = placesAt({ [first.shardId]: 0, [second.shardId]: 0 })
    const looked = await log.extents(logId, places, unlimited)
    assert.equal(looked.isComplete, true)
    const gone = { records: 0, dataBytes: 0, arrivalMs: 0, last: 2n }
    assert.deepEqual([extentAt(looked, 0), extentAt(looked, 1)], [gone, nothing])
    await log.append(first, [record('c')])
    const kept = extentAt(await log.extents(logId, places, unlimited), 0)
    assert.deepEqual([kept.records, kept.dataBytes, kept.last], [1, 1, 3n])
    const spans = { ...placesAt({ [first.shardId]: 0 }), tos: Float64Array.of(2) }
    const pages = await log.readPages(logId, spans, all)
    if (pages) assert.deepEqual(pages, { pages: [], afters: spans.tos, isComplete: true })
  })

  scenario('many shards are read only if the log has all of them, each named once', async (log) => {
    await log.createShard(first)
    const { shardId } = first
    const other = placesAt({ [shardId]: 0, missing: 0 })
    const twice = { shardIds: [shardId, shardId], afters: new Float64Array(2) }
    const none = placesAt({})
    const isMissing = (error: unknown) => isLakeError(error, 'LogNotFound')
    await assert.rejects(log.extents(logId, other, unlimited), isMissing)
    const tos = Float64Array.of(1, 1)
    await assert.rejects(log.readPages(logId, { ...other, tos }, all), isMissing)
    await assert.rejects(log.tips(logId, other.shardIds), isMissing)
    await assert.rejects(log.tips('none', []), isMissing)
    await assert.rejects(log.extents('none', none, unlimited), isMissing)
    await assert.rejects(log.extents(logId, twice, unlimited), (error) =>
      isLakeError(error, 'InvalidArgument'),
    )
    const { records, isComplete } = await log.extents(logId, none, unlimited)
    assert.deepEqual([records.length, isComplete], [0, true])
  })

  scenario('pages hold the data of the records of many shards', async (written, clock, reopen) => {
    const random = randomNumbers(3)
    await fill(written, clock, random)
    for (const open of [() => written, reopen]) {
      const log = await open()
      for (let round = 0; round < 40; round += 1) await comparePages(log, random)
    }
  })
}

/** Requests at random over all shards, some of them quiet. */
async function fill(
  log: StreamLog,
  clock: ManualClock,
  random: (below: number) => number,
): Promise<void> {
  for (const shardId of shardIds) await log.createShard({ logId, shardId })
  for (let round = 0; round < 60; round += 1) {
    clock.advance(random(20))
    const parts = Array.from({ length: 1 + random(8) }, () => {
      const shardId = shardIds[random(1 + random(shardIds.length))]!
      const records = Array.from({ length: 1 + random(4) }, () => {
        const sizeBytes = random(30) === 0 ? 9000 : random(600)
        return record(`${shardId} ${random(1e9)} `.padEnd(sizeBytes, 'x'))
      })
      return { shardId, records }
    })
    await Promise.all(parts.map(({ shardId, records }) => log.append({ logId, shardId }, records)))
  }
}

async function placesAtRandom(log: StreamLog, random: (below: number) => number) {
  const named = shardIds.filter(() => random(4) > 0)
  const tips = await log.tips(logId, named)
  return { shardIds: named, afters: tips.map((tip) => random(tip + 3)) }
}

const nothing = { records: 0, dataBytes: 0, arrivalMs: 0, last: 0n }

function extentAt({ records, dataBytes, arrivalMs, lasts }: Extents, place: number) {
  return {
    records: records[place]!,
    dataBytes: dataBytes[place]!,
    arrivalMs: arrivalMs[place]!,
    last: BigInt(lasts[place]!),
  }
}

async function compareExtents(log: StreamLog, random: (below: number) => number): Promise<void> {
  const places = await placesAtRandom(log, random)
  const shardRecords = 1 + random(random(2) === 0 ? 5 : 10_000)
  const shardBytes = 1 + random(random(2) === 0 ? 2000 : 1_000_000)
  const limits = { ...unlimited, shardRecords, shardBytes }
  const found = await log.extents(logId, places, limits)
  assert.equal(found.isComplete, true)
  for (const [place, shardId] of places.shardIds.entries()) {
    const after = BigInt(places.afters[place]!)
    const input = { after, limitRecords: shardRecords, limitBytes: shardBytes }
    const records = await log.read({ logId, shardId }, input)
    assert.deepEqual(extentAt(found, place), extentOf(records))
  }
}

function extentOf(records: readonly LogRecord[]) {
  if (records.length === 0) return nothing
  return {
    records: records.length,
    dataBytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
    arrivalMs: records[0]!.arrivalMs,
    last: records.at(-1)!.sequence,
  }
}

/** From the start to the end of all shards, with these limits for each look. */
async function lookThrough(log: StreamLog, limits: ExtentLimits): Promise<void> {
  const afters = new Float64Array(shardIds.length)
  for (;;) {
    const found = await log.extents(logId, { shardIds, afters: afters.slice() }, limits)
    let [records, bytes, last] = [0, 0, 0]
    for (const [place, shardId] of shardIds.entries()) {
      const extent = extentAt(found, place)
      if (extent.last === 0n) continue
      assert.ok(extent.records > 0 && extent.records <= limits.shardRecords)
      const after = BigInt(afters[place]!)
      const input = { after, limitRecords: extent.records, limitBytes: 1e9 }
      const read = await log.read({ logId, shardId }, input)
      assert.deepEqual(extent, extentOf(read))
      afters[place] = found.lasts[place]!
      records += extent.records
      bytes += extent.dataBytes
      last = Math.max(last, ...read.map(({ data }) => data.byteLength))
    }
    assert.ok(records <= limits.limitRecords, `${records} of ${limits.limitRecords}`)
    assert.ok(bytes < limits.limitBytes + last || bytes === 0)
    if (records > 0) continue
    assert.ok(found.isComplete)
    break
  }
  assert.deepEqual(afters, await log.tips(logId, shardIds))
}

/** Reads spans to their ends, and compares with what reads of each give. */
async function comparePages(log: StreamLog, random: (below: number) => number): Promise<void> {
  const places = await placesAtRandom(log, random)
  const tos = places.afters.map((after) => after + random(30))
  const limits = { limitRecords: 1 + random(60), limitBytes: 1 + random(30_000) }
  const expected: string[] = []
  for (const place of tos.keys())
    expected.push(...(await recordsOf(log, { ...places, tos }, place)))
  const found: string[] = []
  let { afters }: ShardPlaces = places
  for (let isComplete = false; !isComplete;) {
    const read = await log.readPages(logId, { ...places, afters, tos }, limits)
    // An adapter may have none.
    if (!read) return
    const texts = read.pages.flatMap(textsOf)
    const bytes = texts.reduce((sum, text) => sum + text.length, 0)
    assert.ok(texts.length <= limits.limitRecords)
    assert.ok(bytes < limits.limitBytes + (texts.at(-1)?.length ?? 1))
    assert.equal(
      read.pages.reduce((sum, { dataBytes }) => sum + dataBytes, 0),
      bytes,
    )
    assert.ok(texts.length > 0 || read.isComplete || isFurther(read.afters, afters))
    found.push(...texts)
    for (const page of read.pages) page.release()
    ;({ afters, isComplete } = read)
  }
  assert.ok(afters.every((after, place) => after >= tos[place]!))
  assert.deepEqual(found, expected)
}

function isFurther(afters: Float64Array, before: Float64Array): boolean {
  return afters.some((after, place) => after > before[place]!)
}

async function recordsOf(
  log: StreamLog,
  { shardIds: ids, afters, tos }: ShardSpans,
  place: number,
) {
  const shard = { logId, shardId: ids[place]! }
  const records = await log.read(shard, { ...all, after: BigInt(afters[place]!) })
  return records
    .filter(({ sequence }) => sequence <= tos[place]!)
    .map(({ data }) => Buffer.from(data).toString())
}

function textsOf({ bytes, starts, ends }: LogPage): readonly string[] {
  return Array.from(starts, (start, index) => bytes.toString('utf8', start, ends[index]))
}
