import assert from 'node:assert/strict'
import { test } from 'node:test'
import { poll } from '#test/harness'
import { tablesOf } from '../tables.ts'
import { scope, shardId } from './mappings.fixture.ts'
import { inWindows, minuteMs, pastMs, tumblingMs, type Seen } from './tumbling-window.fixture.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html

test('nothing goes on before the end of a window was taken', async () => {
  let failures = 3
  const answer = ({ isFinal }: Seen, state: object) =>
    isFinal && failures-- > 0 ? undefined : { state }
  await inWindows(async ({ create, put, clock, calls, mappings }) => {
    const { mapping } = await create({ tumblingMs })
    await put(['a'])
    await calls(1)
    clock.advance(minuteMs)
    await put(['b'])
    assert.deepEqual(await calls(6), [
      '14-15 [a] {}',
      ...Array.from({ length: 4 }, () => '14-15 [] {a} end'),
      '15-16 [b] {}',
    ])
    await poll('the last result', async () => {
      return (await mappings.get(scope, mapping.id)).lastResult === 'OK'
    })
  }, answer)
})

/** Takes all but the ends of windows. */
const takesNoEnd = ({ isFinal }: Seen, state: object) => (isFinal ? undefined : { state })
const onFailure = 'arn:aws:s3:::news'

/** Window functions support the retries and ages of records. */
test('the end of a window that the function does not take is given up after the retries, and told of', async () => {
  await inWindows(async ({ create, put, clock, calls, news }) => {
    const { mapping } = await create({ tumblingMs, retriesMax: 1, onFailure })
    await put(['a'])
    await calls(1)
    clock.advance(minuteMs)
    await put(['b'])
    assert.deepEqual(await calls(4), [
      '14-15 [a] {}',
      '14-15 [] {a} end',
      '14-15 [] {a} end',
      '15-16 [b] {}',
    ])
    assert.equal(news.length, 1)
    const { requestContext, responseContext, KinesisBatchInfo: info, payload } = news[0]!
    assert.equal(requestContext.condition, 'RetryAttemptsExhausted')
    assert.equal(requestContext.approximateInvokeCount, 2)
    assert.equal(responseContext.statusCode, 200)
    assert.deepEqual(info, {
      shardId,
      approximateArrivalOfFirstRecord: '2023-11-14T22:14:00.000Z',
      approximateArrivalOfLastRecord: '2023-11-14T22:15:00.000Z',
      batchSize: 0,
      streamArn: mapping.sourceArn,
    })
    const given = JSON.parse(payload)
    assert.deepEqual([given.state, given.isFinalInvokeForWindow], [{ all: 'a' }, true])
  }, takesNoEnd)
})

test('the end of a window is tried once, and again until it is too old', async () => {
  await inWindows(async ({ create, put, clock, calls, news }) => {
    await create({ tumblingMs, ageSecondsMax: 60, onFailure })
    await put(['a'])
    await calls(1)
    clock.advance(pastMs)
    await calls(3)
    clock.advance(minuteMs)
    await poll('the news', () => news.length === 1)
    assert.equal(news[0]!.requestContext.condition, 'RecordAgeExceeded')
    await put(['b'])
    const all = await poll('what follows', async () => {
      const found = await calls(4)
      return found.at(-1)!.includes('[b]') && found
    })
    assert.equal(all.at(-1), '16-17 [b] {}')
  }, takesNoEnd)
})

test('the window of a shard that expired while nobody read it is closed, and the shard forgotten', async () => {
  await inWindows(async ({ create, put, streams, mappings, clock, calls, database }) => {
    const { mapping } = await create({ tumblingMs })
    const change = (enabled: boolean) =>
      mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, enabled }))
    await put(['a'])
    await calls(1)
    await change(false)
    await streams.reshard.split(scope, { name: 's' }, { shardId, newStartingHashKey: 2n ** 127n })
    clock.advance(25 * 60 * minuteMs)
    await streams.applyRetention()
    const { shards } = await streams.find(scope, { name: 's' })
    assert.ok(shards.every(({ id }) => id !== shardId))
    await change(true)
    assert.deepEqual(await calls(2), ['14-15 [a] {}', '14-15 [] {a} end'])
    await poll('the shard is forgotten', async () => {
      const rows = await tablesOf(database)
        .selectFrom('functions_checkpoints')
        .select('shard_id')
        .execute()
      return rows.every((row) => row.shard_id !== shardId)
    })
    await put(['b'])
    assert.equal((await calls(3))[2], '14-15 [b] {}')
  })
})
