import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCheckpoints } from './checkpoints.ts'
import { bare, inLake, scope, settings, until } from './delivery-lake.fixture.ts'
import { tablesOf } from './tables.ts'

const shardCount = 120
const keys = 300

test('records of many shards are delivered once each, in the order of their key, while shards are split and merged; the checkpoints forget shards with the stream', async () => {
  await inLake({}, async ({ clock, database, streams, delivery, keys: objects, text }) => {
    const stream = { name: 'source' }
    const { arn } = await streams.create(scope, { ...stream, mode: 'PROVISIONED', shardCount })
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'stream', stream: arn, roleArn: '' } as const
    const { id } = await delivery.create(ref, { ...bare, source, settings: settings(0) })
    let sent = 0
    const put = async () => {
      const records = Array.from({ length: keys }, (_, key) => ({
        partitionKey: `key ${key}`,
        data: Buffer.from(`${key}:${(sent += 1)}`),
      }))
      clock.advance(1000)
      await streams.put(scope, stream, records)
    }
    const open = async () =>
      (await streams.find(scope, stream)).shards
        .filter(({ closedAtMs }) => closedAtMs === undefined)
        .toSorted((a, b) => (a.startingHashKey < b.startingHashKey ? -1 : 1))
    for (let round = 0; round < 6; round += 1) {
      await put()
      const [first, second, third] = (await open()).slice(round * 5)
      await streams.reshard.merge(scope, stream, {
        shardId: first!.id,
        adjacentShardId: second!.id,
      })
      await put()
      await streams.reshard.split(scope, stream, {
        shardId: third!.id,
        newStartingHashKey: (third!.startingHashKey + third!.endingHashKey) / 2n + 1n,
      })
    }
    await put()
    await until(() => (delivery.state(ref).target?.deliveredRecords === sent ? true : undefined))
    const texts = await Promise.all((await objects()).map(text))
    const found = texts.flatMap((each) => each.trim().split(' '))
    assert.equal(found.length, sent)
    assert.equal(new Set(found).size, sent)
    for (const each of texts) assertOrdered(each.trim().split(' '))

    const places = async () => {
      const key = { streamId: id, lane: 'target' } as const
      const checkpoints = await loadCheckpoints(tablesOf(database), key)
      return [...checkpoints!.places.values()].flatMap((shards) => [...shards.keys()])
    }
    const closed = (await streams.find(scope, stream)).shards.filter(({ closedAtMs }) => closedAtMs)
    assert.equal(closed.length, 18)
    // With records in all of them, or nearly.
    assert.ok((await places()).some((number) => closed.some((shard) => shard.number === number)))
    clock.advance(48 * 3_600_000)
    await streams.applyRetention()
    const kept = new Set((await streams.find(scope, stream)).shards.map(({ number }) => number))
    assert.ok(closed.every(({ number }) => !kept.has(number)))
    await put()
    await until(() => (delivery.state(ref).target?.deliveredRecords === sent ? true : undefined))
    assert.deepEqual(
      (await places()).filter((number) => !kept.has(number)),
      [],
    )
  })
})

/** The numbers of each key grow. */
function assertOrdered(records: readonly string[]): void {
  const last = new Map<string, number>()
  for (const record of records) {
    const [key, number] = record.split(':') as [string, string]
    assert.ok(Number(number) > (last.get(key) ?? 0), record)
    last.set(key, Number(number))
  }
}
