import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDiskStreamLog, type NewRecord, type StreamLog } from '#ingestion/streams'
import type { Benchmark } from './benchmark.ts'
import type { Row } from './table.ts'

const shardCounts = [1, 4, 100, 1000]
const writeMs = 1500
const recordsPerRequest = 500
const writers = 8
const data = Buffer.alloc(1024, 'a record ')

/** The log alone, as the number of shards of a stream grows: 500 records a request, spread over all of them. */
export const benchmark: Benchmark = {
  title: 'the stream log, 1 KiB records, as shards grow: records per second of processor time',
  async run() {
    const measured: { readonly put: number; readonly read: number }[] = []
    for (const shardCount of shardCounts) measured.push(await measure(shardCount))
    const rows: Row[] = [
      { name: 'append', values: measured.map(({ put }) => put), note: 'durable' },
      { name: 'read a shard', values: measured.map(({ read }) => read), note: 'from its start' },
    ]
    return rows.map((row) => ({
      title: row.name,
      columns: shardCounts.map((count) => `${count} shard${count > 1 ? 's' : ''}`),
      better: 'greater' as const,
      rows: [{ ...row, name: '' }],
    }))
  },
}

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
    const read = await perCpuSecond(async () => {
      let count = 0
      for (const shard of shards.slice(0, 10)) count += await readAll(log, shard)
      return count
    })
    return { put, read }
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
        const byShard = new Map<number, NewRecord[]>()
        for (let index = 0; index < recordsPerRequest; index += 1) {
          const shard = Math.floor(Math.random() * shards.length)
          const part = byShard.get(shard)
          const record = { partitionKey: 'key', data }
          if (part) part.push(record)
          else byShard.set(shard, [record])
        }
        await Promise.all([...byShard].map(([shard, part]) => log.append(shards[shard]!, part)))
        sent += recordsPerRequest
      }
    }),
  )
  return sent
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
