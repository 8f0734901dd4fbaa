import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { WholeBody } from './whole-body.ts'

const unchecked = () => {}
const refusing = () => {
  throw new Error('another hash')
}

describe('a small body', () => {
  const sent = () =>
    Readable.from([Buffer.from('one '), Buffer.from('body')], { objectMode: false })

  it('comes in one piece, or as a stream, and no sooner than it is asked for', async () => {
    const source = sent()
    const body = new WholeBody(source, unchecked)
    assert.equal(source.readableFlowing, null)
    assert.equal((await body.whole()).toString(), 'one body')
    assert.equal((await body.whole()).toString(), 'one body')
    assert.equal((await buffer(new WholeBody(sent(), unchecked))).toString(), 'one body')
    assert.equal((await buffer(new WholeBody(Readable.from([]), unchecked))).length, 0)
  })

  it('fails in both forms when it is not what was signed', async () => {
    await assert.rejects(new WholeBody(sent(), refusing).whole(), /another hash/)
    await assert.rejects(buffer(new WholeBody(sent(), refusing)), /another hash/)
  })

  it('fails when its sender goes away, before it is asked for and after', async () => {
    const leaving = new Readable({ read: () => {} })
    leaving.push('half')
    const body = new WholeBody(leaving, unchecked)
    const whole = body.whole()
    leaving.destroy()
    await assert.rejects(whole, /went away/)
    await assert.rejects(new WholeBody(leaving, unchecked).whole(), /went away/)

    const failing = new Readable({ read: () => {} })
    const late = new WholeBody(failing, unchecked)
    failing.destroy(new Error('stalled'))
    await new Promise((resolve) => failing.once('close', resolve))
    await assert.rejects(late.whole(), /stalled/)
  })
})
