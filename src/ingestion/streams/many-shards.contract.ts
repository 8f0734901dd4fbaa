import assert from 'node:assert/strict'
import { isLakeError, type ManualClock } from '#kit'
import { randomNumbers } from './random-numbers.fixture.ts'
import type { ExtentLimits, LogPage, LogRecord, ShardSpan, StreamLog } from './stream-log.ts'
import { all, first, record, second, type Scenario } from './waiting-and-ending.contract.ts'

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
    const places = [first, second].map(({ shardId }) => ({ shardId, after: 0n }))
    const gone = { records: 0, dataBytes: 0, arrivalMs: 0, last: 2n }
    assert.deepEqual(await log.extents(logId, places, unlimited), {
      shards: [gone, undefined],
      isComplete: true,
    })
    await log.append(first, [record('c')])
    const [kept] = (await log.extents(logId, places, unlimited)).shards
    assert.deepEqual([kept?.records, kept?.dataBytes, kept?.last], [1, 1, 3n])
    const spans = [{ shardId: first.shardId, after: 0n, to: 2n }]
    const pages = await log.readPages(logId, spans, all)
    if (pages) assert.deepEqual(pages, { pages: [], rest: [] })
  })

  scenario('many shards are read only if the log has all of them, each named once', async (log) => {
    await log.createShard(first)
    const { shardId } = first
    const here = { shardId, after: 0n, to: 1n }
    const missing = { shardId: 'missing', after: 0n, to: 1n }
    const isMissing = (error: unknown) => isLakeError(error, 'LogNotFound')
    await assert.rejects(log.extents(logId, [here, missing], unlimited), isMissing)
    await assert.rejects(log.readPages(logId, [here, missing], all), isMissing)
    await assert.rejects(log.extents('none', [], unlimited), isMissing)
    await assert.rejects(log.extents(logId, [here, here], unlimited), (error) =>
      isLakeError(error, 'InvalidArgument'),
    )
    assert.deepEqual(await log.extents(logId, [], unlimited), { shards: [], isComplete: true })
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
  return Promise.all(
    named.map(async (shardId) => {
      const { sequence } = await log.tip({ logId, shardId })
      return { shardId, after: BigInt(random(Number(sequence) + 3)) }
    }),
  )
}

async function compareExtents(log: StreamLog, random: (below: number) => number): Promise<void> {
  const places = await placesAtRandom(log, random)
  const shardRecords = 1 + random(random(2) === 0 ? 5 : 10_000)
  const shardBytes = 1 + random(random(2) === 0 ? 2000 : 1_000_000)
  const limits = { ...unlimited, shardRecords, shardBytes }
  const found = await log.extents(logId, places, limits)
  assert.equal(found.isComplete, true)
  for (const [index, { shardId, after }] of places.entries()) {
    const input = { after, limitRecords: shardRecords, limitBytes: shardBytes }
    const records = await log.read({ logId, shardId }, input)
    assert.deepEqual(found.shards[index], extentOf(records))
  }
}

function extentOf(records: readonly LogRecord[]) {
  if (records.length === 0) return undefined
  return {
    records: records.length,
    dataBytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
    arrivalMs: records[0]!.arrivalMs,
    last: records.at(-1)!.sequence,
  }
}

/** From the start to the end of all shards, with these limits for each look. */
async function lookThrough(log: StreamLog, limits: ExtentLimits): Promise<void> {
  const afters = new Map(shardIds.map((shardId) => [shardId, 0n]))
  for (;;) {
    const places = [...afters].map(([shardId, after]) => ({ shardId, after }))
    const { shards, isComplete } = await log.extents(logId, places, limits)
    let [records, bytes, last] = [0, 0, 0]
    for (const [index, extent] of shards.entries()) {
      const { shardId, after } = places[index]!
      if (!extent) continue
      assert.ok(extent.records > 0 && extent.records <= limits.shardRecords)
      const input = { after, limitRecords: extent.records, limitBytes: 1e9 }
      const read = await log.read({ logId, shardId }, input)
      assert.deepEqual(extent, extentOf(read))
      afters.set(shardId, extent.last)
      records += extent.records
      bytes += extent.dataBytes
      last = Math.max(last, ...read.map(({ data }) => data.byteLength))
    }
    assert.ok(records <= limits.limitRecords, `${records} of ${limits.limitRecords}`)
    assert.ok(bytes < limits.limitBytes + last || bytes === 0)
    if (records > 0) continue
    assert.ok(isComplete)
    break
  }
  for (const [shardId, after] of afters) {
    assert.equal(after, (await log.tip({ logId, shardId })).sequence)
  }
}

/** Reads spans to their ends, and compares with what reads of each give. */
async function comparePages(log: StreamLog, random: (below: number) => number): Promise<void> {
  const places = await placesAtRandom(log, random)
  const spans = places.map((place) => ({ ...place, to: place.after + BigInt(random(30)) }))
  const limits = { limitRecords: 1 + random(60), limitBytes: 1 + random(30_000) }
  const expected: string[] = []
  for (const span of spans) expected.push(...(await recordsOf(log, span)))
  const found: string[] = []
  for (let rest: readonly ShardSpan[] = spans; rest.length > 0;) {
    const read = await log.readPages(logId, rest, limits)
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
    assert.ok(texts.length > 0 || read.rest.length < rest.length)
    found.push(...texts)
    for (const page of read.pages) page.release()
    rest = read.rest
  }
  assert.deepEqual(found, expected)
}

async function recordsOf(log: StreamLog, { shardId, after, to }: ShardSpan) {
  const records = await log.read({ logId, shardId }, { ...all, after })
  return records
    .filter(({ sequence }) => sequence <= to)
    .map(({ data }) => Buffer.from(data).toString())
}

function textsOf({ bytes, starts, ends }: LogPage): readonly string[] {
  for (let index = 1; index < starts.length; index += 1) {
    assert.ok(starts[index]! > ends[index - 1]!)
  }
  return Array.from(starts, (start, index) => bytes.toString('utf8', start, ends[index]))
}
