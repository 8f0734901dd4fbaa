import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PartBuffers } from './part-buffers.ts'

describe('buffers for parts', () => {
  it('have a bounded sum: who wants more waits for his turn', async () => {
    const buffers = new PartBuffers(30, 10)
    const order: string[] = []
    const take = async (name: string, bytes: number) => {
      const buffer = await buffers.take(bytes)
      order.push(name)
      return buffer
    }
    const [one, two] = [await take('one', 10), await take('two', 10)]
    const large = take('large', 20)
    // It would fit, and does not overtake.
    const small = take('small', 10)
    await new Promise(setImmediate)
    assert.deepEqual(order, ['one', 'two'])
    buffers.give(one)
    buffers.give(await large)
    buffers.give(two)
    buffers.give(await small)
    assert.deepEqual(order, ['one', 'two', 'large', 'small'])
    assert.equal((await buffers.take(30)).length, 30)
  })

  it('are used again, and one larger than all is had by who is alone', async () => {
    const buffers = new PartBuffers(30, 10)
    const first = await buffers.take(10)
    buffers.give(first)
    assert.equal(await buffers.take(10), first)
    const huge = buffers.take(100)
    let isThere = false
    void huge.then(() => (isThere = true))
    await new Promise(setImmediate)
    assert.equal(isThere, false)
    buffers.give(first)
    assert.equal((await huge).length, 100)
  })
})
