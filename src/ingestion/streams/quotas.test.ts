import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '#kit'
import { Quotas } from './quotas.ts'

const mib = 1024 * 1024
const hourMs = 3_600_000
const ref = { logId: 'log', shardId: 's0' }

/** How many records of a byte a shard takes now. */
function taken(quotas: Quotas): number {
  let count = 0
  while (quotas.mayWrite(ref, 1)) count += 1
  return count
}

test('a clock that is set back or forward by an hour gives a shard no more than a second is worth', () => {
  const clock = new ManualClock(10 * hourMs)
  const quotas = new Quotas(clock)
  assert.equal(taken(quotas), 1000)
  clock.advance(-hourMs)
  assert.equal(taken(quotas), 0)
  clock.advance(500)
  assert.equal(taken(quotas), 500)
  clock.advance(hourMs)
  assert.equal(taken(quotas), 1000)
})

test('a shard that gave ten megabytes gives nothing for five seconds, and not until a clock that was set back has caught up', () => {
  const clock = new ManualClock(10 * hourMs)
  const quotas = new Quotas(clock)
  const read = () => {
    assert.ok(quotas.mayRead(ref))
    quotas.wasRead(ref, 10 * mib)
  }
  read()
  clock.advance(4999)
  assert.ok(!quotas.mayRead(ref))
  clock.advance(1)
  read()
  clock.advance(-hourMs)
  // What was read is paid for from the first call after that on; nothing else keeps it shut.
  assert.ok(!quotas.mayRead(ref))
  clock.advance(5000)
  assert.ok(quotas.mayRead(ref))
})
