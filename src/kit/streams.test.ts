import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { collect, collectOwned, TooLargeError } from './streams.ts'

/** Pieces of their own memory, from 0 to 40 bytes long. */
function pieces(seed: number): Uint8Array[] {
  let state = seed
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 16) % below
  }
  return Array.from({ length: next(12) }, () => new Uint8Array(1 + next(40)).fill(next(256)))
}

describe('a stream that is gathered', () => {
  it('is the same whether it is iterated or flows, whatever it announced', async () => {
    for (let seed = 1; seed < 200; seed += 1) {
      const size = pieces(seed).reduce((sum, { byteLength }) => sum + byteLength, 0)
      for (const announced of [undefined, 0, size, size + 7, size >> 1]) {
        const room = () => (announced === undefined ? undefined : Buffer.alloc(announced))
        const expected = Buffer.concat(pieces(seed))
        assert.deepEqual(await collect(Readable.from(pieces(seed)), 1000, room()), expected)
        assert.deepEqual(await collectOwned(Readable.from(pieces(seed)), 1000, room()), expected)
      }
    }
  })

  it('gives back the memory of pieces that it has copied, and of no others', async () => {
    const shared = new Uint8Array(new ArrayBuffer(100), 10, 3).fill(1)
    const own = new Uint8Array(4).fill(2)
    const late = new Uint8Array(5).fill(3)
    const whole = await collectOwned(Readable.from([shared, own, late]), 100, Buffer.alloc(7))
    assert.deepEqual([...whole], [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3])
    assert.deepEqual([shared.byteLength, own.byteLength, late.byteLength], [3, 0, 5])
  })

  it('is refused when it is too long, and can be read on', async () => {
    const stream = new PassThrough()
    for (let count = 0; count < 4; count += 1) stream.write(new Uint8Array(10))
    await assert.rejects(collectOwned(stream, 25, Buffer.alloc(25)), TooLargeError)
    assert.ok(!stream.destroyed)
    stream.end(new Uint8Array(3))
    assert.ok((await collect(stream, 100)).byteLength >= 3)
  })

  it('fails with its own error, when it closes early, and when that was before', async () => {
    const broken = new PassThrough()
    broken.write('some')
    setImmediate(() => broken.destroy(new Error('gone')))
    await assert.rejects(collectOwned(broken, 100), /gone/)
    await assert.rejects(collectOwned(broken, 100), /gone/)
    const closed = new PassThrough()
    setImmediate(() => closed.destroy())
    await assert.rejects(collectOwned(closed, 100), /before its end/)
    await assert.rejects(collectOwned(closed, 100), /before its end/)
    const read = Readable.from([new Uint8Array(2)])
    assert.equal((await collectOwned(read, 100)).byteLength, 2)
    assert.equal((await collectOwned(read, 100)).byteLength, 0)
  })
})
