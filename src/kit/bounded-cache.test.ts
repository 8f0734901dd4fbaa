import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BoundedCache } from './bounded-cache.ts'

describe('a bounded cache', () => {
  it('lets the longest unused go, one by one', () => {
    const cache = new BoundedCache<string, number>({ countMax: 4 })
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries()) cache.set(name, at)
    assert.equal(cache.get('a'), 0)
    cache.set('e', 4)
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e'].map((name) => cache.get(name)),
      [0, undefined, 2, 3, 4],
    )
    assert.equal(cache.size, 4)
  })

  it('never holds more than its bounds, and always what came last', () => {
    const bounds = { countMax: 20, lengthMax: 1000, lengthEachMax: 400 }
    const cache = new BoundedCache<number, string>(bounds)
    const lengths = new Map<number, number>()
    for (let step = 0; step < 5000; step += 1) {
      const key = (step * 7919) % 53
      const length = (step * 104_729) % 450
      cache.set(key, String(step), length)
      lengths.set(key, length)
      assert.equal(cache.get(key), length > 400 ? undefined : String(step))
      const kept = [...lengths].filter(([each]) => cache.get(each) !== undefined)
      assert.equal(kept.length, cache.size)
      assert.equal(
        kept.reduce((sum, [, each]) => sum + each, 0),
        cache.length,
      )
      assert.ok(cache.size <= 20 && cache.length <= 1000)
    }
  })

  it('keeps what is asked all the time, however much else comes by', () => {
    const cache = new BoundedCache<string, string>({ countMax: 10 })
    cache.set('hot', 'value')
    for (let step = 0; step < 1000; step += 1) {
      cache.set(`cold ${step}`, '')
      assert.equal(cache.get('hot'), 'value')
    }
  })

  it('forgets what a longer value would have replaced', () => {
    const cache = new BoundedCache<string, string>({ countMax: 10, lengthMax: 80 })
    cache.set('name', 'old', 3)
    cache.set('name', 'new', 11)
    assert.equal(cache.get('name'), undefined)
    cache.set('name', 'short', 10)
    cache.clear()
    assert.deepEqual([cache.get('name'), cache.size, cache.length], [undefined, 0, 0])
  })
})
