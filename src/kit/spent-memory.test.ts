import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { givenAway, spend } from './spent-memory.ts'

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
})
