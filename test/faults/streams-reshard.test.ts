import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import {
  createStreams,
  isOpen,
  migrations,
  openDiskStreamLog,
  type Shard,
  type Streams,
} from '#ingestion/streams'

const writer = fileURLToPath(new URL('streams-reshard-writer.ts', import.meta.url))
const scope = { accountId: '123456789012', region: 'us-east-1' }
const reference = { name: 's' }
const rounds = 4

/** Until so many records were acknowledged, and there are so many shards. */
async function writeUntilKilled(
  folder: string,
  { start, acks: acksMin, shards: shardsMin }: Record<'start' | 'acks' | 'shards', number>,
) {
  const child = spawn(process.execPath, ['--conditions=source', writer, folder, `${start}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const acks: string[] = []
  let shards = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('# ')) shards = Number(line.slice(2))
    else acks.push(line)
    if (acks.length >= acksMin && shards >= shardsMin) child.kill('SIGKILL')
  }
  const [, signal] = (await exited) as [unknown, string]
  assert.equal(signal, 'SIGKILL', 'the writer ended by itself')
  // The last line may be torn.
  return acks.filter((line) => line.split(' ')[3]?.length === 56)
}

interface Found {
  readonly key: string
  readonly number: number
  readonly shardId: string
  readonly sequenceNumber: string
}

async function readShard(streams: Streams, shard: Shard): Promise<readonly Found[]> {
  const found: Found[] = []
  let iterator: string | undefined = await streams.shardIterator(scope, reference, shard.id, {
    type: 'TRIM_HORIZON',
  })
  while (iterator) {
    const page = await streams.read(scope, iterator, 10_000)
    for (const { partitionKey, data, sequenceNumber } of page.records) {
      const number = Number.parseInt(Buffer.from(data).toString(), 10)
      found.push({ key: partitionKey, number, shardId: shard.id, sequenceNumber })
    }
    if (!isOpen(shard))
      assert.ok(page.nextIterator || page.childShards, 'a closed shard has no end')
    iterator = page.records.length > 0 || !isOpen(shard) ? page.nextIterator : undefined
  }
  return found
}

/** Open shards cover every hash key once, and the children of each closed shard cover it. */
function checkLineage(shards: readonly Shard[]): void {
  let next = 0n
  const byStart = (one: Shard, other: Shard) =>
    one.startingHashKey < other.startingHashKey ? -1 : 1
  for (const shard of shards.filter(isOpen).toSorted(byStart)) {
    assert.equal(shard.startingHashKey, next)
    next = shard.endingHashKey + 1n
  }
  assert.equal(next, 2n ** 128n)
  for (const parent of shards.filter((shard) => !isOpen(shard))) {
    const children = shards
      .filter((shard) => shard.parentId === parent.id || shard.adjacentParentId === parent.id)
      .toSorted(byStart)
    assert.ok(children.length > 0)
    assert.ok(children[0]!.startingHashKey <= parent.startingHashKey)
    assert.ok(children.at(-1)!.endingHashKey >= parent.endingHashKey)
  }
}

test('kill -9 while shards split and merge under load: nothing lost, nothing twice, each key in order', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-reshard-'))
  const acknowledged = new Map<string, string>()
  try {
    let shardCount = 0
    let foundCount = 0
    for (let round = 0; round < rounds; round += 1) {
      const until = {
        start: round * 1_000_000,
        acks: 300 + Math.floor(Math.random() * 1_500),
        shards: 3 * (round + 2),
      }
      for (const ack of await writeUntilKilled(folder, until)) {
        const [key, number, shardId, sequenceNumber] = ack.split(' ')
        acknowledged.set(`${key} ${number}`, `${shardId} ${sequenceNumber}`)
      }
      const path = join(folder, 'db')
      await using database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
      await using log = await openDiskStreamLog({ folder: join(folder, 'logs') })
      const streams = await createStreams({ database, log })
      const { shards } = await streams.find(scope, reference)
      checkLineage(shards)
      const found = new Set<string>()
      const last = new Map<string, Found>()
      // Parents have lower numbers than their children.
      for (const shard of shards) {
        for (const record of await readShard(streams, shard)) {
          const name = `${record.key} ${record.number}`
          assert.ok(!found.has(name), `${name} is there twice`)
          found.add(name)
          const before = last.get(record.key)
          if (before) {
            assert.ok(before.number < record.number, `${name} stands after ${before.number}`)
            assert.ok(before.sequenceNumber < record.sequenceNumber)
          }
          last.set(record.key, record)
          const ack = acknowledged.get(name)
          if (ack) assert.equal(ack, `${record.shardId} ${record.sequenceNumber}`)
        }
      }
      const lost = [...acknowledged.keys()].filter((name) => !found.has(name))
      assert.deepEqual(lost, [], `round ${round}`)
      shardCount = shards.length
      foundCount = found.size
    }
    const [logName] = await readdir(join(folder, 'logs'))
    const files = await readdir(join(folder, 'logs', logName!))
    const segments = files.filter((name) => name.endsWith('.seg')).length
    assert.ok(shardCount > 10, `only ${shardCount} shards were made`)
    assert.ok(segments > 1, 'no segment was sealed')
    t.diagnostic(
      `sent ${acknowledged.size}, stored ${foundCount}, lost 0, twice 0; ${shardCount} shards, ${segments} segments`,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
