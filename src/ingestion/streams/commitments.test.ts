import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scope, workshop } from './workshop.fixture.ts'

const hourMs = 3_600_000

// The rules: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentInput.html
test('a commitment lasts a day at least, its end can be taken back, and a restart forgets nothing', async () => {
  await using shop = await workshop()
  const startedAtMs = shop.clock.now()
  const earliestEndAtMs = startedAtMs + 24 * hourMs
  {
    await using opened = await shop.open()
    const { commitments } = opened.streams
    assert.deepEqual(await commitments.change(scope, false), { status: 'DISABLED' })
    const enabled = { status: 'ENABLED', startedAtMs, earliestEndAtMs }
    assert.deepEqual(await commitments.change(scope, true), enabled)
    shop.clock.advance(hourMs)
    assert.deepEqual(await commitments.change(scope, true), enabled)
    const ending = { ...enabled, status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' }
    assert.deepEqual(await commitments.change(scope, false), ending)
    assert.deepEqual(await commitments.change(scope, true), enabled)
    assert.deepEqual(await commitments.change(scope, false), ending)
    assert.deepEqual(await commitments.find({ ...scope, region: 'eu-west-1' }), {
      status: 'DISABLED',
    })
  }
  await using opened = await shop.open()
  const { commitments } = opened.streams
  shop.clock.advance(23 * hourMs - 1)
  assert.equal((await commitments.find(scope)).status, 'ENABLED_UNTIL_EARLIEST_ALLOWED_END')
  shop.clock.advance(1)
  const ended = { status: 'DISABLED', startedAtMs, earliestEndAtMs, endedAtMs: earliestEndAtMs }
  assert.deepEqual(await commitments.find(scope), ended)
  shop.clock.advance(hourMs)
  assert.deepEqual(await commitments.change(scope, false), ended)
  const again = await commitments.change(scope, true)
  assert.deepEqual([again.status, again.startedAtMs], ['ENABLED', earliestEndAtMs + hourMs])
  // Past its day it ends when that is asked for.
  shop.clock.advance(30 * hourMs)
  const last = await commitments.change(scope, false)
  assert.deepEqual([last.status, last.endedAtMs], ['DISABLED', shop.clock.now()])
})
