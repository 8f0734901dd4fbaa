import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamErrors, type Streams } from '#ingestion/streams'
import { isLakeError } from '#kit'
import { poll } from '#test/harness'
import { checkPayload, requestBytesMax, type InvokeInput } from '../invoke.ts'
import { tablesOf } from '../tables.ts'
import { inLake, scope, shardId } from './mappings.fixture.ts'

test('a shard that cannot be read for a while is not read by two, whatever its lanes were doing', async () => {
  let isBroken = false
  let underWay = 0
  let looks = 0
  const held = Promise.withResolvers<void>()
  const seen: string[] = []
  const call = async (texts: readonly string[]) => {
    underWay += 1
    if (texts.includes('a0')) {
      isBroken = true
      await held.promise
    }
    seen.push(...texts)
    underWay -= 1
  }
  const find = (real: Streams['find']): Streams['find'] => {
    return async (...asked) => {
      looks += 1
      if (isBroken) throw StreamErrors.StreamNotFound('away for a while')
      return real(...asked)
    }
  }
  await inLake(
    call,
    async ({ create, put, mappings }) => {
      const { mapping } = await create({ parallelization: 2, batchSize: 1 })
      // Two keys of different lanes: one is held while the other's lane fails.
      await put(['a0'])
      await poll('the trouble', async () =>
        (await mappings.get(scope, mapping.id)).lastResult.includes('away'),
      )
      isBroken = false
      // It looks at the stream once a second, in which time it would try again.
      const before = looks
      await poll('more looks', () => looks > before + 3)
      assert.equal(underWay, 1)
      held.resolve()
      await put(['a1', 'b1', 'a2', 'b2'])
      await poll('all records', () => seen.length >= 5)
      assert.deepEqual(
        seen.filter((text) => text.startsWith('a')),
        ['a0', 'a1', 'a2'],
      )
      assert.equal(seen.length, 5)
    },
    { find },
  )
})

test('of two mappings of a stream to a function that are made at once one is refused', async () => {
  await inLake(
    async () => {},
    async ({ create, mappings }) => {
      const made = await Promise.allSettled([create(), create()])
      const refused = made.filter(({ status }) => status === 'rejected')
      assert.equal(refused.length, 1)
      assert.ok(isLakeError((refused[0] as PromiseRejectedResult).reason, 'FunctionConflict'))
      const { items } = await mappings.list(scope, { limit: 10 })
      assert.equal(items.length, 1)
      await mappings.remove(scope, items[0]!.mapping.id)
      await create()
    },
  )
})

test('a mapping that is removed while it is changed does not come back', async () => {
  const seen: string[] = []
  const call = async (texts: readonly string[]) => void seen.push(...texts)
  await inLake(call, async ({ create, put, mappings, database }) => {
    const { mapping } = await create({ enabled: false })
    const change = () =>
      mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, enabled: true }))
    const [, changed] = await Promise.allSettled([mappings.remove(scope, mapping.id), change()])
    assert.equal(changed.status, 'rejected')
    await put(['a'])
    await create({ batchSize: 1 })
    await poll('the record', () => seen.length > 0)
    const rows = await tablesOf(database).selectFrom('functions_checkpoints').selectAll().execute()
    assert.deepEqual([...new Set(rows.map(({ shard_id: id }) => id))], [shardId])
    assert.equal(rows.length, 1)
    assert.deepEqual(seen, ['a'])
  })
})

test('two changes of a mapping at once are both made', async () => {
  await inLake(
    async () => {},
    async ({ create, mappings }) => {
      const { mapping } = await create()
      await Promise.all([
        mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, batchSize: 7 })),
        mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, windowMs: 5 })),
      ])
      const now = (await mappings.get(scope, mapping.id)).mapping.settings
      assert.deepEqual([now.batchSize, now.windowMs], [7, 5])
    },
  )
})

test('what is too large for a call is given in parts, and a record that no call can hold is given up', async () => {
  const seen: string[] = []
  const sizes: number[] = []
  const call = async (texts: readonly string[], { payload }: InvokeInput) => {
    checkPayload(payload, requestBytesMax, 'RequestResponse')
    sizes.push(payload.byteLength)
    seen.push(...texts)
  }
  await inLake(call, async ({ create, put, streams, mappings }) => {
    await streams.change(scope, { name: 's' }, () => ({ record_size_kib_max: 10_240 }))
    // In UTF-8 a key takes three times as many bytes as it has letters.
    const texts = Array.from({ length: 3900 }, (_, n) => String(n).padEnd(300, '.'))
    await put(texts, '語'.repeat(256))
    await put(['x'.repeat(5_000_000), 'last'])
    const { mapping } = await create({ batchSize: 10_000 })
    await poll('the last record', () => seen.at(-1) === 'last')
    assert.deepEqual(seen, [...texts, 'last'])
    assert.ok(sizes.length < 10, `${sizes.length} calls`)
    await poll('the last result', async () => {
      const { lastResult } = await mappings.get(scope, mapping.id)
      return lastResult === 'OK'
    })
  })
})
