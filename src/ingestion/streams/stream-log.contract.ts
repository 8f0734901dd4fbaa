import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ManualClock, isLakeError } from '#kit'
import { manyShards } from './many-shards.contract.ts'
import { columnsOf } from './record-columns.ts'
import type { NewRecord, StreamLog } from './stream-log.ts'
import {
  all,
  first,
  record,
  second,
  texts,
  waitingAndEnding,
  type Scenario,
} from './waiting-and-ending.contract.ts'

/** What the suite needs of an adapter: a log on storage that outlives it, and a way to open it again. */
export interface StreamLogFixture extends AsyncDisposable {
  open(clock: ManualClock): Promise<StreamLog>
}

const startMs = 1_700_000_000_000

/** The proof of the port: every adapter of `StreamLog` must pass it. */
export function streamLogContract(
  name: string,
  createFixture: () => Promise<StreamLogFixture>,
): void {
  const scenario: Scenario = (title, run) =>
    test(title, async () => {
      await using fixture = await createFixture()
      const clock = new ManualClock(startMs)
      let log = await fixture.open(clock)
      try {
        await run(log, clock, async () => {
          await log.close()
          log = await fixture.open(clock)
          return log
        })
      } finally {
        await log.close()
      }
    })

  describe(`StreamLog contract: ${name}`, () => {
    scenario('records come back as they were given, in order, from sequence 1', async (log) => {
      await log.createShard(first)
      const records: NewRecord[] = [
        { partitionKey: 'ключ', data: Buffer.from('one') },
        { partitionKey: 'k', explicitHashKey: '340282366920938463', data: new Uint8Array(0) },
        { partitionKey: 'k'.repeat(256), explicitHashKey: '0', data: Buffer.alloc(300_000, 7) },
      ]
      assert.deepEqual(await log.append(first, records), [1n, 2n, 3n])
      assert.deepEqual(await log.append(first, [record('last')]), [4n])
      const read = await log.read(first, all)
      assert.deepEqual(
        read.map(({ sequence, arrivalMs }) => [sequence, arrivalMs]),
        [1n, 2n, 3n, 4n].map((sequence) => [sequence, startMs]),
      )
      assert.deepEqual(read.map(asGiven), [...records, record('last')].map(asGiven))
    })

    scenario('a shard can be created twice and is empty at first', async (log) => {
      await Promise.all([log.createShard(first), log.createShard(first), log.createShard(second)])
      await log.createShard(first)
      assert.deepEqual(await log.read(first, all), [])
      assert.deepEqual(await log.tip(second), { sequence: 0n, arrivalMs: 0 })
      assert.equal(await log.trimHorizon(first), 0n)
      assert.equal(await log.positionAt(first, startMs), 0n)
      assert.deepEqual(await log.append(first, []), [])
    })

    scenario('appends that arrive together keep their order, each shard by itself', async (log) => {
      await log.createShard(first)
      await log.createShard(second)
      const given = Array.from({ length: 200 }, (_, index) => `r${index}`)
      await Promise.all(
        given.flatMap((text) => [
          log.append(first, [record(text)]),
          log.append(second, [record(`${text}-a`), record(`${text}-b`)]),
        ]),
      )
      assert.deepEqual(texts(await log.read(first, all)), given)
      assert.deepEqual(
        texts(await log.read(second, all)),
        given.flatMap((text) => [`${text}-a`, `${text}-b`]),
      )
      assert.equal((await log.tip(second)).sequence, 400n)
    })

    scenario('one call appends for many shards, each in the order given', async (log) => {
      await log.createShard(first)
      await log.createShard(second)
      await log.append(second, [record('before')])
      const records: NewRecord[] = Array.from({ length: 60 }, (_, index) => ({
        partitionKey: index % 7 === 0 ? 'ключ' : `k${index}`,
        ...(index % 5 === 0 ? { explicitHashKey: String(index) } : {}),
        data: Buffer.alloc(index % 11 === 0 ? 90_000 : index * 3, index),
      }))
      const shards = Int32Array.from(records, (_, index) => ((index * 13) % 3) - 1)
      const { logId, shardId } = first
      const batch = {
        logId,
        shardIds: [shardId, second.shardId],
        columns: columnsOf(records),
        shards,
      }
      const [one, two] = await Promise.all([log.appendBatch(batch), log.appendBatch(batch)])
      const given = [0, 1].map((place) => records.filter((_, index) => shards[index] === place))
      // `second` has one record already; each shard counts its own.
      const next = [1, 2]
      const expected = () => Array.from(shards, (place) => (place < 0 ? 0 : next[place]!++))
      assert.deepEqual([...one.sequences], expected())
      assert.deepEqual([...two.sequences], expected())
      assert.equal(one.errors.size + two.errors.size, 0)
      const twice = (place: number) => [...given[place]!, ...given[place]!].map(asGiven)
      assert.deepEqual((await log.read(first, all)).map(asGiven), twice(0))
      assert.deepEqual((await log.read(second, all)).map(asGiven), [
        asGiven(record('before')),
        ...twice(1),
      ])
    })

    scenario('a shard that is not there fails its own records of a call only', async (log) => {
      await log.createShard(first)
      const { logId, shardId } = first
      const columns = columnsOf([record('a'), record('b'), record('c')])
      const shardIds = ['shardId-000000000009', shardId]
      const some = await log.appendBatch({
        logId,
        shardIds,
        columns,
        shards: Int32Array.of(0, 1, 0),
      })
      assert.deepEqual([...some.sequences], [0, 1, 0])
      assert.deepEqual([...some.errors.keys()], [0])
      assert.ok(isLakeError(some.errors.get(0), 'LogNotFound'))
      const none = await log.appendBatch({
        logId,
        shardIds,
        columns,
        shards: Int32Array.of(-1, 0, -1),
      })
      assert.deepEqual([...none.sequences], [0, 0, 0])
      assert.deepEqual(texts(await log.read(first, all)), ['b'])
      await assert.rejects(
        log.appendBatch({ logId: 'none', shardIds, columns, shards: Int32Array.of(0, 0, 0) }),
        (error) => isLakeError(error, 'LogNotFound'),
      )
    })

    scenario('a read ends at its limits, and gives one record whatever its size', async (log) => {
      await log.createShard(first)
      await log.append(first, [record('a'.repeat(10)), record('b'.repeat(10)), record('c')])
      const read = async (limitRecords: number, limitBytes: number, after = 0n) =>
        (await log.read(first, { after, limitRecords, limitBytes })).map((r) => Number(r.sequence))
      assert.deepEqual(await read(2, 1000), [1, 2])
      assert.deepEqual(await read(10, 5), [1])
      assert.deepEqual(await read(10, 20), [1, 2])
      assert.deepEqual(await read(10, 19), [1])
      assert.deepEqual(await read(10, 1000, 2n), [3])
      assert.deepEqual(await read(10, 1000, 3n), [])
      assert.deepEqual(await read(10, 1000, 99n), [])
    })

    scenario('time leads to the first record that arrived then or later', async (log, clock) => {
      await log.createShard(first)
      for (let index = 0; index < 50; index += 1) {
        await log.append(first, [record(`${index}`), record(`${index}`)])
        clock.advance(10)
      }
      assert.equal(await log.positionAt(first, startMs - 5), 0n)
      assert.equal(await log.positionAt(first, startMs), 0n)
      assert.equal(await log.positionAt(first, startMs + 1), 2n)
      assert.equal(await log.positionAt(first, startMs + 200), 40n)
      assert.equal(await log.positionAt(first, startMs + 490), 98n)
      assert.equal(await log.positionAt(first, startMs + 491), 100n)
    })

    scenario('time never falls within a shard', async (log, clock) => {
      await log.createShard(first)
      await log.append(first, [record('a')])
      clock.advance(-60_000)
      await log.append(first, [record('b')])
      assert.deepEqual(
        (await log.read(first, all)).map((r) => r.arrivalMs),
        [startMs, startMs],
      )
    })

    scenario('everything is there after it is opened again', async (log, clock, reopen) => {
      await log.createShard(first)
      await log.createShard(second)
      for (let index = 0; index < 30; index += 1) {
        await log.append(first, [record(`${index}`)])
        clock.advance(1)
      }
      const again = await reopen()
      assert.equal((await again.read(first, all)).length, 30)
      assert.deepEqual(await again.tip(first), { sequence: 30n, arrivalMs: startMs + 29 })
      assert.deepEqual(await again.tip(second), { sequence: 0n, arrivalMs: 0 })
      assert.equal(await again.trimHorizon(first), 1n)
      assert.deepEqual(await again.append(first, [record('next')]), [31n])
      assert.equal(await again.positionAt(first, startMs + 10), 10n)
    })

    scenario('trim frees what is old, and sequences go on', async (log, clock, reopen) => {
      await log.createShard(first)
      for (let index = 0; index < 20; index += 1) {
        await log.append(first, [record('x'.repeat(1000)), record('y'.repeat(1000))])
        clock.advance(1000)
      }
      await log.trimBefore(first.logId, startMs)
      assert.equal(await log.trimHorizon(first), 1n)
      await log.trimBefore(first.logId, startMs + 10_000)
      const horizon = await log.trimHorizon(first)
      assert.ok(horizon >= 1n && horizon <= 21n, `horizon ${horizon}`)
      assert.equal((await log.read(first, all))[0]?.sequence, horizon)
      await log.trim(first, { sequence: 40n })
      assert.equal(await log.trimHorizon(first), 0n)
      assert.deepEqual(await log.read(first, all), [])
      const again = await reopen()
      assert.equal(await again.trimHorizon(first), 0n)
      assert.deepEqual(await again.append(first, [record('z')]), [41n])
      assert.deepEqual(texts(await again.read(first, all)), ['z'])
    })

    scenario(
      'what is old is freed of all shards at once, whoever asks',
      async (log, clock, reopen) => {
        const shards = [first, second]
        for (const shard of shards) await log.createShard(shard)
        await log.append(first, [record('old')])
        clock.advance(1000)
        await log.append(second, [record('younger')])
        await log.trimBefore(first.logId, startMs + 1000)
        assert.deepEqual(texts(await log.read(second, all)), ['younger'])
        const again = await reopen()
        await again.trimBefore(first.logId, startMs + 1001)
        for (const shard of shards) {
          assert.equal(await again.trimHorizon(shard), 0n)
          assert.deepEqual(await again.append(shard, [record('new')]), [2n])
          assert.deepEqual(texts(await again.read(shard, all)), ['new'])
        }
      },
    )

    manyShards(scenario)
    waitingAndEnding(scenario)
  })
}

function asGiven({ partitionKey, explicitHashKey, data }: NewRecord) {
  return [partitionKey, explicitHashKey, Buffer.from(data).toString('base64')]
}
