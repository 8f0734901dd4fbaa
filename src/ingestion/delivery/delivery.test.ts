import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kit'
import { loadVersion } from './checkpoints.ts'
import { bare, inLake, scope, settings, until } from './delivery-lake.fixture.ts'
import type { DeliveryOptions } from './delivery.ts'
import type { FlushStep } from './flush.ts'
import type { DeliverySettings } from './records.ts'
import { tablesOf } from './tables.ts'

type Lake = Parameters<Parameters<typeof inLake>[1]>[0]

/** Its records wait where the delivery streams of these tests put them. */
const table = { ...scope, database: 'd', table: 't', bucket: 'delivered', prefix: 'p/' }

test('the order of a key is kept over splits', async () => {
  await inLake({}, async ({ clock, streams, delivery, keys, text }) => {
    const stream = { name: 'source' }
    const { arn } = await streams.create(scope, {
      name: 'source',
      mode: 'PROVISIONED',
      shardCount: 1,
    })
    const put = (value: string) => {
      clock.advance(1000)
      return streams.put(scope, stream, [{ partitionKey: 'key', data: Buffer.from(value) }])
    }
    await put('before')
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'stream', stream: arn, roleArn: '' } as const
    await delivery.create(ref, { ...bare, source, settings: settings(60_000) })
    await put('1')
    await put('2')
    await streams.reshard.split(scope, stream, {
      shardId: 'shardId-000000000000',
      newStartingHashKey: 10n ** 20n,
    })
    await put('3')
    await streams.reshard.split(scope, stream, {
      shardId: 'shardId-000000000002',
      newStartingHashKey: 10n ** 37n,
    })
    await put('4')
    assert.deepEqual(await keys(), [])
    // Whether they come in one object or in two, the objects' names tell their order.
    const found = await until(async () => {
      clock.advance(61_000)
      const texts = await Promise.all((await keys()).toSorted().map(text))
      return texts.join('').length < 8 ? undefined : texts.join('')
    })
    assert.equal(found, '1 2 3 4 ')
    assert.match((await keys())[0]!, /^p\/2025\/01\/02\/03\/d-1-2025-01-02-03-04-07-/)
  })
})

test('a failed delivery is told, tried again, and leaves one object', async () => {
  let failures = 2
  const onStaged = () => {
    failures -= 1
    if (failures >= 0) throw new Error('the disk is gone for a moment')
  }
  await inLake({ onStaged }, async ({ delivery, keys, text, streamLog }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    const { id } = await delivery.create(ref, { ...bare, source, settings: settings(0) })
    await delivery.put(ref, [Buffer.from('a'), Buffer.from('b')])
    const trouble = await until(() => delivery.state(ref).target?.trouble)
    assert.match(trouble.message, /^InternalError: /)
    await until(() => (delivery.state(ref).target?.trouble ? undefined : true))
    const found = await keys()
    assert.equal(found.length, 1)
    assert.equal(await text(found[0]!), 'a b ')
    assert.equal(delivery.state(ref).target?.deliveredRecords, 2)

    await delivery.remove(ref)
    const shard = { logId: `firehose-${id}`, shardId: 'shardId-000000000000' }
    await assert.rejects(streamLog.tip(shard))
  })
})

test('a backup begun later has what came later, whatever the target still waits for', async () => {
  await inLake({}, async ({ clock, delivery, keys, text }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    await delivery.create(ref, { ...bare, source, settings: settings(60_000) })
    await delivery.put(ref, [Buffer.from('1')])
    const { target } = settings(60_000)
    await delivery.update(ref, {
      expectedVersion: 1,
      description: {},
      settings: { target, backup: { ...target, prefix: 'backup/', bufferMs: 0 } },
    })
    await delivery.put(ref, [Buffer.from('2')])
    const [backup] = await until(async () => {
      const found = await keys()
      return found.length > 0 ? found : undefined
    })
    assert.equal(await text(backup!), '2 ')
    clock.advance(61_000)
    const all = await until(async () => {
      const found = await keys()
      return found.length > 1 ? found : undefined
    })
    assert.equal(await text(all.find((key) => key.startsWith('p/'))!), '1 2 ')
  })
})

test('a backup begins once, however many changes name it at the same moment', async () => {
  await inLake({}, async ({ database, delivery }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    const { target } = settings(60_000)
    const { id } = await delivery.create(ref, { ...bare, source, settings: { target } })
    await delivery.put(ref, [Buffer.from('1')])
    const change = {
      settings: { target, backup: { ...target, prefix: 'backup/' } },
      description: {},
    }
    // The second guesses what version the first will make.
    await Promise.all(
      [1, 2].map((expectedVersion) => delivery.update(ref, { ...change, expectedVersion })),
    )
    const lane = { streamId: id, lane: 'backup' } as const
    assert.equal(await loadVersion(tablesOf(database), lane), 1)
  })
})

