import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { PutRecordCommand } from '@aws-sdk/client-kinesis'
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { poll, spawnServer } from '../harness/index.ts'
import { clients, createMappedFunction } from './mapped-function.ts'

const name = 'sums'
const Bucket = name
const StreamName = name
/** How long the kills go on: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/tumbling` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 0)
const timeout = (faultSeconds * 2 + 300) * 1000
const roundsMin = 3
const sentByRound = 20

/** Adds the records up in the state, fails now and then, and keeps what a window came to. */
const code = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
export const handler = async ({ Records, state, window, isFinalInvokeForWindow: isFinal }) => {
  const ids = [...(state.ids ?? []), ...Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())]
  const Body = ids.join(' ')
  if (isFinal) await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key: window.start + ' ' + ids[0], Body }))
  if (Math.random() < 0.1) throw new Error('as functions do')
  return { state: { ids } }
}`

const mapped = { code, shardCount: 1, mapping: { BatchSize: 3, TumblingWindowInSeconds: 3 } }

/** Until the server is gone; notes what was sent, and what of it was acknowledged. */
async function send(
  endpoint: string,
  round: number,
  sent: { readonly all: Set<number>; readonly acknowledged: number[] },
): Promise<void> {
  const { kinesis } = clients(endpoint)
  for (let id = round * 1_000_000; ; id += 1) {
    sent.all.add(id)
    try {
      const Data = Buffer.from(String(id))
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data }))
    } catch {
      return
    }
    sent.acknowledged.push(id)
    // The pace of a producer.
    await wait(10)
  }
}

/** What each window came to, however often its end was told. */
async function sums(s3: S3Client): Promise<readonly (readonly number[])[]> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }))
  return Promise.all(
    (Contents ?? []).map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      return (await Body!.transformToString()).split(' ').map(Number)
    }),
  )
}

test(
  'a server that is killed keeps the state of a window with the place in its shard: each record is in one sum, once',
  { timeout },
  async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-windows-faults-'))
    try {
      const sent = { all: new Set<number>(), acknowledged: [] as number[] }
      const end = performance.now() + faultSeconds * 1000
      let kills = 0
      for (; kills < roundsMin || performance.now() < end; kills += 1) {
        const server = await spawnServer({ dataDir })
        if (kills === 0) await createMappedFunction(server.endpoint, name, mapped)
        const enough = sent.acknowledged.length + sentByRound
        const sending = send(server.endpoint, kills, sent)
        await poll('a round', () => sent.acknowledged.length >= enough)
        await wait(Math.random() * 3000)
        await server.kill()
        await sending
      }
      const server = await spawnServer({ dataDir })
      try {
        const { s3 } = clients(server.endpoint)
        const windows = await poll(
          'the end of all windows',
          async () => {
            const found = await sums(s3)
            const has = new Set(found.flat())
            return sent.acknowledged.every((id) => has.has(id)) && found
          },
          { deadlineMs: 150_000, intervalMs: 250 },
        )
        const summed = windows.flat()
        assert.equal(new Set(summed).size, summed.length)
        assert.ok(summed.every((id) => sent.all.has(id)))
        for (const ids of windows)
          assert.deepEqual(
            ids,
            [...ids].toSorted((a, b) => a - b),
          )
        t.diagnostic(`${kills} kills; acknowledged ${sent.acknowledged.length}, each in one sum`)
      } finally {
        assert.equal(await server.stop(), 0)
      }
    } finally {
      await rm(dataDir, { recursive: true })
    }
  },
)
