import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOpen } from './index.ts'
import { scope, workshop } from './workshop.fixture.ts'

const name = 'elastic'
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** A stream whose minutes go by as fast as they are filled. */
async function elasticShop() {
  const shop = await workshop()
  const { clock } = shop
  const opened = await shop.open()
  const { streams } = opened
  const open = async () => (await streams.find(scope, { name })).shards.filter(isOpen)
  return {
    clock,
    streams,
    open,
    count: async () => (await open()).length,
    /** A minute in which every shard, or the one with this hash key, takes so many records a second. */
    minute: async (perSecond: number, explicitHashKey?: string) => {
      const shards = explicitHashKey === undefined ? await open() : [undefined]
      for (const shard of shards) {
        const key = explicitHashKey ?? String(shard!.startingHashKey)
        const records = Array.from({ length: perSecond * 60 }, () => ({
          partitionKey: 'k',
          explicitHashKey: key,
          data: Buffer.alloc(1),
        }))
        await streams.put(scope, { name }, records)
      }
      clock.advance(minuteMs)
      await streams.scaleOnDemand()
    },
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]()
      await shop[Symbol.asyncDispose]()
    },
  }
}

test('a stream grows though the clock is set back by an hour', async () => {
  await using shop = await elasticShop()
  const { streams, clock, count, minute } = shop
  await streams.create(scope, { name, mode: 'ON_DEMAND' })
  await streams.scaleOnDemand()
  clock.advance(-60 * minuteMs)
  // What was put while the clock was moved is measured by no minute.
  await minute(500)
  await minute(500)
  assert.equal(await count(), 8)
})

test('an on-demand stream gets room for twice what it takes, and keeps it for thirty days', async () => {
  await using shop = await elasticShop()
  const { streams, clock, count, minute } = shop
  await streams.create(scope, { name, mode: 'ON_DEMAND' })
  await streams.scaleOnDemand()
  await minute(400)
  assert.equal(await count(), 4)
  // 500 of 1,000 records a second in each.
  await minute(500)
  assert.equal(await count(), 8)
  const { shards } = await streams.find(scope, { name })
  for (const child of shards.filter(isOpen)) {
    const parent = shards.find((shard) => shard.id === child.parentId)!
    assert.equal(isOpen(parent), false)
    assert.ok(child.startingHashKey >= parent.startingHashKey)
    assert.ok(child.endingHashKey <= parent.endingHashKey)
  }
  // Twice the peak of 2,000 records a second is four shards: cold ones are merged, but not on the first day, and one pair at a time.
  await minute(0)
  assert.equal(await count(), 8)
  clock.advance(2 * dayMs)
  await minute(0)
  assert.equal(await count(), 7)
  for (let index = 0; index < 20; index += 1) await minute(0)
  assert.ok((await count()) >= 4)
})

test('only the shard that is hot is split, and one hot key does not split for ever', async () => {
  await using shop = await elasticShop()
  const { streams, open, count, minute } = shop
  await streams.create(scope, { name, mode: 'ON_DEMAND' })
  await minute(700, '0')
  const after = await open()
  assert.equal(after.length, 5)
  assert.equal(after.filter((shard) => shard.startingHashKey === 0n).length, 1)
  for (let index = 0; index < 20; index += 1) await minute(700, '0')
  assert.equal(await count(), 16)
})

test('a new peak brings shards for twice as much, however uneven it is', async () => {
  await using shop = await elasticShop()
  const { streams, count, clock } = shop
  await streams.create(scope, { name, mode: 'ON_DEMAND' })
  const mebibyte = { partitionKey: 'k', explicitHashKey: '0', data: Buffer.alloc(1024 * 1024 - 1) }
  // 3 MiB a second for 30 seconds, all of it into one shard.
  for (let index = 0; index < 90; index += 1) await streams.put(scope, { name }, [mebibyte])
  clock.advance(minuteMs / 2)
  await streams.scaleOnDemand()
  assert.equal(await count(), 6)
})

test('a warm throughput is there at once and is not merged away', async () => {
  await using shop = await elasticShop()
  const { streams, clock, count, minute } = shop
  await streams.create(scope, { name, mode: 'ON_DEMAND', warmThroughputMibps: 6 })
  assert.equal(await count(), 6)
  await streams.change(scope, { name }, () => ({ warm_throughput_mibps: 21 }))
  await streams.warm({ ...scope, name })
  assert.equal(await count(), 21)
  await minute(0)
  clock.advance(40 * dayMs)
  await minute(0)
  await minute(0)
  assert.equal(await count(), 21)
})

test('a provisioned stream stays as it is', async () => {
  await using shop = await elasticShop()
  const { streams, count, minute } = shop
  await streams.create(scope, { name, mode: 'PROVISIONED', shardCount: 2 })
  await minute(900)
  assert.equal(await count(), 2)
})

test('an idle hour comes and goes without a change, and old peaks are forgotten', async () => {
  await using shop = await elasticShop()
  const { streams, clock, count, minute } = shop
  await streams.create(scope, { name, mode: 'ON_DEMAND' })
  await minute(500)
  await minute(500)
  assert.equal(await count(), 16)
  // Twice a peak of 4,000 records a second is eight.
  clock.advance(3 * dayMs)
  for (let index = 0; index < 30; index += 1) await minute(0)
  assert.equal(await count(), 8)
  clock.advance(31 * dayMs)
  await minute(0)
  clock.advance(2 * dayMs)
  for (let index = 0; index < 4; index += 1) {
    await minute(0)
    // A merged pair may be merged again when it is a day old.
    clock.advance(2 * dayMs)
  }
  assert.equal(await count(), 4)
})