test('what waits when a delivery stream is told to hurry goes together', async () => {
  await inLake({}, async ({ delivery, keys }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    const { target } = settings(900_000)
    const patient = { target: { ...target, bufferBytes: 64 << 20 } }
    await delivery.create(ref, { ...bare, source, settings: patient })
    for (let n = 0; n < 10; n += 1) await delivery.put(ref, [Buffer.alloc(1_000_000, `${n}`)])
    const hasty = { target: { ...patient.target, bufferMs: 0 } }
    await delivery.update(ref, { expectedVersion: 1, description: {}, settings: hasty })
    await until(() => (delivery.state(ref).target?.deliveredRecords === 10 ? true : undefined))
    assert.equal((await keys()).length, 1)
  })
})

test('what waited while nothing could be delivered goes together, however much one look finds of it', async () => {
  let mayDeliver = false
  const roles: DeliveryOptions['roles'] = {
    assume: async () => {
      if (!mayDeliver) throw new Error('not yet')
      return { permits: async () => true }
    },
  }
  await inLake({ roles }, async ({ delivery, keys }) => {
    const ref = { ...scope, name: 'd' }
    const { target } = settings(0)
    const large = { target: { ...target, bufferBytes: 64 << 20 } }
    await delivery.create(ref, { ...bare, source: { kind: 'direct' }, settings: large })
    for (let n = 0; n < 10; n += 1) await delivery.put(ref, [Buffer.alloc(1_000_000, `${n}`)])
    // What is tried after the next failure was gathered when all were there.
    const attempts = () => delivery.state(ref).target?.trouble?.attempts ?? 0
    const before = attempts()
    await until(() => (attempts() > before ? true : undefined))
    mayDeliver = true
    await until(() => (delivery.state(ref).target?.deliveredRecords === 10 ? true : undefined))
    assert.equal((await keys()).length, 1)
  })
})

test('a cut keeps what it reads, whatever is delivered and freed meanwhile', async () => {
  await inLake({}, async ({ clock, delivery, keys, streamLog }) => {
    const ref = { ...scope, name: 'd' }
    const { id } = await delivery.create(ref, {
      ...bare,
      source: { kind: 'direct' },
      settings: settings(60_000),
    })
    const shard = { logId: `firehose-${id}`, shardId: 'shardId-000000000000' }
    for (let n = 0; n < 10; n += 1) await delivery.put(ref, [Buffer.alloc(2000, `${n}`)])
    const cut = await delivery.tails.cut([table])
    assert.ok(cut)
    clock.advance(61_000)
    await until(async () => ((await keys()).length > 0 ? true : undefined))
    assert.equal(await cut.settle(), false)
    const {
      objects: [object],
    } = await cut.read(new AbortController().signal)
    assert.equal(object!.sizeBytes, 10 * 2001)
    await cut[Symbol.asyncDispose]()

    // Nothing waits: there is nothing to cut. The next delivery frees what the cut held.
    assert.equal(await delivery.tails.cut([table]), undefined)
    await delivery.put(ref, [Buffer.alloc(2000, 'x')])
    clock.advance(61_000)
    await until(async () => ((await streamLog.trimHorizon(shard)) !== 1n ? true : undefined))
    const elsewhere = { ...table, prefix: 'q/' }
    await delivery.put(ref, [Buffer.from('y')])
    assert.equal(await delivery.tails.cut([elsewhere]), undefined)
  })
})

test('a delivery stream whose rows are gone before it is told waits, and is part of no query', async () => {
  const freed = Promise.withResolvers<void>()
  let remove = async () => {}
  const onStep = async (step: FlushStep) => {
    if (step !== 'freed') return
    await remove()
    freed.resolve()
  }
  await inLake({ onStep }, async ({ database, delivery, keys, streamLog }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    const { id } = await delivery.create(ref, { ...bare, source, settings: settings(0) })
    remove = () =>
      database.transaction(async (tx) => {
        await tablesOf(tx).deleteFrom('delivery_lanes').where('stream_id', '=', id).execute()
      })
    await delivery.put(ref, [Buffer.from('a')])
    await freed.promise
    // What was delivered is not in the log any more, or it would be taken for what waits.
    const shard = { logId: `firehose-${id}`, shardId: 'shardId-000000000000' }
    assert.equal(await streamLog.trimHorizon(shard), 0n)
    await delivery.put(ref, [Buffer.from('b')])
    // Timers go on: nobody asks the same again and again.
    await sleep(20)
    assert.equal(await delivery.tails.cut([table]), undefined)
    assert.equal((await keys()).length, 1)
    assert.equal(delivery.state(ref).target?.trouble, undefined)
  })
})

