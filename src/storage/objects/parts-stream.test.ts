import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { PartsStream } from './parts-stream.ts'

/** Writes itself in two pieces. */
class Pumping extends Readable {
  readonly #text: string
  constructor(text: string) {
    super({ read: () => {} })
    this.#text = text
    this.push(text)
    this.push(null)
  }

  async pumpTo(target: Writable): Promise<void> {
    target.write(this.#text.slice(0, 2))
    target.write(this.#text.slice(2))
    this.destroy()
  }
}

describe('parts one after the other', () => {
  async function* parts(log: string[] = []): AsyncGenerator<Readable> {
    for (const [name, body] of [
      ['one', new Pumping('pumped ')],
      ['two', Readable.from(['plain '], { objectMode: false })],
      ['three', new Pumping('and pumped')],
    ] as const) {
      log.push(name)
      yield body
    }
  }
  const collecting = () => {
    const chunks: Buffer[] = []
    const target = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk)
        setImmediate(done)
      },
    })
    return { target, text: () => Buffer.concat(chunks).toString() }
  }

  it('come whole, read or written, and do not end what they are written to', async () => {
    assert.equal(
      (await buffer(new PartsStream(() => parts()))).toString(),
      'pumped plain and pumped',
    )
    const { target, text } = collecting()
    await new PartsStream(() => parts()).pumpTo(target)
    assert.equal(target.writableEnded, false)
    target.end()
    await once(target, 'finish')
    assert.equal(text(), 'pumped plain and pumped')
  })

  it('fail with the part that fails, and open none behind it', async () => {
    const log: string[] = []
    async function* failing(): AsyncGenerator<Readable> {
      for await (const body of parts(log)) {
        if (log.at(-1) === 'two') body.destroy(new Error('damaged'))
        yield body
      }
    }
    const stream = new PartsStream(failing)
    stream.on('error', () => {})
    await assert.rejects(stream.pumpTo(collecting().target), /damaged|premature/i)
    await assert.rejects(buffer(new PartsStream(failing)), /damaged|premature/i)
    assert.ok(!log.includes('three'))
  })

  it('stop with their reader, and destroy the part that is being read', async () => {
    const stuck = new Readable({ read: () => {} })
    async function* endless(): AsyncGenerator<Readable> {
      yield stuck
    }
    const stream = new PartsStream(endless)
    stream.on('error', () => {})
    const pumping = stream.pumpTo(collecting().target)
    await new Promise(setImmediate)
    stream.destroy(new Error('gone'))
    await assert.rejects(pumping)
    assert.equal(stuck.destroyed, true)
  })
})
