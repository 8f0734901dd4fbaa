import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BufferPool } from './buffer-pool.ts'

describe('a pool of buffers', () => {
  it('hands a buffer out again once it was given back, and never before', () => {
    const pool = new BufferPool(1024 * 1024)
    const first = pool.take(40_000)
    const second = pool.take(40_000)
    assert.notEqual(first.buffer, second.buffer)
    assert.equal(first.length, 40_000)
    pool.give(first)
    const third = pool.take(60_000)
    assert.equal(third.buffer, first.buffer)
    assert.equal(third.length, 60_000)
    assert.notEqual(pool.take(40_000).buffer, second.buffer)
  })

  it('keeps no more than it may', () => {
    const pool = new BufferPool(100_000)
    const taken = [pool.take(60_000), pool.take(60_000)]
    for (const buffer of taken) pool.give(buffer)
    const again = [pool.take(60_000), pool.take(60_000)].map(({ buffer }) => buffer)
    assert.equal(taken.filter(({ buffer }) => again.includes(buffer)).length, 1)
  })

  it('gives up sizes that nobody asks for any more, for those that are used now', () => {
    const pool = new BufferPool(256 * 1024)
    const former = [pool.take(100_000), pool.take(100_000)]
    for (const buffer of former) pool.give(buffer)
    const now = pool.take(40_000)
    pool.give(now)
    assert.equal(pool.take(40_000).buffer, now.buffer)
    const kept = [pool.take(100_000), pool.take(100_000)].map(({ buffer }) => buffer)
    assert.equal(former.filter(({ buffer }) => kept.includes(buffer)).length, 1)
  })

  it('leaves small buffers to Node, whose memory they share', () => {
    const pool = new BufferPool(1024 * 1024)
    const small = pool.take(100)
    pool.give(small)
    assert.notEqual(pool.take(100).byteOffset, small.byteOffset)
  })
})
