import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WriteGates } from './write-gates.ts'

const key = { accountId: '000000000000', region: 'r', name: 's' }

test('work runs alone: after the writers before it, and before those after it', async () => {
  const gates = new WriteGates()
  const events: string[] = []
  const write = async (name: string, until: Promise<void>) => {
    for (let closed = gates.enter(key); closed; closed = gates.enter(key)) await closed
    events.push(`${name} in`)
    await until
    events.push(`${name} out`)
    gates.leave(key)
  }
  let letFirstGo = () => {}
  const first = write('first', new Promise((resolve) => (letFirstGo = resolve)))
  const alone = ['one', 'two'].map((name) =>
    gates.alone(key, async () => {
      events.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      events.push(`${name} ends`)
    }),
  )
  const second = write('second', Promise.resolve())
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(events, ['first in'])
  letFirstGo()
  await Promise.all([first, second, ...alone])
  assert.deepEqual(events.slice(0, 4), ['first in', 'first out', 'one begins', 'one ends'])
  const isAlone = events.indexOf('two ends') - events.indexOf('two begins') === 1
  assert.ok(isAlone, events.join())
  assert.equal(gates.enter(key), undefined)
})
