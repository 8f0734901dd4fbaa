import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Endings } from './endings.ts'

const hour = 3_600_000

describe('waiting for the end of an execution', () => {
  it('is over for everybody when it is told', async () => {
    const endings = new Endings()
    const waiting = [endings.wait('a', hour), endings.wait('a', hour)]
    let other = false
    const never = endings.wait('b', hour).then(() => (other = true))
    endings.tell('a')
    await Promise.all(waiting)
    assert.equal(other, false)
    endings.tellAll()
    assert.equal(await never, true)
  })

  it('is over when its time is', async () => {
    await new Endings().wait('a', 1)
  })

  it('may be told of nobody', () => {
    new Endings().tell('a')
  })
})
