import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '#kit'
import { poll } from '#test/harness'
import { FunctionErrors } from '../errors.ts'
import { inLake, scope, shardId } from './mappings.fixture.ts'

const hourMs = 3_600_000

test('of a stream that is made anew under its name all records are given, also when the mapping was off', async () => {
  const seen: string[] = []
  const call = async (texts: readonly string[]) => void seen.push(...texts)
  await inLake(call, async ({ create, put, streams, mappings }) => {
    const { mapping } = await create({ parallelization: 2 })
    const change = (enabled: boolean) =>
      mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, enabled }))
    const anew = async () => {
      await streams.remove(scope, { name: 's' }, { withConsumers: true })
      await streams.create(scope, { name: 's', mode: 'PROVISIONED', shardCount: 1 })
    }
    const sees = async (texts: readonly string[]) => {
      await poll(`${texts}`, () => seen.length >= texts.length)
      assert.deepEqual(seen.splice(0), texts)
    }
    await put(['a', 'b', 'c', 'd'], 'k')
    await sees(['a', 'b', 'c', 'd'])
    await anew()
    // More than there were of the other one: whoever went on behind those would begin with the last of them.
    const more = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6']
    await put(more, 'k')
    await sees(more)
    await put(['g'], 'k')
    await sees(['g'])
    // A shard that was read to its end is another's by then.
    await streams.reshard.split(scope, { name: 's' }, { shardId, newStartingHashKey: 2n ** 127n })
    await put(['h'], 'k')
    await sees(['h'])
    await anew()
    await put(['i'], 'k')
    await sees(['i'])
    await change(false)
    await anew()
    await put(['j'], 'k')
    await change(true)
    await sees(['j'])
  })
})

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html: until the records expire
test('records that the function never takes are given up when the stream does not keep them any more', async () => {
  const clock = new ManualClock(1_700_000_000_000)
  const seen: string[] = []
  const call = async (texts: readonly string[]) => {
    seen.push(...texts)
    if (texts.includes('bad')) throw FunctionErrors.FunctionThrottled('Rate Exceeded.')
  }
  await inLake(
    call,
    async ({ create, put, news, streams }) => {
      await create({ onFailure: 'arn:aws:s3:::news' })
      await put(['bad'])
      await poll('a second try', () => seen.length >= 2)
      // Kept for longer by now than when it was read.
      await streams.change(scope, { name: 's' }, () => ({ retention_hours: 48 }))
      clock.advance(25 * hourMs)
      const before = seen.length
      await poll('more tries', () => seen.length >= before + 2)
      assert.equal(news.length, 0)
      await put(['good'])
      clock.advance(24 * hourMs)
      await poll('the next one', () => seen.includes('good'))
      assert.equal(news.length, 1)
      assert.equal(news[0]!.requestContext.condition, 'RecordAgeExceeded')
      assert.equal(news[0]!.KinesisBatchInfo.batchSize, 1)
    },
    { clock },
  )
})
