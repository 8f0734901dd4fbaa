import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { columnsOf, openDiskStreamLog, type BatchAppend, type StreamLog } from '#ingestion/streams'
import { median, type Benchmark } from './benchmark.ts'
import { spawnBoathouse } from './boathouse.ts'
import { deliverOver } from './deliver-over.ts'
import { append, follow, followings } from './following.ts'
import { sendLoad } from './load.ts'
import { createStream, putRecords, recordsPerRequest } from './put-records.ts'
import type { Row } from './table.ts'

const shardCounts = [1, 4, 100, 1000]
const writeMs = 1500
const writers = 8
const readings = ['append', 'first read of all', 'the same again', 'readers of all side by side']
const apiRounds = 3
/** A shard of a thousand has four records of each round then. */
const closely = {
  rounds: 50,
  warmUpRounds: 20,
  requestsAtOnce: writers,
  timesPerRound: 1,
  readRecords: 10_000,
}
/** Forty of them, and what was put in a round is in memory still. */
const inReadsOf40 = {
  rounds: 10,
  warmUpRounds: 5,
  requestsAtOnce: writers,
  timesPerRound: 10,
  readRecords: 40,
}

/** The log alone, then PutRecords, as the number of shards of a stream grows: 500 records a request, spread over all of them. */
export const benchmark: Benchmark = {
  title: 'streams as shards grow: records per second of processor time',
  async run() {
    return [
      {
        title: 'the log alone, 1 KiB records; in brackets: what one shard gives, in times of this',
        columns: [...readings, ...followings.map(({ title }) => title)],
        better: 'greater',
        rows: await rowsOf(shardCounts, measure),
      },
      {
        title: 'the log alone, 200 B records',
        columns: readings,
        better: 'greater',
        rows: await rowsOf([1, 100, 1000], (shardCount) =>
          measureReading(shardCount, { recordBytes: 200, writers }),
        ),
      },
      {
        title:
          'the log alone, 1 KiB records, one writer (a record or two of a thousand shards each time)',
        columns: readings,
        better: 'greater',
        rows: await rowsOf([1, 1000], (shardCount) =>
          measureReading(shardCount, { recordBytes: 1024, writers: 1 }),
        ),
      },
      {
        title:
          'what was just put, 200 B records, 40,000 at a time and 40 of them with each call for a shard, whatever the number of shards',
        columns: followings.map(({ title }) => title),
        better: 'greater',
        rows: await rowsOf(shardCounts, measureEvenReads),
      },
      {
        title: 'PutRecords, 8 connections (with one shard no key is hashed)',
        columns: ['1 KiB records', '200 B records'],
        better: 'greater',
        rows: await rowsOf([1, 2, ...shardCounts.slice(1)], async (shardCount) => [
          await measureApi(shardCount, 1024),
          await measureApi(shardCount, 200),
        ]),
      },
      {
        title: `delivered to S3 as they come, 200 B records, ${recordsPerRequest} in each object; µs of processor time a record`,
        columns: ['put and delivered'],
        better: 'smaller',
        rows: await rowsOf([1, 100, 1000], async (shardCount) => [await deliverOver(shardCount)]),
      },
    ]
  },
}

async function rowsOf(
  counts: readonly number[],
  measured: (shardCount: number) => Promise<readonly number[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const shardCount of counts) {
    const name = `${shardCount} shard${shardCount > 1 ? 's' : ''}`
    rows.push({ name, values: await measured(shardCount) })
  }
  return rows
}

/** Of a server of its own, with requests that differ in nothing but what their stream has of shards. */
async function measureApi(shardCount: number, recordBytes: number): Promise<number> {
  await using server = await spawnBoathouse()
  await createStream(server.port, shardCount)
  const requests = Array.from({ length: 16 }, (_, seed) =>
    putRecords(server.port, recordBytes, seed),
  )
  const load = () =>
    sendLoad({
      server,
      connections: writers,
      durationMs: writeMs,
      request: (index) => requests[index % requests.length]!,
      unitsPerRequest: recordsPerRequest,
    })
  // Until all of its code is compiled.
  await load()
  await load()
  const results: number[] = []
  for (let round = 0; round < apiRounds; round += 1) results.push((await load()).perCpuSecond)
  return median(results)
}

/** Appends and reads, then reads of a reader for each shard who keeps up. */
async function measure(shardCount: number) {
  return withLog(shardCount, { recordBytes: 1024, writers }, async (written) => [
    ...(await appendAndRead(written)),
    ...(await follow(written.log, written.requests, closely)),
  ])
}

