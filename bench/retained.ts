import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDiskStreamLog, type StreamLog } from '#ingestion/streams'
import type { Benchmark } from './benchmark.ts'

const mib = 1024 * 1024
const sizesMib = [1, 100, 1000]
const fullSizesMib = [...sizesMib, 10_000]
const recordBytes = 1024
const perAppend = 500
const measuredAppends = 200
const seeks = 200
const data = Buffer.alloc(recordBytes, 'a record ')
const shard = { logId: 'log', shardId: 'shard' }

/** The log alone, as what it retains grows; `--full` goes to 10 GB of disk. */
export const benchmark: Benchmark = {
  title:
    'the stream log, 1 KiB records, one shard, as retained data grows: records per second of processor time, and microseconds',
  async run({ full }) {
    const columns: string[] = []
    const appends: number[] = []
    const reads: number[] = []
    const firstFinds: number[] = []
    const finds: number[] = []
    const times: number[] = []
    const opens: number[] = []
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      const startMs = Date.now()
      let log = await openDiskStreamLog({ folder })
      await log.createShard(shard)
      for (const size of full ? fullSizesMib : sizesMib) {
        await fillTo(log, (size * mib) / recordBytes)
        await log.close()
        opens.push(
          await cpuMicroseconds(async () => {
            log = await openDiskStreamLog({ folder })
            await log.tip(shard)
          }),
        )
        columns.push(`${size} MiB`)
        appends.push(
          (perAppend * measuredAppends * 1e6) /
            (await cpuMicroseconds(() => append(log, measuredAppends))),
        )
        const { sequence } = await log.tip(shard)
        reads.push(
          (perAppend * measuredAppends * 1e6) /
            (await cpuMicroseconds(() => readLast(log, sequence))),
        )
        // The first time each segment's index and header are read.
        firstFinds.push((await cpuMicroseconds(() => find(log, sequence))) / seeks)
        finds.push((await cpuMicroseconds(() => find(log, sequence))) / seeks)
        times.push((await cpuMicroseconds(() => findTimes(log, startMs))) / seeks)
      }
      await log.close()
    } finally {
      await rm(folder, { recursive: true })
    }
    const row = (
      title: string,
      better: 'greater' | 'smaller',
      values: readonly number[],
      note: string,
    ) => ({
      title,
      columns,
      better,
      rows: [{ name: '', values, note }],
    })
    return [
      row('append, records/CPU s', 'greater', appends, 'durable'),
      row('read the newest 100,000, records/CPU s', 'greater', reads, ''),
      row('read one record anywhere, CPU µs', 'smaller', finds, 'by its sequence'),
      row(
        'the same, just opened',
        'smaller',
        firstFinds,
        'a segment is read of for the first time',
      ),
      row('find a place by its time, CPU µs', 'smaller', times, ''),
      row('open the log, CPU µs', 'smaller', opens, ''),
    ]
  },
}

async function cpuMicroseconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

async function append(log: StreamLog, count: number): Promise<void> {
  const records = Array.from({ length: perAppend }, () => ({ partitionKey: 'key', data }))
  for (let n = 0; n < count; n += 1) await log.append(shard, records)
}

async function fillTo(log: StreamLog, records: number): Promise<void> {
  const there = Number((await log.tip(shard)).sequence)
  await append(log, Math.max(0, Math.ceil((records - there) / perAppend)))
}

async function readLast(log: StreamLog, tip: bigint): Promise<void> {
  let after = tip - BigInt(perAppend * measuredAppends)
  while (after < tip) {
    const page = await log.read(shard, { after, limitRecords: 10_000, limitBytes: 10 * mib })
    after = page.at(-1)!.sequence
  }
}

async function find(log: StreamLog, tip: bigint): Promise<void> {
  for (let n = 0; n < seeks; n += 1) {
    // Far from each other, the same in each run.
    const after = (tip * BigInt((n * 7919) % 10_007)) / 10_007n
    await log.read(shard, { after, limitRecords: 1, limitBytes: 1 })
  }
}

async function findTimes(log: StreamLog, startMs: number): Promise<void> {
  const spanMs = Date.now() - startMs
  for (let n = 0; n < seeks; n += 1) {
    await log.positionAt(shard, startMs + Math.floor((spanMs * ((n * 7919) % 10_007)) / 10_007))
  }
}
