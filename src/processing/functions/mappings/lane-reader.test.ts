import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskStreamLog, type Shard, type Stream, type StreamLog } from '#ingestion/streams'
import { ManualClock, sleep } from '#kit'
import { LaneReader } from './lane-reader.ts'

const hourMs = 3_600_000
const shard: Shard = {
  id: 'shardId-000000000000',
  number: 0,
  startingHashKey: 0n,
  endingHashKey: 2n ** 128n - 1n,
  createdAtMs: 0,
}
const stream: Stream = {
  accountId: '123456789012',
  region: 'us-east-1',
  name: 's',
  arn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s',
  logId: 'log',
  status: 'ACTIVE',
  mode: 'PROVISIONED',
  createdAtMs: 0,
  retentionHours: 24,
  recordSizeKibMax: 1024,
  recordDistribution: 'USER_PARTITION_KEY',
  shardLevelMetrics: [],
  tags: {},
  shards: [shard],
}
const ref = { logId: stream.logId, shardId: shard.id }
const limits = { batchSize: 10, windowMs: 0 }

/** A log with the shard, and a reader of it that begins at its start. */
async function inLog(
  work: (about: {
    readonly log: StreamLog
    readonly clock: ManualClock
    readonly append: (text: string) => Promise<unknown>
    /** `looked` is told whenever it asks for the stream. */
    readonly readerOf: (present: Stream, looked?: () => void) => LaneReader
  }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-lane-'))
  try {
    const clock = new ManualClock(1_700_000_000_000)
    await using log = await openDiskStreamLog({ folder, clock })
    await log.createShard(ref)
    const readerOf = (present: Stream, looked?: () => void) => {
      const options = {
        log,
        clock,
        logId: stream.logId,
        shardId: shard.id,
        lane: 0,
        lanes: 1,
        stream: async () => {
          looked?.()
          return present
        },
        mustDecrypt: async () => {},
        wants: () => true,
        onPolled: () => {},
        onPassed: async () => {},
      }
      return new LaneReader(options, 0n)
    }
    const append = (text: string) =>
      log.append(ref, [{ partitionKey: 'k', data: Buffer.from(text) }])
    await work({ log, clock, append, readerOf })
  } finally {
    await rm(folder, { recursive: true })
  }
}

for (const isFreed of [true, false]) {
  test(`records older than the retention that are ${isFreed ? 'gone' : 'there still'} are passed over without asking for them again and again`, async () => {
    await inLog(async ({ log, clock, append, readerOf }) => {
      await append('old')
      clock.advance(25 * hourMs)
      if (isFreed) await log.trimBefore(ref.logId, clock.now())
      const next = readerOf(stream).next(limits, new AbortController().signal)
      // A reader that is woken at once each time it waits would leave no turn to a timer.
      await sleep(20)
      await append('new')
      const gathered = await next
      assert.deepEqual(
        gathered?.records.map(({ data }) => Buffer.from(data).toString()),
        ['new'],
      )
    })
  })
}

test('a shard of the same name in a stream that was made anew is another', async () => {
  await inLog(async ({ append, readerOf }) => {
    await append('of the old one')
    const reader = readerOf({ ...stream, logId: 'another' })
    await assert.rejects(reader.next(limits, new AbortController().signal), {
      code: 'FunctionNotFound',
      message: /made anew/,
    })
  })
})

test('a window is not over while a record that arrived in it may still be written', async () => {
  await inLog(async ({ clock, append, readerOf }) => {
    const startMs = clock.now()
    const window = { startMs, endMs: startMs + 60_000, state: {} }
    const asking = { ...limits, tumblingMs: 60_000, open: window }
    clock.advance(64_999)
    let looks = 0
    const second = Promise.withResolvers<'waits'>()
    // It looks once, and then waits for what comes.
    const reader = readerOf(stream, () => {
      looks += 1
      if (looks === 2) second.resolve('waits')
    })
    const { signal } = new AbortController()
    const asked = reader.next(asking, signal)
    assert.equal(await Promise.race([asked, second.promise]), 'waits')
    clock.advance(-5000)
    await append('late')
    const late = await asked
    assert.deepEqual(
      late?.records.map(({ data }) => Buffer.from(data).toString()),
      ['late'],
    )
    clock.advance(5001)
    const over = await reader.next(asking, signal)
    assert.deepEqual(over, { records: [], isLast: false, isWindowOver: true })
  })
})
