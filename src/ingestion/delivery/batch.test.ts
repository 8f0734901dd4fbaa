import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskStreamLog, type StreamLog } from '#ingestion/streams'
import { pagesOf, recordsOf, type Batch } from './batch.ts'

const logId = 'log'
const shardIds = ['a', 'b', 'c']
const { signal } = new AbortController()

interface Range {
  readonly shardId: string
  readonly from: number
  readonly to: number
}

/** A batch of these ranges; of the rest of it nothing here asks. */
function batchOf(asked: readonly Range[]): Batch {
  const ranges = {
    logId,
    shardIds: asked.map(({ shardId }) => shardId),
    numbers: asked.map(({ shardId }) => shardIds.indexOf(shardId)),
    afters: Float64Array.from(asked, ({ from }) => from),
    tos: Float64Array.from(asked, ({ to }) => to),
  }
  const source = { kind: 'direct' }
  return { stream: { source }, ranges } as unknown as Batch
}

async function compare(log: StreamLog, asked: readonly Range[]): Promise<void> {
  const source = { log, checkKey: () => Promise.reject(new Error('nothing here is encrypted')) }
  const batch = batchOf(asked)
  const expected = asked.flatMap(({ shardId, from, to }) =>
    Array.from({ length: to - from }, (_, index) => `${shardId}${from + index + 1}`),
  )
  const text = ({ data }: { readonly data: Uint8Array }) => Buffer.from(data).toString()
  const inPages: string[] = []
  for await (const page of pagesOf(source, batch, signal)) {
    inPages.push(...('page' in page ? page.records() : page).map(text))
  }
  assert.deepEqual(inPages, expected, `pages of ${JSON.stringify(asked)}`)
  const inRecords: string[] = []
  for await (const page of recordsOf(source, batch, signal)) inRecords.push(...page.map(text))
  assert.deepEqual(inRecords, expected, `records of ${JSON.stringify(asked)}`)
}

test('pages hold what the records of ranges are and nothing behind it, however shards lie between each other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-batch-'))
  try {
    await using log = await openDiskStreamLog({ folder, segmentBytes: 4096 })
    const counts = new Map(shardIds.map((shardId) => [shardId, 0]))
    for (const shardId of shardIds) await log.createShard({ logId, shardId })
    for (let round = 0; round < 40; round += 1) {
      const shardId = shardIds[Math.floor(Math.random() * shardIds.length)]!
      const before = counts.get(shardId)!
      const count = 1 + Math.floor(Math.random() * 4)
      const records = Array.from({ length: count }, (_, index) => ({
        partitionKey: 'k',
        data: Buffer.from(`${shardId}${before + index + 1}`),
      }))
      await log.append({ logId, shardId }, records)
      counts.set(shardId, before + count)
    }
    for (const shardId of shardIds) {
      const count = counts.get(shardId)!
      for (let from = 0; from < count; from += 3) {
        for (let to = from + 1; to <= count; to += 1) {
          await compare(log, [{ shardId, from, to }])
        }
      }
    }
    for (let round = 0; round < 100; round += 1) {
      const asked = shardIds
        .toSorted(() => Math.random() - 0.5)
        .map((shardId) => {
          const to = Math.floor(Math.random() * (counts.get(shardId)! + 1))
          return { shardId, from: Math.floor(Math.random() * (to + 1)), to }
        })
      await compare(log, asked)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
