import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogWaiters } from './log-waiters.ts'

function waiting(waiters: LogWaiters, places: Readonly<Record<number, number>>) {
  const seen: string[] = []
  const positions = Int32Array.from(Object.keys(places), Number)
  const afters = Float64Array.from(Object.values(places))
  const end = waiters.add(
    { positions, afters },
    {
      wake: () => {
        end()
        seen.push('woken')
      },
      fail: ({ message }) => {
        end()
        seen.push(message)
      },
    },
  )
  return { seen, end }
}

for (const shards of [1, 3, 8, 9, 1000]) {
  test(`who waits for ${shards} shards is woken once, by a newer record of one of them, and then gone`, () => {
    const waiters = new LogWaiters()
    assert.ok(waiters.areNone)
    const places = Object.fromEntries(Array.from({ length: shards }, (_, at) => [2 * at, 10 + at]))
    const { seen } = waiting(waiters, places)
    const other = waiting(waiters, { 1: 5 })
    const last = 2 * (shards - 1)
    for (const [position, sequence] of [
      [1, 5],
      [last, 10 + shards - 1],
      [last + 1, 1e9],
      [last + 2, 1e9],
    ] as const) {
      waiters.wake(position, sequence)
    }
    assert.deepEqual([seen, other.seen], [[], last === 0 ? ['woken'] : []])
    waiters.wake(last, 10 + shards)
    for (let at = 0; at < shards; at += 1) waiters.wake(2 * at, 1e9)
    assert.deepEqual(seen, ['woken'])
    other.end()
    assert.ok(waiters.areNone)
  })

  test(`who waits for ${shards} shards is told when the log ends, unless it has gone before`, () => {
    const waiters = new LogWaiters()
    const places = Object.fromEntries(Array.from({ length: shards }, (_, at) => [at, 0]))
    const gone = waiting(waiters, places)
    const both = [waiting(waiters, places), waiting(waiters, places)]
    gone.end()
    waiters.fail(new Error('ended'))
    assert.deepEqual(
      [gone, ...both].map(({ seen }) => seen),
      [[], ['ended'], ['ended']],
    )
    assert.ok(waiters.areNone)
  })
}
