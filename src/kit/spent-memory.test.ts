import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { givenAway, spend } from './spent-memory.ts'
import { collect } from './streams.ts'

describe('memory that was given away', () => {
  async function* chunks() {
    yield Buffer.from(new Uint8Array([1, 2, 3]).buffer)
    // A view of memory that others see too.
    yield Buffer.from(new ArrayBuffer(100), 10, 20)
  }

  it('is freed when it is spent, once, and no other', async () => {
    const given: Uint8Array[] = []
    for await (const chunk of givenAway(chunks())) given.push(chunk)
    assert.deepEqual(
      given.map((chunk) => chunk.byteLength),
      [3, 20],
    )
    const own = new Uint8Array(5)
    spend([...given, own])
    spend(given)
    assert.deepEqual(
      [...given, own].map((chunk) => chunk.byteLength),
      [0, 20, 5],
    )
  })

  it('is freed while a stream is gathered', async () => {
    const chunks = [new Uint8Array(4).fill(1), new Uint8Array(3).fill(2)]
    const whole = await collect(givenAway(Readable.from(chunks)), 100, Buffer.alloc(7))
    assert.deepEqual([...whole], [1, 1, 1, 1, 2, 2, 2])
    assert.deepEqual(
      chunks.map(({ byteLength }) => byteLength),
      [0, 0],
    )
    const kept = [new Uint8Array(4).fill(3)]
    assert.equal((await collect(Readable.from(kept), 100, Buffer.alloc(4))).length, 4)
    assert.equal(kept[0]!.byteLength, 4)
  })
})
