import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger } from '#kit'
import { ExecutionQueue, type Reservation } from './execution-queue.ts'

/** Jobs that note their beginning and end when they are told to. */
function fixture(options: {
  concurrency: number
  reservationOf?: (group: string) => Reservation | undefined
  accountOf?: (group: string) => string
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

  it('keeps the groups of a reservation to its places, and lets others pass', async () => {
    const { queue, started, add, end } = fixture({
      concurrency: 3,
      reservationOf: (group) => (group < 'c' ? { id: 'r', places: 1 } : undefined),
    })
    for (const id of ['a1', 'a2']) add(id, 'a')
    add('b1', 'b')
    add('c1', 'c')
    assert.deepEqual(started, ['a1', 'c1'])
    assert.equal(await queue.stop('a2'), 'waiting')
    add('a3', 'a')
    await end('a1')
    assert.deepEqual(started, ['a1', 'c1', 'b1'])
    await end('b1')
    assert.deepEqual(started, ['a1', 'c1', 'b1', 'a3'])
  })

  it('lets reservations go first on all places but one', async () => {
    const { started, add, end } = fixture({
      concurrency: 3,
      reservationOf: (group) => (group === 'r' ? { id: 'r', places: 9 } : undefined),
    })
    for (const id of ['o1', 'o2', 'o3', 'o4', 'o5']) add(id, 'o')
    for (const id of ['r1', 'r2', 'r3', 'r4']) add(id, 'r')
    await end('o1')
    await end('o2')
    assert.deepEqual(started, ['o1', 'o2', 'o3', 'r1', 'r2'])
    // Two of three places are the reservation's: the third goes to who runs the fewest.
    await end('o3')
    assert.deepEqual(started.slice(5), ['o4'])
    await end('r1')
    assert.deepEqual(started.slice(5), ['o4', 'r3'])
    await end('o4')
    assert.deepEqual(started.slice(5), ['o4', 'r3', 'o5'])
    await end('o5')
    assert.deepEqual(started.slice(5), ['o4', 'r3', 'o5', 'r4'])
  })

  it('gives accounts fair shares, whatever one of them has reserved', async () => {
    const { started, add, end } = fixture({
      concurrency: 4,
      accountOf: (group) => group[0]!,
      reservationOf: (group) => (group === 'a reserved' ? { id: 'r', places: 99 } : undefined),
    })
    for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) add(id, 'a reserved')
    for (const id of ['x1', 'x2']) add(id, 'a others')
    for (const id of ['b1', 'b2', 'b3']) add(id, 'b')
    assert.deepEqual(started, ['a1', 'a2', 'a3', 'a4'])
    await end('a1')
    await end('a2')
    assert.deepEqual(started.slice(4), ['b1', 'b2'], 'another account comes to its half')
    await end('a3')
    assert.deepEqual(started.slice(6), ['a5'], 'within its own account the reservation goes first')
    await end('b1')
    assert.deepEqual(started.slice(7), ['b3'])
    await end('b2')
    await end('b3')
    assert.deepEqual(started.slice(8), ['a6', 'x1'], 'nothing is kept empty')
  })

  it('starts what waits when its reservation has grown', () => {
    let places = 1
    const { queue, started, add } = fixture({
      concurrency: 3,
      reservationOf: () => ({ id: 'r', places }),
    })
    for (const id of ['1', '2', '3']) add(id, 'a')
    assert.deepEqual(started, ['1'])
    places = 2
    queue.next()
    assert.deepEqual(started, ['1', '2'])
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
