import { openDiskStreamLog } from '#ingestion/streams'

/*
 * Appends to a log until it is killed. Prints a line for each append that was acknowledged:
 * shard, first sequence, first number, count. Arguments: folder, first number.
 */
const [folder, start] = process.argv.slice(2)
const shards = ['s0', 's1', 's2'].map((shardId) => ({ logId: 'log', shardId }))
const log = await openDiskStreamLog({ folder: folder!, segmentBytes: 60_000 })
for (const shard of shards) await log.createShard(shard)
let next = Number(start)

async function write(shard: (typeof shards)[number]): Promise<void> {
  for (;;) {
    const count = 1 + (next % 7)
    const first = next
    next += count
    const records = Array.from({ length: count }, (_, index) => ({
      partitionKey: 'k',
      data: Buffer.from(`${first + index}`.padEnd((first * 37) % 900, '.')),
    }))
    const [sequence] = await log.append(shard, records)
    process.stdout.write(`${shard.shardId} ${sequence} ${first} ${count}\n`)
  }
}
await Promise.all(shards.flatMap((shard) => [write(shard), write(shard)]))
