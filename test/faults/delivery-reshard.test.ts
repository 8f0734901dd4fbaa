import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import {
  DescribeStreamSummaryCommand,
  PutRecordsCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { poll } from '../harness/index.ts'
import { Bucket, clients, select, startServer, type Running } from './delivery-lake.ts'
import { assertOrder, objectsIn, recordsOf } from './delivery-order.ts'
import { packedStreams, setUp, shardCount, sourceName, upserts } from './delivery-reshard-lake.ts'

/** How long the kills go on: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/delivery-reshard` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 8)
/** The first server lives for no longer than this after its start; later ones for longer, where the machine is too busy for anything to happen. */
const lifeMsMax = 4000
/** How long is waited at the most until something was taken, and shards were changed. */
const somethingMsMax = 180_000
const countDeadlineMs = 240_000
const timeout = faultSeconds * 3000 + somethingMsMax + 2 * countDeadlineMs

const writers = 4
const keysOfWriter = 10
const batchRecords = 60

/** What was sent, and of that what was acknowledged; numbers rise with each key. */
class Ledger {
  readonly sent = new Map<number, string>()
  readonly acknowledged = new Set<number>()
  changes = 0
  #next = 0

  /** Sends until the server is gone: records of a key after those before it were answered. */
  async write({ endpoint, exited }: Running, writer: number): Promise<void> {
    const { kinesis } = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    for (;;) {
      const ids = Array.from({ length: batchRecords }, () => (this.#next += 1))
      const records = ids.map((id) => {
        const key = `w${writer}k${id % keysOfWriter}`
        this.sent.set(id, key)
        return { PartitionKey: key, Data: Buffer.from(`{"id":${id},"key":"${key}"}\n`) }
      })
      try {
        const { Records } = await kinesis.send(
          new PutRecordsCommand({ StreamName: sourceName, Records: records }),
        )
        for (const [index, id] of ids.entries()) {
          if (Records![index]!.SequenceNumber !== undefined) this.acknowledged.add(id)
        }
      } catch {
        if (isOver) return
      }
      // The pace of a producer.
      await wait(20)
    }
  }

  /** Closes all shards and makes others, again and again. */
  async reshard({ endpoint, exited }: Running): Promise<void> {
    const { kinesis } = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    while (!isOver) {
      await wait(Math.random() * 1000)
      try {
        const { StreamDescriptionSummary } = await kinesis.send(
          new DescribeStreamSummaryCommand({ StreamName: sourceName }),
        )
        const isWide = StreamDescriptionSummary!.OpenShardCount! > shardCount
        await kinesis.send(
          new UpdateShardCountCommand({
            StreamName: sourceName,
            TargetShardCount: isWide ? shardCount : shardCount + 1 + (this.changes % 13),
            ScalingType: 'UNIFORM_SCALING',
          }),
        )
        this.changes += 1
      } catch {
        // The server is gone, or is about to be.
      }
    }
  }
}

test(
  'killed while a stream of many shards is cut into others: packed, divided, through a function and by key, every record is there once and in the order of its key',
  { timeout },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-reshard-'))
    const dataDir = join(folder, 'lake')
    const ledger = new Ledger()
    try {
      const first = await startServer(dataDir)
      await setUp(clients(first.endpoint)).finally(() => first.kill())
      const startMs = performance.now()
      const goesOn = () => {
        const elapsedMs = performance.now() - startMs
        const isEmpty = ledger.acknowledged.size === 0 || ledger.changes < 2
        return elapsedMs < faultSeconds * 1000 || (isEmpty && elapsedMs < somethingMsMax)
      }
      let kills = 0
      do {
        const server = await startServer(dataDir)
        const traffic = Promise.all([
          ...Array.from({ length: writers }, (_, writer) => ledger.write(server, writer)),
          ledger.reshard(server),
        ])
        await wait(200 + Math.random() * lifeMsMax * (1 + kills / 4))
        await server.kill()
        await traffic
        kills += 1
      } while (goesOn())
      assert.ok(ledger.acknowledged.size > 0 && ledger.changes > 0)
      const lines = await count(dataDir, ledger)
      t.diagnostic(`${kills} kills, ${ledger.changes} changes of shards\n${lines.join('\n')}`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

async function count(dataDir: string, ledger: Ledger): Promise<readonly string[]> {
  const server = await startServer(dataDir)
  try {
    const all = clients(server.endpoint)
    const lines: string[] = []
    for (const name of packedStreams) lines.push(await countObjects(all, name, ledger))
    lines.push(await countRows(all, ledger))
    const errors = await all.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'errors/' }))
    assert.deepEqual(errors.Contents ?? [], [])
    return lines
  } finally {
    await server.kill()
  }
}

async function countObjects(
  { s3 }: ReturnType<typeof clients>,
  name: string,
  { sent, acknowledged }: Ledger,
): Promise<string> {
  const objects = await poll(
    `the last records of ${name}`,
    async () => {
      const packed = await objectsIn(s3, Bucket, `${name}/`)
      const found = packed.map(({ key, bytes }) => ({ key, bytes: gunzipSync(bytes) }))
      const stored = new Set(found.flatMap(recordsOf).map(({ id }) => id))
      return [...acknowledged].every((id) => stored.has(id)) && found
    },
    { deadlineMs: countDeadlineMs, intervalMs: 500 },
  )
  assertOrder('kinesis', objects)
  const records = objects.flatMap(recordsOf)
  for (const { id, key } of records) assert.equal(sent.get(id), key, `${name} has ${id}`)
  const twice = records.length - new Set(records.map(({ id }) => id)).size
  const line = `${name}: sent ${sent.size}, acknowledged ${acknowledged.size}, stored ${records.length}, lost 0, twice ${twice}`
  assert.equal(twice, 0, line)
  return line
}

/** A row for each key: its newest record, or one that was sent later and not answered. */
async function countRows(
  { athena }: ReturnType<typeof clients>,
  { sent, acknowledged }: Ledger,
): Promise<string> {
  const newest = new Map<string, number>()
  for (const id of acknowledged) {
    const key = sent.get(id)!
    newest.set(key, Math.max(newest.get(key) ?? 0, id))
  }
  const rows = await poll(
    `the newest rows of ${upserts}`,
    async () => {
      const values = await select(
        athena,
        `SELECT key || ' ' || CAST(id AS varchar) FROM d.${upserts}`,
      )
      const found = values.slice(1).map((value) => value!.split(' ') as [string, string])
      const ids = new Map(found.map(([key, id]) => [key, Number(id)]))
      assert.equal(ids.size, found.length, 'a row for each key')
      return [...newest].every(([key, id]) => (ids.get(key) ?? 0) >= id) && ids
    },
    { deadlineMs: countDeadlineMs, intervalMs: 500 },
  )
  for (const [key, id] of rows) assert.equal(sent.get(id), key, `${upserts} has ${id}`)
  return `${upserts}: ${rows.size} keys, each with its newest record`
}
