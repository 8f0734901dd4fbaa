import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { randomNumbers } from '../random-numbers.fixture.ts'
import {
  sealedOverheadBytes,
  type LogRecord,
  type NewRecord,
  type ShardSpans,
  type StreamLog,
} from '../stream-log.ts'
import { openDiskStreamLog, type DiskStreamLogOptions } from './disk-stream-log.ts'

const shards = Array.from({ length: 24 }, (_, index) => ({ logId: 'log', shardId: `s${index}` }))
const clock = { now: () => 1_700_000_000_000 }

function randomRecord(random: (below: number) => number): NewRecord {
  const sizeBytes = random(20) === 0 ? random(40_000) : random(900)
  return {
    partitionKey: `ключ-${random(50)}`,
    data: Buffer.alloc(sizeBytes, random(256)),
    ...(random(4) === 0 && { explicitHashKey: `${random(1e9)}` }),
    // What is sealed is longer by what sealing adds, whatever stands in it.
    ...(random(9) === 0 && { isSealed: true, data: Buffer.alloc(32 + random(300), random(256)) }),
  }
}

const asPlain = ({ data, ...rest }: LogRecord) => ({
  ...rest,
  data: Buffer.from(data).toString('hex'),
})

/** Reads that end, and go on, where other limits would not. */
async function compare(logs: readonly StreamLog[], random: (below: number) => number) {
  const shard = shards[random(shards.length)]!
  const { sequence } = await logs[0]!.tip(shard)
  const input = {
    after: BigInt(random(Number(sequence) + 2)),
    limitRecords: 1 + random(random(3) === 0 ? 3 : 2000),
    limitBytes: 1 + random(random(3) === 0 ? 5000 : 2_000_000),
  }
  const [expected, ...found] = await Promise.all(logs.map((log) => log.read(shard, input)))
  for (const records of found) {
    assert.deepEqual(
      records.map(asPlain),
      expected!.map(asPlain),
      JSON.stringify({ shard, ...input, after: `${input.after}` }),
    )
  }
}

/** All that some shards have, from any place on, in one call, as reads of each find it in the first of the logs. */
async function compareMany(
  [whole, ...logs]: readonly StreamLog[],
  random: (below: number) => number,
): Promise<void> {
  const asked = shards.slice(random(shards.length)).filter(() => random(5) > 0)
  const shardIds = asked.map(({ shardId }) => shardId)
  const tos = await whole!.tips('log', shardIds)
  const afters = tos.slice()
  const records: LogRecord[][] = []
  // Some follow closely, some have fallen behind.
  const nearness = 1 + random(200)
  for (const [place, shard] of asked.entries()) {
    afters[place]! -= random(Math.min(nearness, tos[place]! + 1))
    const input = { after: BigInt(afters[place]!), limitRecords: 1e4, limitBytes: 1e9 }
    records.push([...(await whole!.read(shard, input))])
  }
  const spans = { shardIds, afters, tos }
  const limits = { limitRecords: 1e6, limitBytes: 1e9, shardRecords: 1e4, shardBytes: 1e9 }
  const plainBytes = ({ data, isSealed }: LogRecord) =>
    data.byteLength - (isSealed ? sealedOverheadBytes : 0)
  const column = (of: (read: readonly LogRecord[]) => number) => Float64Array.from(records, of)
  const extents = {
    records: column((read) => read.length),
    dataBytes: column((read) => read.reduce((sum, each) => sum + plainBytes(each), 0)),
    arrivalMs: column((read) => read[0]?.arrivalMs ?? 0),
    lasts: column((read) => Number(read.at(-1)?.sequence ?? 0)),
    isComplete: true,
  }
  const data = records.flat().map((each) => Buffer.from(each.data).toString('hex'))
  for (const log of logs) {
    const found = await log.extents('log', spans, limits)
    assert.deepEqual(found, extents)
    const inPages = await dataInPages(log, spans)
    if (inPages) assert.deepEqual(inPages, data)
    else assert.ok(records.flat().some(({ isSealed }) => isSealed))
  }
}

/** Undefined where a record is sealed. */
async function dataInPages(
  log: StreamLog,
  spans: ShardSpans,
): Promise<readonly string[] | undefined> {
  const found: string[] = []
  let { afters } = spans
  for (let isComplete = false; !isComplete;) {
    const limits = { limitRecords: 50, limitBytes: 40_000 }
    const read = await log.readPages('log', { ...spans, afters }, limits)
    if (!read) return undefined
    for (const { bytes, starts, ends, release } of read.pages) {
      for (const [index, start] of starts.entries()) {
        found.push(bytes.toString('hex', start, ends[index]))
      }
      release()
    }
    ;({ afters, isComplete } = read)
  }
  return found
}

async function withLogs(
  options: readonly Partial<DiskStreamLogOptions>[],
  run: (logs: readonly StreamLog[]) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-reading-'))
  const logs: StreamLog[] = []
  try {
    for (const [index, each] of options.entries()) {
      logs.push(await openDiskStreamLog({ folder: join(folder, `${index}`), clock, ...each }))
    }
    for (const log of logs) await Promise.all(shards.map((shard) => log.createShard(shard)))
    await run(logs)
  } finally {
    for (const log of logs) await log.close()
    await rm(folder, { recursive: true })
  }
}

/** One request: the same to each log, in one group there. */
async function put(logs: readonly StreamLog[], random: (below: number) => number): Promise<void> {
  const parts = Array.from({ length: 1 + random(30) }, () => ({
    shard: shards[random(shards.length)]!,
    records: Array.from({ length: 1 + random(6) }, () => randomRecord(random)),
  }))
  for (const log of logs) {
    await Promise.all(parts.map(({ shard, records }) => log.append(shard, records)))
  }
}

test('what is read from memory, with a thread of pieces, and of one file is the same', async () => {
  const random = randomNumbers(7)
  const options = [
    // From one file: nothing stays in memory.
    { tailBytes: 0 },
    {},
    { tailBytes: 300_000, segmentBytes: 1_500_000 },
    { tailBytes: 0, segmentBytes: 1_500_000 },
    { tailBytes: 0, segmentBytes: 100_000 },
  ]
  await withLogs(options, async (logs) => {
    for (let round = 0; round < 70; round += 1) {
      await put(logs, random)
      for (let index = 0; index < 8; index += 1) await compare(logs, random)
      await compareMany(logs, random)
    }
    await Promise.all(Array.from({ length: 150 }, () => compare(logs, random)))
    for (let index = 0; index < 20; index += 1) await compareMany(logs, random)
  })
})
