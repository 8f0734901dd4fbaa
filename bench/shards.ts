import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { columnsOf, openDiskStreamLog, type StreamLog } from '#ingestion/streams'
import type { Benchmark } from './benchmark.ts'
import type { Row } from './table.ts'

const shardCounts = [1, 4, 100, 1000]
const writeMs = 1500
const recordsPerRequest = 500
const writers = 8
const keepUpRounds = 50
const request = columnsOf(
  Array.from({ length: recordsPerRequest }, () => ({
    partitionKey: 'key',
    data: Buffer.alloc(1024, 'a record '),
  })),
)

/** The log alone, as the number of shards of a stream grows: 500 records a request, spread over all of them. */
export const benchmark: Benchmark = {
  title: 'the stream log, 1 KiB records, as shards grow: records per second of processor time',
  async run() {
    const rows: Row[] = []
    for (const shardCount of shardCounts) {
      const name = `${shardCount} shard${shardCount > 1 ? 's' : ''}`
      rows.push({ name, values: await measure(shardCount) })
    }
    return [
      {
        title: 'in brackets: what one shard gives, in times of this',
        columns: ['append', 'first read of all', 'the same again', 'read what was just put'],
        better: 'greater',
        rows,
      },
    ]
  },
}

/** Appends by 8 writers; reads from the start, sorting included, then of sorted segments; reads of a reader for each shard who keeps up. */
async function measure(shardCount: number) {
  const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
  try {
    await using log = await openDiskStreamLog({ folder })
    const shards = Array.from({ length: shardCount }, (_, index) => ({
      logId: 'log',
      shardId: `shard-${index}`,
    }))
    await Promise.all(shards.map((shard) => log.createShard(shard)))
    const put = await perCpuSecond(() => write(log, shards))
    const readEach = async () => {
      let count = 0
      for (const shard of shards) count += await readAll(log, shard)
      return count
    }
    const firstRead = await perCpuSecond(async () => {
      const count = await readEach()
      await untilGrouped(join(folder, 'log'))
      return count
    })
    const read = await perCpuSecond(readEach)
    return [put, firstRead, read, await keepUp(log, shards)]
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function perCpuSecond(work: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage()
  const count = await work()
  const { user, system } = process.cpuUsage(before)
  return count / ((user + system) / 1e6)
}

type Shards = readonly { readonly logId: string; readonly shardId: string }[]

async function write(log: StreamLog, shards: Shards): Promise<number> {
  const deadline = performance.now() + writeMs
  let sent = 0
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (performance.now() < deadline) {
        await putRequest(log, shards)
        sent += recordsPerRequest
      }
    }),
  )
  return sent
}

/** One request's records, at random over all shards, as PutRecords gives them to the log. */
async function putRequest(log: StreamLog, shards: Shards): Promise<void> {
  const places = new Map<number, number>()
  const shardOf = Int32Array.from({ length: recordsPerRequest }, () => {
    const shard = Math.floor(Math.random() * shards.length)
    const place = places.get(shard) ?? places.size
    places.set(shard, place)
    return place
  })
  const shardIds = [...places.keys()].map((shard) => shards[shard]!.shardId)
  const { logId } = shards[0]!
  const { errors } = await log.appendBatch({ logId, columns: request, shardIds, shards: shardOf })
  for (const error of errors.values()) throw error
}

/** Until no more segments become grouped: what the log does in the background where shards stand in small pieces. */
async function untilGrouped(folder: string): Promise<void> {
  const grouped = async () => (await readdir(folder)).filter((name) => name.includes('.g.')).length
  for (let before = -1, now = await grouped(); now !== before; now = await grouped()) {
    before = now
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** Records per processor second of reading alone, by a reader of each shard after each round of requests. */
async function keepUp(log: StreamLog, shards: Shards): Promise<number> {
  const positions = await Promise.all(shards.map(async (each) => (await log.tip(each)).sequence))
  let count = 0
  let microseconds = 0
  for (let round = 0; round < keepUpRounds; round += 1) {
    await Promise.all(Array.from({ length: writers }, () => putRequest(log, shards)))
    const before = process.cpuUsage()
    for (const [index, shard] of shards.entries()) {
      const input = { after: positions[index]!, limitRecords: 10_000, limitBytes: 10_485_760 }
      const records = await log.read(shard, input)
      count += records.length
      positions[index] = records.at(-1)?.sequence ?? positions[index]!
    }
    const { user, system } = process.cpuUsage(before)
    microseconds += user + system
  }
  return count / (microseconds / 1e6)
}

async function readAll(log: StreamLog, shard: Shards[number]): Promise<number> {
  let after = 0n
  let count = 0
  for (;;) {
    const records = await log.read(shard, { after, limitRecords: 10_000, limitBytes: 10_485_760 })
    if (records.length === 0) return count
    count += records.length
    after = records.at(-1)!.sequence
  }
}
