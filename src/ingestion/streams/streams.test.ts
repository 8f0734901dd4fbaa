import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { isOpen, StreamErrors, type ShardRef, type Streams } from './index.ts'
import type { StreamTables } from './tables.ts'
import { boundLog, scope, workshop } from './workshop.fixture.ts'

const name = 's'

test('a creation and a deletion that a crash interrupted are finished at the next start', async () => {
  await using shop = await workshop()
  const setStatus = async (status: string) => {
    await using opened = await shop.open()
    await opened.database.transaction(async (tx) => {
      await tx.tables<StreamTables>().updateTable('streams_streams').set({ status }).execute()
    })
  }
  {
    await using opened = await shop.open()
    await opened.streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 2 })
    const { logId } = await opened.streams.find(scope, { name })
    await opened.streamLog.deleteLog(logId)
  }
  await setStatus('CREATING')
  {
    await using opened = await shop.open()
    assert.equal((await opened.streams.find(scope, { name })).status, 'ACTIVE')
    const [result] = await opened.streams.put(scope, { name }, [
      { partitionKey: 'k', data: Buffer.from('x') },
    ])
    assert.equal(result!.error, undefined)
  }
  await setStatus('DELETING')
  await using opened = await shop.open()
  await assert.rejects(opened.streams.find(scope, { name }), (error) =>
    isLakeError(error, 'StreamNotFound'),
  )
  assert.deepEqual(await shop.logs(), [])
})

test('a stream that finds no room on the disk is not created', async () => {
  await using shop = await workshop()
  let isFull = true
  await using opened = await shop.open((real) => ({
    ...boundLog(real),
    createShard: (shard) =>
      isFull ? Promise.reject(StreamErrors.DiskFull('full')) : real.createShard(shard),
  }))
  const create = () => opened.streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 1 })
  await assert.rejects(create(), (error) => isLakeError(error, 'DiskFull'))
  isFull = false
  await create()
})

test('a shard that cannot be written to fails its own records only', async () => {
  await using shop = await workshop()
  await using opened = await shop.open((real) => ({
    ...boundLog(real),
    appendBatch: async ({ shards, ...batch }) => {
      const busy = batch.shardIds.findIndex((id) => id.endsWith('0'))
      const { sequences } = await real.appendBatch({
        ...batch,
        shards: shards.map((place) => (place === busy ? -1 : place)),
      })
      return { sequences, errors: new Map([[busy, StreamErrors.LogBusy('busy')]]) }
    },
  }))
  await opened.streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 2 })
  const results = await opened.streams.put(
    scope,
    { name },
    ['0', String(2n ** 127n), '1'].map((explicitHashKey) => ({
      partitionKey: 'k',
      explicitHashKey,
      data: Buffer.from('x'),
    })),
  )
  assert.deepEqual(
    results.map((result) => result.error?.code),
    ['LogBusy', undefined, 'LogBusy'],
  )
})

test('retention frees records and, in the end, closed shards', async () => {
  await using shop = await workshop()
  await using opened = await shop.open()
  const { streams, streamLog } = opened
  await streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 1 })
  const { logId, shards } = await streams.find(scope, { name })
  const first = { logId, shardId: shards[0]!.id }
  await streams.put(scope, { name }, [{ partitionKey: 'k', data: Buffer.from('x') }])
  await streams.reshard.split(
    scope,
    { name },
    {
      shardId: first.shardId,
      newStartingHashKey: 2n ** 127n,
    },
  )
  shop.clock.advance(24 * 3_600_000)
  await streams.applyRetention()
  assert.equal(await streamLog.trimHorizon(first), 1n)
  shop.clock.advance(1)
  await streams.applyRetention()
  assert.equal(await streamLog.trimHorizon(first), 0n)
  assert.deepEqual(
    (await streams.find(scope, { name })).shards.map((shard) => shard.number),
    [1, 2],
  )
})

test('records of a closed shard that has disappeared are freed with those beside them, after a restart too', async () => {
  await using shop = await workshop()
  const put = (streams: Streams) =>
    streams.put(scope, { name }, [{ partitionKey: 'k', data: Buffer.from('x') }])
  let first: ShardRef
  {
    await using opened = await shop.open()
    const { streams, streamLog } = opened
    await streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 1 })
    const { logId, shards } = await streams.find(scope, { name })
    first = { logId, shardId: shards[0]!.id }
    await put(streams)
    const newStartingHashKey = 2n ** 127n
    await streams.reshard.split(scope, { name }, { shardId: first.shardId, newStartingHashKey })
    shop.clock.advance(3_600_000)
    await put(streams)
    shop.clock.advance(23 * 3_600_000 + 1)
    await streams.applyRetention()
    assert.equal((await streams.find(scope, { name })).shards.length, 2)
    // The segment has a record of another shard that is kept.
    assert.equal(await streamLog.trimHorizon(first), 1n)
  }
  await using again = await shop.open()
  shop.clock.advance(3_600_000)
  await again.streams.applyRetention()
  assert.equal(await again.streamLog.trimHorizon(first), 0n)
})

test('the log is told which shards a stream has no more, and never one that is being made', async () => {
  await using shop = await workshop()
  const seen: { readonly rows: readonly string[]; readonly spent: readonly string[] }[] = []
  const all = Array.from({ length: 12 }, (_, number) => `shardId-${`${number}`.padStart(12, '0')}`)
  await using opened = await shop.open((real) => ({
    ...boundLog(real),
    trimBefore: async (logId, timeMs, isSpent) => {
      const { shards } = await opened.streams.find(scope, { name })
      seen.push({ rows: shards.map(({ id }) => id), spent: all.filter((id) => isSpent!(id)) })
      await real.trimBefore(logId, timeMs, isSpent)
    },
    createShard: async (shard) => {
      await real.createShard(shard)
      // The row of this shard is not there yet.
      if (shard.shardId > all[0]!) await opened.streams.applyRetention()
    },
  }))
  await opened.streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 1 })
  for (let round = 0; round < 3; round += 1) {
    shop.clock.advance(25 * 3_600_000)
    await opened.streams.applyRetention()
    await opened.streams.applyRetention()
    const { shards } = await opened.streams.find(scope, { name })
    const { id: shardId, startingHashKey, endingHashKey } = shards.find(isOpen)!
    const newStartingHashKey = (startingHashKey + endingHashKey) / 2n
    await opened.streams.reshard.split(scope, { name }, { shardId, newStartingHashKey })
  }
  for (const { rows, spent } of seen) {
    const newest = rows.toSorted().at(-1)!
    assert.deepEqual(
      spent,
      all.filter((id) => id < newest && !rows.includes(id)),
    )
  }
  // The first two that were split are gone.
  assert.deepEqual(seen.at(-1)!.spent.slice(0, 2), all.slice(0, 2))
})

test('an on-demand stream may spread records by itself, whatever their keys', async () => {
  await using shop = await workshop()
  await using opened = await shop.open()
  await opened.streams.create(scope, { name, mode: 'ON_DEMAND', recordDistribution: 'AUTO' })
  const records = Array.from({ length: 400 }, () => ({ data: Buffer.from('x') }))
  const results = await opened.streams.put(scope, { name }, records)
  const counts = new Map<string, number>()
  for (const result of results) {
    if (!result.error) counts.set(result.shardId, (counts.get(result.shardId) ?? 0) + 1)
  }
  assert.equal(counts.size, 4)
  for (const count of counts.values()) assert.ok(count > 80 && count < 120, String(count))
})