test('a cut does not hold when its delivery stream was delivered and removed meanwhile', async () => {
  await inLake({}, async ({ clock, delivery, keys }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    await delivery.create(ref, { ...bare, source, settings: settings(60_000) })
    await delivery.put(ref, [Buffer.from('a')])
    await using cut = await delivery.tails.cut([table])
    assert.ok(cut)
    clock.advance(61_000)
    await until(async () => ((await keys()).length > 0 ? true : undefined))
    await delivery.remove(ref)
    assert.equal(await cut.settle(), false)
  })
})

/** The source gives a record up, whose shard may be closed by then, before the delivery may read it. */
async function inLakeThatLost(
  { isShardClosed }: { readonly isShardClosed: boolean },
  work: (lake: Lake, put: (value: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  let mayDeliver = false
  const roles: DeliveryOptions['roles'] = {
    assume: async () => {
      if (!mayDeliver) throw new Error('not yet')
      return { permits: async () => true }
    },
  }
  await inLake({ roles }, async (lake) => {
    const { streams, delivery, streamLog } = lake
    const stream = { name: 'source' }
    const input = { name: 'source', mode: 'PROVISIONED', shardCount: 1 } as const
    const { arn } = await streams.create(scope, input)
    const { logId } = await streams.find(scope, stream)
    const shardId = 'shardId-000000000000'
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'stream', stream: arn, roleArn: '' } as const
    await delivery.create(ref, { ...bare, source, settings: settings(0) })
    const put = (value: string) =>
      streams.put(scope, stream, [{ partitionKey: 'key', data: Buffer.from(value) }])
    await put('lost')
    if (isShardClosed) {
      await streams.reshard.split(scope, stream, { shardId, newStartingHashKey: 10n ** 20n })
    }
    await until(() => delivery.state(ref).target?.trouble)
    const shard = { logId, shardId }
    await streamLog.trim(shard, { sequence: (await streamLog.tip(shard)).sequence })
    assert.equal(await streamLog.trimHorizon(shard), 0n)
    mayDeliver = true
    await work(lake, put)
  })
}

test('records that the source did not keep long enough are passed over, and what comes after them is delivered', async () => {
  await inLakeThatLost({ isShardClosed: false }, async ({ delivery, keys, text, looks }, put) => {
    // It looks again, finds nothing and waits: everybody else goes on.
    const before = looks()
    await until(() => (looks() > before ? true : undefined))
    await using cut = await delivery.tails.cut([table])
    assert.deepEqual((await cut!.read(new AbortController().signal)).objects, [])
    await put('kept')
    await until(async () => ((await keys()).length > 0 ? true : undefined))
    assert.equal(await text((await keys())[0]!), 'kept ')
  })
})

test('of a closed shard whose end the source did not keep nothing waits when what came after it was delivered', async () => {
  await inLakeThatLost({ isShardClosed: true }, async ({ delivery, keys }, put) => {
    await put('kept')
    await until(async () => ((await keys()).length > 0 ? true : undefined))
    assert.equal(await delivery.tails.cut([table]), undefined)
  })
})

test('a backup that is switched off and on again delivers what comes from then on', async () => {
  await inLake({}, async ({ delivery, keys }) => {
    const ref = { ...scope, name: 'd' }
    const source = { kind: 'direct' } as const
    const plain = settings(0)
    const backup = { ...plain.target, prefix: 'backup/' }
    const withBackup = { ...plain, backup }
    const { version } = await delivery.create(ref, { ...bare, source, settings: withBackup })
    const change = async (expectedVersion: number, to: DeliverySettings) =>
      (await delivery.update(ref, { expectedVersion, settings: to, description: {} })).version
    const backedUp = async () => (await keys()).filter((key) => key.startsWith('backup/')).length
    await delivery.put(ref, [Buffer.from('a')])
    await until(async () => ((await backedUp()) === 1 ? true : undefined))
    const without = await change(version, plain)
    await delivery.put(ref, [Buffer.from('b')])
    await until(async () => ((await keys()).length === 3 ? true : undefined))
    await change(without, withBackup)
    await delivery.put(ref, [Buffer.from('c')])
    await until(async () => ((await backedUp()) === 2 ? true : undefined))
  })
})
