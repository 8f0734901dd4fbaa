import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { PutRecordCommand, UpdateShardCountCommand } from '@aws-sdk/client-kinesis'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { poll, spawnServer } from '../harness/index.ts'
import { clients, createMappedFunction } from './mapped-function.ts'

const name = 'handled'
const Bucket = name
const StreamName = name
/** How long the kills go on: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/functions` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 0)
const timeout = (faultSeconds * 2 + 180) * 1000
const roundsMin = 3
const sentByRound = 40
const partitionKeys = 5

/**
 * An object for each event, and for each batch of a stream that it is given: when it began, and what was in it. Some batches fail after that, as
 * functions do.
 */
const code = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
const keep = (Key, Body = 'x') => s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key, Body }))
export const handler = async (event) => {
  if ('id' in event) return keep('event/' + event.id).then(() => 'kept')
  const began = String(Date.now()).padStart(15, '0') + Math.random()
  const ids = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())
  await keep('batch/' + began, ids.join(' '))
  if (Math.random() < 0.05) throw new Error('as functions do')
}`

const mapped = { code, shardCount: 2, mapping: { BatchSize: 5 } }

/** What was acknowledged, in the order in which it was sent: events, and records as `key:number`. */
interface Acknowledged {
  readonly events: string[]
  readonly records: string[]
}

/** Until the server is gone; notes what was acknowledged. */
async function send(endpoint: string, round: number, acknowledged: Acknowledged): Promise<void> {
  const { kinesis, lambda } = clients(endpoint)
  const sendAll = async (into: string[], one: (n: number) => Promise<string>) => {
    for (let n = round * 1_000_000; ; n += 1) {
      try {
        into.push(await one(n))
      } catch {
        return
      }
      // The pace of a producer.
      await wait(10)
    }
  }
  await Promise.all([
    sendAll(acknowledged.events, async (n) => {
      const Payload = Buffer.from(JSON.stringify({ id: n }))
      const InvocationType = 'Event'
      await lambda.send(new InvokeCommand({ FunctionName: name, InvocationType, Payload }))
      return `event/${n}`
    }),
    sendAll(acknowledged.records, async (n) => {
      const PartitionKey = `k${n % partitionKeys}`
      const id = `${PartitionKey}:${n}`
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(id) }))
      return id
    }),
  ])
}

/** Keys move to other shards while their records wait; the server may be gone before. */
async function reshard(endpoint: string, TargetShardCount: number): Promise<void> {
  await clients(endpoint)
    .kinesis.send(
      new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }),
    )
    .catch(() => undefined)
}

async function keysUnder(s3: S3Client, Prefix: string): Promise<readonly string[]> {
  const keys: string[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }))
    for (const { Key } of page.Contents ?? []) keys.push(Key!)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  return keys
}

/** The batches that the function was given, in the order in which it began with them. */
class Batches {
  readonly #bodies = new Map<string, readonly string[]>()

  async read(s3: S3Client): Promise<ReadonlySet<string>> {
    for (const Key of await keysUnder(s3, 'batch/')) {
      if (this.#bodies.has(Key)) continue
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      this.#bodies.set(Key, (await Body!.transformToString()).split(' '))
    }
    return new Set([...this.#bodies.values()].flat())
  }

  /** A record may come again, never for the first time after a later one of its key. Returns how many came again. */
  assertOrder(): number {
    const newest = new Map<string, number>()
    const seen = new Set<string>()
    let again = 0
    for (const [, ids] of [...this.#bodies].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      for (const id of ids) {
        const [key, n] = id.split(':') as [string, string]
        if (seen.has(id)) again += 1
        else assert.ok(Number(n) > (newest.get(key) ?? -1), `${id} after ${newest.get(key)}`)
        seen.add(id)
        newest.set(key, Math.max(Number(n), newest.get(key) ?? -1))
      }
    }
    return again
  }
}

test(
  'a server that is killed loses no event and no record of a function, and keeps their order',
  { timeout },
  async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-functions-faults-'))
    try {
      const acknowledged: Acknowledged = { events: [], records: [] }
      const end = performance.now() + faultSeconds * 1000
      let kills = 0
      for (; kills < roundsMin || performance.now() < end; kills += 1) {
        const server = await spawnServer({ dataDir })
        if (kills === 0) await createMappedFunction(server.endpoint, name, mapped)
        const enough = acknowledged.records.length + sentByRound
        const sent = send(server.endpoint, kills, acknowledged)
        if (kills > 0) await reshard(server.endpoint, kills % 2 === 0 ? 2 : 4)
        await poll('a round', () => acknowledged.records.length >= enough)
        await wait(Math.random() * 1500)
        await server.kill()
        await sent
      }
      const server = await spawnServer({ dataDir })
      try {
        const { s3 } = clients(server.endpoint)
        const batches = new Batches()
        const { events, records } = acknowledged
        await poll(
          'everything that was acknowledged',
          async () => {
            const handled = new Set(await keysUnder(s3, 'event/'))
            const given = await batches.read(s3)
            return events.every((key) => handled.has(key)) && records.every((id) => given.has(id))
          },
          { deadlineMs: 150_000, intervalMs: 250 },
        )
        const again = batches.assertOrder()
        t.diagnostic(
          `${kills} kills; events: acknowledged ${events.length}, lost 0; records: acknowledged ${records.length}, lost 0, out of order 0, again ${again}`,
        )
      } finally {
        assert.equal(await server.stop(), 0)
      }
    } finally {
      await rm(dataDir, { recursive: true })
    }
  },
)