function measureEvenReads(shardCount: number): Promise<readonly number[]> {
  return withLog(shardCount, { recordBytes: 200, writers }, ({ log, shards, load }) => {
    const evenly = Array.from({ length: writers }, (_, nth) =>
      requestOf(
        shards,
        load.recordBytes,
        (index) => (nth * recordsPerRequest + index) % shards.length,
      ),
    )
    return follow(log, evenly, inReadsOf40)
  })
}

function measureReading(shardCount: number, load: Load): Promise<readonly number[]> {
  return withLog(shardCount, load, appendAndRead)
}

interface Load {
  readonly recordBytes: number
  readonly writers: number
}

interface LoadedLog {
  readonly log: StreamLog
  readonly shards: Shards
  readonly requests: readonly BatchAppend[]
  readonly load: Load
}

async function withLog(
  shardCount: number,
  load: Load,
  work: (loaded: LoadedLog) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
  try {
    await using log = await openDiskStreamLog({ folder })
    const shards = Array.from({ length: shardCount }, (_, index) => ({
      logId: 'log',
      shardId: `shard-${index}`,
    }))
    await Promise.all(shards.map((shard) => log.createShard(shard)))
    const requests = Array.from({ length: 16 }, () => randomRequest(shards, load.recordBytes))
    return await work({ log, shards, requests, load })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Appends; reads from the start, one shard after the other, twice; then all of them side by side, 100 records a read. */
async function appendAndRead(loaded: LoadedLog): Promise<readonly number[]> {
  const { log, shards } = loaded
  await write(loaded)
  const put = await perCpuSecond(() => write(loaded))
  const readEach = async () => {
    let count = 0
    for (const shard of shards) count += await readAll(log, shard, 10_000)
    return count
  }
  const sideBySide = async () => {
    const counts = await Promise.all(shards.map((shard) => readAll(log, shard, 100)))
    return counts.reduce((sum, count) => sum + count, 0)
  }
  const found: number[] = [put]
  for (const read of [readEach, readEach, sideBySide]) found.push(await perCpuSecond(read))
  return found
}

async function perCpuSecond(work: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage()
  const count = await work()
  const { user, system } = process.cpuUsage(before)
  return count / ((user + system) / 1e6)
}

type Shards = readonly { readonly logId: string; readonly shardId: string }[]

async function write({ log, requests, load }: LoadedLog): Promise<number> {
  const deadline = performance.now() + writeMs
  let sent = 0
  await Promise.all(
    Array.from({ length: load.writers }, async () => {
      while (performance.now() < deadline) {
        await append(log, requests[(sent / recordsPerRequest) % requests.length]!)
        sent += recordsPerRequest
      }
    }),
  )
  return sent
}

/**
 * Records at random over all shards, as PutRecords gives them to the log, with bytes of their own: made before anything is measured, since to
 * make one over a thousand shards costs more than to make one for a single shard.
 */
function randomRequest(shards: Shards, recordBytes: number): BatchAppend {
  return requestOf(shards, recordBytes, () => Math.floor(Math.random() * shards.length))
}

function requestOf(
  shards: Shards,
  recordBytes: number,
  shardOf: (index: number) => number,
): BatchAppend {
  const columns = columnsOf(
    Array.from({ length: recordsPerRequest }, (_, index) => ({
      partitionKey: `key-${index}`,
      data: Buffer.alloc(recordBytes, 'a record '),
    })),
  )
  return {
    logId: shards[0]!.logId,
    columns,
    shardIds: shardIdsOf(shards),
    shards: Int32Array.from({ length: recordsPerRequest }, (_, index) => shardOf(index)),
  }
}

const shardIdLists = new WeakMap<Shards, readonly string[]>()

/** One list for all requests, as a stream has it. */
function shardIdsOf(shards: Shards): readonly string[] {
  const known = shardIdLists.get(shards) ?? shards.map(({ shardId }) => shardId)
  shardIdLists.set(shards, known)
  return known
}

async function readAll(
  log: StreamLog,
  shard: Shards[number],
  limitRecords: number,
): Promise<number> {
  let after = 0n
  let count = 0
  for (;;) {
    const records = await log.read(shard, { after, limitRecords, limitBytes: 10_485_760 })
    if (records.length === 0) return count
    count += records.length
    after = records.at(-1)!.sequence
  }
}
