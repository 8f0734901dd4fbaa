import { isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createStreams, isOpen, migrations, openDiskStreamLog } from '#ingestion/streams'
import { join } from 'node:path'

/*
 * Puts, reshards and reads at random until it is killed. Each key has numbers that grow. Prints a line for each record
 * that was acknowledged: key, number, shard, sequence number; and `# n` when there are n shards. Arguments: folder, first number.
 */
const [folder, start] = process.argv.slice(2)
const scope = { accountId: '123456789012', region: 'us-east-1' }
const reference = { name: 's' }
const database = await openSqliteDatabase({
  path: join(folder!, 'db'),
  migrations,
  log: silentLogger(),
})
const log = await openDiskStreamLog({ folder: join(folder!, 'logs'), segmentBytes: 100_000 })
const streams = await createStreams({ database, log })
await streams
  .create(scope, { name: 's', mode: 'PROVISIONED', shardCount: 3 })
  .catch((error: unknown) => {
    if (!isLakeError(error, 'StreamInUse')) throw error
  })

const pick = (below: number): number => Math.floor(Math.random() * below)

async function put(producer: number): Promise<never> {
  const next = new Map(Array.from({ length: 5 }, (_, key) => [`${producer}-${key}`, Number(start)]))
  for (;;) {
    const sent: { readonly key: string; readonly number: number }[] = []
    for (const [key, number] of next) {
      const count = pick(4)
      for (let index = 0; index < count; index += 1) sent.push({ key, number: number + index })
      next.set(key, number + count)
    }
    const records = sent.map(({ key, number }) => ({
      partitionKey: key,
      data: Buffer.from(`${number}`.padEnd(pick(900), '.')),
    }))
    const results = await streams.put(scope, reference, records)
    let acks = ''
    for (const [index, result] of results.entries()) {
      if (result.error) throw result.error
      const { key, number } = sent[index]!
      acks += `${key} ${number} ${result.shardId} ${result.sequenceNumber}\n`
    }
    process.stdout.write(acks)
  }
}

async function reshard(): Promise<never> {
  for (;;) {
    const { shards } = await streams.find(scope, reference)
    process.stdout.write(`# ${shards.length}\n`)
    const open = shards
      .filter(isOpen)
      .toSorted((one, other) => (one.startingHashKey < other.startingHashKey ? -1 : 1))
    const at = pick(open.length)
    const shard = open[at]!
    const next = open[at + 1]
    const choice = pick(3)
    if (choice === 0 && open.length < 12) {
      const newStartingHashKey = (shard.startingHashKey + shard.endingHashKey) / 2n
      await streams.reshard.split(scope, reference, { shardId: shard.id, newStartingHashKey })
    } else if (choice === 1 && next) {
      const pair = { shardId: shard.id, adjacentShardId: next.id }
      await streams.reshard.merge(scope, reference, pair)
    } else if (choice === 2) {
      const least = Math.ceil(open.length / 2)
      const target = least + pick(Math.min(12, open.length * 2) - least + 1)
      await streams.reshard.resize(scope, reference, Math.max(1, target))
    }
    await new Promise((resolve) => setTimeout(resolve, 10 + pick(60)))
  }
}

/** Of some shards at random, from their beginning. */
async function read(): Promise<never> {
  for (;;) {
    const { shards } = await streams.find(scope, reference)
    const { id } = shards[pick(shards.length)]!
    let iterator: string | undefined = await streams.shardIterator(scope, reference, id, {
      type: 'TRIM_HORIZON',
    })
    for (let pages = 0; iterator && pages < 5; pages += 1) {
      const page = await streams.read(scope, iterator, 500)
      iterator = page.records.length > 0 ? page.nextIterator : undefined
    }
    await new Promise((resolve) => setTimeout(resolve, pick(10)))
  }
}

await Promise.all([put(0), put(1), put(2), put(3), reshard(), read()])
