import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { DeliveryOptions } from './delivery.ts'
import { bare, inLake, scope, settings, until } from './delivery-lake.fixture.ts'

const ref = { ...scope, name: 'd' }
const direct = { kind: 'direct' } as const
const table = { ...scope, database: 'd', table: 't', bucket: 'delivered', prefix: 'p/' }

test('what a target delivered stays in the log until a backup that was begun meanwhile has it', async () => {
  await inLake({}, async ({ clock, delivery, keys, text }) => {
    await delivery.create(ref, { ...bare, source: direct, settings: settings(0) })
    const { target } = settings(0)
    const backup = { ...target, prefix: 'backup/', bufferMs: 60_000 }
    await delivery.update(ref, {
      expectedVersion: 1,
      description: {},
      settings: { target, backup },
    })
    for (let sent = 1; sent <= 2; sent += 1) {
      await delivery.put(ref, [Buffer.from(`${sent}`)])
      await until(() => delivery.state(ref).target?.deliveredRecords === sent || undefined)
    }
    const found = await until(async () => {
      clock.advance(61_000)
      return (await keys()).find((key) => key.startsWith('backup/'))
    })
    assert.equal(await text(found), '1 2 ')
  })
})

test('what is not delivered when settings are changed is delivered by the new ones', async () => {
  let change = async () => {}
  const onStaged = () => change()
  await inLake({ onStaged }, async ({ delivery, keys, text }) => {
    const { target } = settings(0)
    await delivery.create(ref, { ...bare, source: direct, settings: { target } })
    change = async () => {
      change = async () => {}
      await delivery.update(ref, {
        expectedVersion: 1,
        description: {},
        settings: { target: { ...target, prefix: 'q/' } },
      })
      // From here on it is part of what lies there.
      await using cut = await delivery.tails.cut([{ ...table, prefix: 'q/' }])
      assert.equal((await cut!.read(new AbortController().signal)).objects.length, 1)
      assert.equal(await delivery.tails.cut([table]), undefined)
    }
    await delivery.put(ref, [Buffer.from('a')])
    await until(() => delivery.state(ref).target?.deliveredRecords === 1 || undefined)
    const [key, ...others] = await keys()
    assert.match(key!, /^q\//)
    assert.equal(await text(key!), 'a ')
    assert.deepEqual(others, [])
  })
})

test('a record whose pieces all fail is measured as none that was delivered', async () => {
  const measured = new Map<string, number>()
  const measure: NonNullable<DeliveryOptions['measure']> = ({ name, value }) =>
    void measured.set(name, value)
  await inLake({ measure }, async ({ delivery }) => {
    const transforms = [
      { kind: 'deaggregation', subRecords: 'JSON' },
      { kind: 'metadata', query: '.a.b.c' },
    ] as const
    const { target } = settings(0)
    const partitioned = {
      ...target,
      prefix: '!{partitionKeyFromQuery:a}/',
      errorPrefix: 'wrong/',
      partitioned: true,
    }
    await delivery.create(ref, {
      ...bare,
      source: direct,
      settings: { target: partitioned, transforms },
    })
    await delivery.put(ref, [Buffer.from('{"n":1}{"n":2}{"n":3}')])
    await until(() => measured.has('DeliveryToS3.Success') || undefined)
    assert.equal(measured.get('DeliveryToS3.FailedRecords'), 3)
    assert.equal(measured.get('DeliveryToS3.Records'), 0)
  })
})

test('a batch of which transforms make too much is delivered in smaller ones', async () => {
  await inLake({ transformedBytesMax: 3_000_000 }, async ({ clock, delivery }) => {
    const { target } = settings(60_000)
    const transforms = [{ kind: 'decompression' }] as const
    await delivery.create(ref, { ...bare, source: direct, settings: { target, transforms } })
    const large = gzipSync(Buffer.alloc(1_000_000))
    await delivery.put(
      ref,
      Array.from({ length: 8 }, () => large),
    )
    clock.advance(61_000)
    await until(() => delivery.state(ref).target?.deliveredRecords === 8 || undefined)
    assert.equal(delivery.state(ref).target?.failedRecords, 0)
  })
})

test('a record of which transforms make too much holds no other up', async () => {
  await inLake({ transformedBytesMax: 500_000 }, async ({ clock, delivery, keys, text }) => {
    const { target } = settings(60_000)
    const transforms = [{ kind: 'decompression' }] as const
    await delivery.create(ref, { ...bare, source: direct, settings: { target, transforms } })
    const small = 'small'.repeat(80)
    // Half of what the batch has takes in the large one again.
    const records = [
      gzipSync(small, { level: 0 }),
      gzipSync(Buffer.alloc(1_000_000)),
      gzipSync('next'),
    ]
    await delivery.put(ref, records)
    clock.advance(61_000)
    await until(() => delivery.state(ref).target?.deliveredRecords === 3 || undefined)
    assert.equal(delivery.state(ref).target?.failedRecords, 1)
    const texts = await Promise.all((await keys()).map(text))
    assert.equal(texts.filter((each) => each.includes('DeliveryTooLarge')).length, 1)
    assert.ok(texts.includes(`${small} `) && texts.includes('next '), texts.join())
  })
})

test('who waits for what a shard passed on waits for its children, when the shard itself is gone', async () => {
  const staged = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  let isFirst = true
  const onStaged = async () => {
    if (!isFirst) return
    isFirst = false
    staged.resolve()
    await gone.promise
    throw new Error('the disk is gone for a moment')
  }
  await inLake({ onStaged }, async ({ clock, streams, streamLog, delivery, keys, text }) => {
    const stream = { name: 'source' }
    const { arn } = await streams.create(scope, {
      ...stream,
      mode: 'PROVISIONED',
      shardCount: 1,
    })
    const source = { kind: 'stream', stream: arn, roleArn: '' } as const
    await delivery.create(ref, { ...bare, source, settings: settings(60_000) })
    const put = (value: string) =>
      streams.put(scope, stream, [{ partitionKey: 'key', data: Buffer.from(value) }])
    await put('before')
    clock.advance(61_000)
    await staged.promise
    await streams.reshard.split(scope, stream, {
      shardId: 'shardId-000000000000',
      newStartingHashKey: 10n ** 20n,
    })
    clock.advance(1000)
    const { logId } = await streams.find(scope, { arn })
    await streamLog.trimBefore(logId, clock.now())
    await put('after')
    gone.resolve()
    const { signal } = new AbortController()
    // Who waits when the delivery fails is told so, and asks again.
    const flushed = () => delivery.tails.flush([table], signal).then(() => true)
    await until(() => flushed().catch(() => undefined))
    const [key] = await keys()
    assert.equal(await text(key!), 'after ')
  })
})

test('who removes a delivery stream does not wait for its function', async () => {
  const called = Promise.withResolvers<void>()
  const call = () => {
    called.resolve()
    return new Promise<never>(() => {})
  }
  await inLake({ functions: { call } }, async ({ delivery }) => {
    const { target } = settings(0)
    const transforms = [
      { kind: 'lambda', functionArn: 'f', roleArn: 'r', retriesMax: 0, bufferBytes: 1 << 20 },
    ] as const
    await delivery.create(ref, { ...bare, source: direct, settings: { target, transforms } })
    await delivery.put(ref, [Buffer.from('a')])
    await called.promise
    await delivery.remove(ref)
  })
})
