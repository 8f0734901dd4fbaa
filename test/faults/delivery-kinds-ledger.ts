import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { poll } from '../harness/index.ts'
import { fails, keyCount, keyOf, recordOf, removes, type Kind } from './delivery-kinds-lake.ts'
import { Bucket, select, clients, type Running } from './delivery-lake.ts'
import { assertOrder, objectsIn, recordsOf } from './delivery-order.ts'

const batchRecords = 20
export const countDeadlineMs = 240_000

type Clients = ReturnType<typeof clients>

/** What was sent to one delivery stream, rising, and what of that was acknowledged. */
export class Ledger {
  readonly sent: number[] = []
  readonly acknowledged = new Set<number>()
  refused = 0

  /** Sends until the server is gone; nothing is sent twice. */
  async send({ endpoint, exited }: Running, name: Kind): Promise<void> {
    const { firehose } = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    while (!isOver) await this.#sendBatch(firehose, name)
  }

  /** Sends until the newest record of each key was taken. */
  async sendLast({ endpoint }: Running, name: Kind): Promise<void> {
    const { firehose } = clients(endpoint)
    await poll('the last puts to be taken', async () => {
      await this.#sendBatch(firehose, name)
      return this.sent.slice(-keyCount).every((id) => this.acknowledged.has(id))
    })
  }

  async #sendBatch(firehose: Clients['firehose'], name: Kind): Promise<void> {
    const ids = Array.from({ length: batchRecords }, (_, index) => this.sent.length + index + 1)
    this.sent.push(...ids)
    const Records = ids.map((id) => ({ Data: Buffer.from(recordOf(name, id)) }))
    try {
      await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }))
      for (const id of ids) this.acknowledged.add(id)
    } catch {
      this.refused += 1
      // The pace of a producer.
      await wait(20)
    }
  }

  /** All that was acknowledged is among them, and nothing else than what was sent. */
  line(name: string, found: readonly number[]): string {
    const set = new Set(found)
    const sent = new Set(this.sent)
    const lost = [...this.acknowledged].filter((id) => !set.has(id)).length
    const strange = found.filter((id) => !sent.has(id)).length
    const again = found.length - set.size
    assert.ok(this.acknowledged.size > 0 && lost === 0 && strange === 0, `${name}: lost ${lost}`)
    return `${name}: sent ${sent.size}, acknowledged ${this.acknowledged.size}, stored ${set.size}, lost ${lost}, twice ${again}`
  }

  hasAll(found: readonly number[]): boolean {
    const set = new Set(found)
    return [...this.acknowledged].every((id) => set.has(id))
  }
}

/** Everything that was acknowledged is where it belongs, once. */
export async function count(
  all: Clients,
  ledgers: ReadonlyMap<Kind, Ledger>,
  received: readonly number[],
): Promise<readonly string[]> {
  const copied = ledgers.get('copied')!
  const lines = [
    await countObjects(all, 'copied', copied),
    await countObjects(all, 'backup', copied),
    await countFailing(all, ledgers.get('failing')!),
    await countPosted(received, ledgers.get('posted')!),
    await countRows(all, ledgers.get('latest')!),
  ]
  const errors = await all.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'errors/' }))
  assert.deepEqual(errors.Contents ?? [], [])
  return lines
}

const deadline = { deadlineMs: countDeadlineMs, intervalMs: 250 }

async function countObjects({ s3 }: Clients, name: string, ledger: Ledger): Promise<string> {
  const objects = await poll(
    `the last records of ${name}`,
    async () => {
      const found = await objectsIn(s3, Bucket, `${name}/`)
      return ledger.hasAll(found.flatMap(recordsOf).map(({ id }) => id)) && found
    },
    deadline,
  )
  assertOrder('lines', objects)
  const ids = objects.flatMap(recordsOf).map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length, `${name}: some are there twice`)
  return ledger.line(name, ids)
}

/** Each record is either in its folder or among those that failed. */
async function countFailing({ s3 }: Clients, ledger: Ledger): Promise<string> {
  const { good, bad } = await poll(
    'the last records of failing',
    async () => {
      const files = await objectsIn(s3, Bucket, 'failed/processing-failed/')
      const found = {
        good: (await objectsIn(s3, Bucket, 'failing/')).map(recordsOf).flat(),
        bad: files.flatMap((file) => recordsOf(file) as readonly unknown[]).map(failedId),
      }
      return ledger.hasAll([...found.good.map(({ id }) => id), ...found.bad]) && found
    },
    deadline,
  )
  const ids = [...good.map(({ id }) => id), ...bad]
  assert.equal(new Set(ids).size, ids.length, 'failing: some are there twice')
  assert.ok(bad.length > 0 && bad.every(fails) && !good.some(({ id }) => fails(id)))
  return ledger.line(`failing (${bad.length} to its error prefix)`, ids)
}

function failedId(line: unknown): number {
  const { rawData } = line as { readonly rawData: string }
  return (JSON.parse(Buffer.from(rawData, 'base64').toString()) as { readonly id: number }).id
}

/** At least once, and never for the first time after a later one. */
async function countPosted(received: readonly number[], ledger: Ledger): Promise<string> {
  await poll('the last requests', () => ledger.hasAll(received), deadline)
  const firsts = [...new Set(received)]
  assert.deepEqual(
    firsts,
    firsts.toSorted((a, b) => a - b),
  )
  return ledger.line('posted (at least once)', received)
}

/** The row of each key is what its newest record made it, or one that was sent later and not answered. */
async function countRows({ athena }: Clients, ledger: Ledger): Promise<string> {
  const ofKey = Map.groupBy(ledger.sent, keyOf)
  const possible = [...ofKey].map(([key, ids]) => {
    const newest = ids.findLastIndex((id) => ledger.acknowledged.has(id))
    return { key, ids: ids.slice(Math.max(newest, 0)) }
  })
  const rows = await poll(
    'the newest rows of latest',
    async () => {
      const values = await select(
        athena,
        `SELECT CAST(key AS varchar) || ' ' || CAST(id AS varchar) FROM d.latest`,
      )
      const found = values.slice(1).map((value) => value!.split(' ').map(Number))
      const byKey = new Map(found.map(([key, id]) => [key!, id!]))
      assert.equal(byKey.size, found.length, 'a row for each key')
      const isRight = possible.every(({ key, ids }) => {
        const id = byKey.get(key)
        return id === undefined ? ids.some(removes) : ids.includes(id) && !removes(id)
      })
      return isRight && byKey
    },
    deadline,
  )
  return `latest: sent ${ledger.sent.length}, acknowledged ${ledger.acknowledged.size}, ${ofKey.size} keys, ${rows.size} rows, each as its newest record made it`
}
