import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger } from '#kit'
import { ExecutionQueue } from './execution-queue.ts'

/** Jobs that note their beginning and end when they are told to. */
function fixture(options: {
  concurrency: number
  groupMax?: (group: string) => number | undefined
}) {
  const queue = new ExecutionQueue({ queueMax: 100, log: silentLogger(), ...options })
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const add = (id: string, group: string) =>
    queue.add(id, group, async () => {
      started.push(id)
      await new Promise<void>((resolve) => ends.set(id, resolve))
    })
  const end = async (id: string) => {
    ends.get(id)!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { queue, started, add, end }
}

describe('the queue of executions', () => {
  it('gives the next place to the group that runs the fewest', async () => {
    const { started, add, end } = fixture({ concurrency: 2 })
    for (const id of ['a1', 'a2', 'a3', 'a4']) add(id, 'a')
    add('b1', 'b')
    add('c1', 'c')
    assert.deepEqual(started, ['a1', 'a2'])
    await end('a1')
    assert.deepEqual(started, ['a1', 'a2', 'b1'])
    await end('a2')
    assert.deepEqual(started, ['a1', 'a2', 'b1', 'c1'])
    await end('b1')
    assert.deepEqual(started, ['a1', 'a2', 'b1', 'c1', 'a3'])
  })

  it('keeps a group to its own bound, and lets others pass', async () => {
    const { queue, started, add, end } = fixture({
      concurrency: 3,
      groupMax: (group) => (group === 'a' ? 1 : undefined),
    })
    for (const id of ['a1', 'a2']) add(id, 'a')
    add('b1', 'b')
    assert.deepEqual(started, ['a1', 'b1'])
    assert.equal(await queue.stop('a2'), 'waiting')
    add('a3', 'a')
    await end('a1')
    assert.deepEqual(started, ['a1', 'b1', 'a3'])
  })

  it('refuses more than may wait', () => {
    const queue = new ExecutionQueue({ concurrency: 1, queueMax: 1, log: silentLogger() })
    const forever = () => new Promise<void>(() => undefined)
    queue.add('1', 'a', forever)
    queue.checkRoom()
    queue.add('2', 'b', forever)
    assert.throws(() => queue.checkRoom(), { code: 'TooManyQueries' })
  })
})
