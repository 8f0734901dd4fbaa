import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose'
import { GetPartitionsCommand } from '@aws-sdk/client-glue'
import { PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { silentLogger } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
import { poll } from '../harness/index.ts'
import {
  allStreams,
  Bucket,
  clients,
  select,
  sourceName,
  startServer,
  type Running,
  type StreamName,
} from './delivery-lake.ts'
import { assertOrder, objectsIn, recordsOf } from './delivery-order.ts'

const batchRecords = 20
const partitionKeys = 7
const countDeadlineMs = 120_000

/** What was sent, and of that what was acknowledged, by delivery stream. */
export class Ledger {
  readonly sent = new Map<StreamName, Set<number>>(allStreams.map((name) => [name, new Set()]))
  readonly acknowledged = new Map<StreamName, Set<number>>(
    allStreams.map((name) => [name, new Set()]),
  )
  #next = 0

  /** Whether something was acknowledged by every stream. */
  isFilled(): boolean {
    return [...this.acknowledged.values()].every((ids) => ids.size > 0)
  }

  /** Sends until the server is gone. Nothing is sent twice: what was not acknowledged may or may not be there. */
  async send({ endpoint, exited }: Running, name: StreamName): Promise<void> {
    const all = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    for (;;) {
      const ids = Array.from({ length: batchRecords }, () => (this.#next += 1))
      for (const id of ids) this.sent.get(name)!.add(id)
      try {
        const taken = await put(all, name, ids)
        for (const id of taken) this.acknowledged.get(name)!.add(id)
      } catch {
        if (isOver) return
        // The pace of a producer.
        await wait(20)
      }
    }
  }
}

/** Those that were acknowledged. */
async function put(
  { firehose, kinesis }: ReturnType<typeof clients>,
  name: StreamName,
  ids: readonly number[],
): Promise<readonly number[]> {
  if (name !== 'kinesis') {
    const Records = ids.map((id) => ({ Data: Buffer.from(`{"id":${id}}\n`) }))
    await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }))
    return ids
  }
  const records = ids.map((id) => ({
    PartitionKey: `k${id % partitionKeys}`,
    Data: Buffer.from(`{"id":${id},"key":"k${id % partitionKeys}"}\n`),
  }))
  const answer = await kinesis.send(
    new PutRecordsCommand({ StreamName: sourceName, Records: records }),
  )
  return ids.filter((_, index) => answer.Records![index]!.SequenceNumber !== undefined)
}

/** Every id that a delivery stream has delivered, as often as it is there; the order is looked at. */
async function delivered(
  { s3, athena }: ReturnType<typeof clients>,
  name: StreamName,
  folder: string,
): Promise<readonly number[]> {
  if (name === 'iceberg') {
    return (await select(athena, 'SELECT id FROM d.iceberg')).slice(1).map(Number)
  }
  const objects = await objectsIn(s3, Bucket, `${name}/`)
  if (name !== 'parquet') {
    assertOrder(name, objects)
    return objects.flatMap((object) => recordsOf(object).map(({ id }) => id))
  }
  if (objects.length === 0) return []
  const inputs = await Promise.all(
    objects.map(async ({ bytes }, index) => {
      const path = join(folder, `${index}.parquet`)
      await writeFile(path, bytes)
      return { name: `${index}.parquet`, path }
    }),
  )
  await using engine = createDuckdbEngine({
    folder: join(folder, 'engine'),
    processes: 1,
    log: silentLogger(),
  })
  const { rows } = await engine.run({
    inputs,
    statements: ["SELECT id FROM read_parquet('{in}/*.parquet')"],
    limits: { rowsMax: 10_000_000 },
  })
  return rows.map(([id]) => id as number)
}

/** Everything acknowledged is there once, in its order, and nothing is there twice or was never sent. */
export async function count(dataDir: string, folder: string, ledger: Ledger): Promise<string> {
  let lines = ''
  const server = await startServer(dataDir)
  try {
    const all = clients(server.endpoint)
    for (const name of allStreams) lines += `${await countStream(all, name, folder, ledger)}\n`
    const errors = await all.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'errors/' }))
    assert.equal(errors.KeyCount, 0)
    await assertPartitions(all)
    return lines
  } finally {
    await server.kill()
  }
}

async function countStream(
  all: ReturnType<typeof clients>,
  name: StreamName,
  folder: string,
  ledger: Ledger,
): Promise<string> {
  const acknowledged = ledger.acknowledged.get(name)!
  assert.ok(acknowledged.size > 0, `something was acknowledged by ${name}`)
  const found = await poll(
    `the last records of ${name}`,
    async () => {
      const ids = await delivered(all, name, folder)
      const set = new Set(ids)
      return [...acknowledged].every((id) => set.has(id)) && ids
    },
    { deadlineMs: countDeadlineMs, intervalMs: 250 },
  )
  const stored = new Set(found)
  const sent = ledger.sent.get(name)!
  const lost = [...acknowledged].filter((id) => !stored.has(id)).length
  const twice = found.length - stored.size
  const line = `${name}: sent ${sent.size}, acknowledged ${acknowledged.size}, stored ${found.length}, lost ${lost}, twice ${twice}`
  assert.equal(twice, 0, line)
  assert.ok(
    found.every((id) => sent.has(id)),
    `${name} has what was never sent`,
  )
  return line
}

/** The catalog knows the folder of each object, and no other. */
async function assertPartitions({ s3, glue }: ReturnType<typeof clients>): Promise<void> {
  const folders = new Set<string>()
  let ContinuationToken: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'parquet/', ContinuationToken }),
    )
    for (const { Key } of page.Contents ?? []) folders.add(/second=(\d\d)/.exec(Key!)![1]!)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  const { Partitions } = await glue.send(
    new GetPartitionsCommand({ DatabaseName: 'd', TableName: 't' }),
  )
  assert.deepEqual(Partitions!.map(({ Values }) => Values![0]).toSorted(), [...folders].toSorted())
}
