import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gathered } from './gathered.ts'
import type { SourceShards } from './source.ts'

type Given = readonly [number: number, end?: number, ...parents: number[]]

/** Shards by their numbers, with where they end and what they came from. */
function shardsOf(given: readonly Given[], logId = 'log'): SourceShards {
  const numbers = given.map(([number]) => number)
  return {
    logId,
    shardIds: numbers.map((number) => `s${number}`),
    numbers,
    parents: given.map(([, , ...parents]) =>
      parents.map((parent) => numbers.indexOf(parent)).filter((place) => place >= 0),
    ),
    ends: given.map(([, end = Infinity]) => end),
  }
}

function begun(places: Readonly<Record<number, number>>, shards: SourceShards, logId = 'log') {
  const sequences = new Map(Object.entries(places).map(([number, to]) => [Number(number), to]))
  return new Gathered({ version: 4, places: new Map([[logId, sequences]]) }, shards)
}

const openOf = (gathered: Gathered) => gathered.open().shardIds
const movedTo = (gathered: Gathered) => Object.fromEntries(gathered.move().to.get('log') ?? [])

test('a child is open when its parents are through, as long as the source names them', () => {
  const shards = shardsOf([[0, 10], [1, 5], [2, Infinity, 0, 1], [3]])
  const gathered = begun({ 0: 2 }, shards)
  assert.deepEqual(openOf(gathered), ['s0', 's1', 's3'])
  gathered.pass(0, 10)
  assert.deepEqual(openOf(gathered), ['s1', 's3'])
  gathered.pass(1, 5)
  assert.deepEqual(openOf(gathered), ['s2', 's3'])
  assert.equal(gathered.open(), gathered.open())
  assert.deepEqual(openOf(begun({}, shardsOf([[2, Infinity, 0], [3]]))), ['s2', 's3'])
})

test('what was gathered goes along when shards come and go', () => {
  const gathered = begun({ 0: 2, 1: 1 }, shardsOf([[0, 10], [1], [2]]))
  gathered.pass(0, 7)
  gathered.pass(2, 3)
  gathered.setTips(Float64Array.of(7, 9, 3))
  assert.equal(gathered.hasAll(), false)
  assert.equal(gathered.follow(shardsOf([[1, 9], [2], [3, Infinity, 1]])), true)
  assert.deepEqual(openOf(gathered), ['s1', 's2'])
  gathered.pass(0, 9)
  assert.equal(gathered.hasAll(), true)
  gathered.pass(2, 4)
  assert.deepEqual(gathered.ranges(), {
    logId: 'log',
    shardIds: ['s0', 's1', 's2', 's3'],
    numbers: [0, 1, 2, 3],
    afters: Float64Array.of(2, 1, 0, 0),
    tos: Float64Array.of(7, 9, 3, 4),
  })
  // The first is not in the source any more.
  assert.deepEqual(movedTo(gathered), { 1: 9, 2: 3, 3: 4 })
  assert.equal(gathered.move().version, 4)
  assert.equal(gathered.follow(shardsOf([[0]], 'another')), false)
})

test('checkpoints keep what the source has, and what is newer than that', () => {
  const gathered = begun({ 1: 5, 2: 6, 8: 9 }, shardsOf([[2, 6], [4]]))
  gathered.pass(1, 3)
  assert.deepEqual(movedTo(gathered), { 2: 6, 4: 3, 8: 9 })
})

test('places in another log are of no meaning, and go with the next batch', () => {
  const gathered = begun({ 0: 5 }, shardsOf([[0]]), 'a former log')
  assert.equal(gathered.after(0), 0)
  gathered.pass(0, 2)
  assert.deepEqual(gathered.move().to, new Map([['log', new Map([[0, 2]])]]))
})

test('what is open is the same list for one batch after the other', () => {
  const shards = shardsOf([[0, 4], [1], [2]])
  const checkpoints = { version: 1, places: new Map([['log', new Map([[0, 4]])]]) }
  const first = new Gathered(checkpoints, shards)
  const open = first.open()
  assert.deepEqual(open.shardIds, ['s1', 's2'])
  assert.equal(new Gathered(checkpoints, shards, first).open(), open)
  const others = new Gathered(checkpoints, shardsOf([[1], [2]]), first).open()
  assert.deepEqual(
    [others.shardIds, others.places],
    [
      ['s1', 's2'],
      [0, 1],
    ],
  )
})
