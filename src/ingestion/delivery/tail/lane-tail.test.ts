import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskStreamLog, type StreamLog } from '#ingestion/streams'
import { ManualClock } from '#kit'
import { scope, settings } from '../delivery-lake.fixture.ts'
import type { FlushParts } from '../flush.ts'
import type { DeliveryStream } from '../records.ts'
import type { LaneCut } from './lane-cut.ts'
import { LaneTail } from './lane-tail.ts'

const shard = { logId: 'l', shardId: 'shardId-000000000000' }
const shards = {
  logId: shard.logId,
  shardIds: [shard.shardId],
  numbers: [0],
  parents: [[]],
  ends: [Infinity],
}
const { target } = settings(60_000)
const stream = {
  ...scope,
  id: 'i',
  name: 'd',
  version: 1,
  source: { kind: 'direct' },
  settings: { target },
} as unknown as DeliveryStream

/** All records up to this one, none of which is delivered. */
function cutTo(sequence: number): LaneCut {
  const tips = { shards, sequences: Float64Array.of(sequence) }
  return {
    stream,
    name: 'target',
    target,
    tables: [],
    version: 1,
    afters: Float64Array.of(0),
    tips,
  }
}

test('what a query waits for is not freed under it, however long it takes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-tail-'))
  const reading = Promise.withResolvers<void>()
  const going = Promise.withResolvers<void>()
  let isSlow = false
  try {
    const clock = new ManualClock(0)
    await using log = await openDiskStreamLog({ folder: join(folder, 'log'), clock })
    const readPages: StreamLog['readPages'] = async (...asked) => {
      if (isSlow) {
        reading.resolve()
        await going.promise
      }
      return log.readPages(...asked)
    }
    const slow = new Proxy(log, {
      get: (of, name) => (name === 'readPages' ? readPages : Reflect.get(of, name).bind(of)),
    })
    const parts = { log: slow, clock, objects: { temporaryFolder: folder } }
    const tail = new LaneTail(parts as unknown as FlushParts)
    const { signal } = new AbortController()
    const put = (texts: readonly string[]) =>
      log.append(
        shard,
        texts.map((text) => ({ partitionKey: 'k', data: Buffer.from(text) })),
      )
    await log.createShard(shard)
    await put(['a', 'b', 'c', 'd'])
    for (const part of await tail.partsOf(cutTo(4), signal)) part.release()

    await put(['e'])
    isSlow = true
    const asked = tail.partsOf(cutTo(5), signal)
    await reading.promise
    assert.equal(tail.forget(0), false)
    going.resolve()
    const found = await asked
    const texts = found.flatMap(({ objects }) =>
      objects.map(async ({ path }) => (await readFile(path)).toString()),
    )
    assert.deepEqual(await Promise.all(texts), ['a b c d ', 'e '])
    for (const part of found) part.release()
    assert.equal(tail.forget(0), true)
  } finally {
    await rm(folder, { recursive: true })
  }
})
