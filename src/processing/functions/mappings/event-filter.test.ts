import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFilters } from './event-filter.ts'
import type { MappedRecord } from './kinesis-event.ts'

const recordOf = (data: string, partitionKey = 'k'): MappedRecord => ({
  shardId: 'shardId-000000000000',
  sequenceNumber: '1',
  sequence: 1n,
  partitionKey,
  arrivalMs: 1000,
  data: Buffer.from(data),
})
const matches = (pattern: unknown, data: unknown, key?: string) => {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return readFilters([JSON.stringify(pattern)])[0]!.matches(recordOf(text, key))
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
test('the rules of the documentation', () => {
  const cases: readonly [rule: unknown, fits: unknown, fails: unknown][] = [
    ['a', 'a', 'b'],
    [null, null, 0],
    [1, 1, '1'],
    [true, true, 'true'],
    [{ prefix: 'us-' }, 'us-east-1', 'eu-west-1'],
    [{ suffix: '.csv' }, 'a.csv', 'csv'],
    [{ 'equals-ignore-case': 'Alice' }, 'ALICE', 'Bob'],
    [{ exists: true }, 0, undefined],
    [{ exists: false }, undefined, null],
    [{ 'anything-but': ['a', 'b'] }, 'c', 'b'],
    [{ 'anything-but': { prefix: 'x' } }, 'a', 'xa'],
    [{ numeric: ['=', 100] }, 100, 101],
    [{ numeric: ['>', 10, '<=', 20] }, 20, 10],
  ]
  for (const [rule, fits, fails] of cases) {
    const pattern = { data: { a: { v: [rule] } } }
    const shown = JSON.stringify(rule)
    assert.equal(matches(pattern, { a: { v: fits } }), true, `${shown} fits ${String(fits)}`)
    assert.equal(matches(pattern, { a: { v: fails } }), false, `${shown} fails ${String(fails)}`)
  }
})

test('all members, any rule, any value of a list, and choices', () => {
  const pattern = { partitionKey: ['p'], data: { a: ['x', 'y'], b: { c: [1] } } }
  assert.equal(matches(pattern, { a: ['z', 'y'], b: { c: 1 } }, 'p'), true)
  assert.equal(matches(pattern, { a: 'x', b: { c: 1 } }, 'q'), false)
  assert.equal(matches(pattern, { a: 'x' }, 'p'), false)
  const choice = { data: { $or: [{ a: ['x'] }, { b: [{ exists: true }] }] } }
  assert.deepEqual(
    [{ a: 'x' }, { b: 0 }, { a: 'y' }].map((data) => matches(choice, data)),
    [true, true, false],
  )
})

test('data that is not JSON matches patterns of plain text only', () => {
  assert.equal(matches({ data: [{ prefix: 'GET' }] }, 'GET /'), true)
  assert.equal(matches({ data: { a: [{ exists: false }] } }, 'GET /'), false)
  assert.equal(matches({ partitionKey: [{ prefix: 'k' }] }, 'GET /'), true)
})

test('patterns that mean nothing are refused', () => {
  const wrong = [
    'no json',
    '[]',
    '{}',
    '{"a":1}',
    '{"a":[]}',
    '{"a":[{"like":"x"}]}',
    '{"a":[{"numeric":["~",1]}]}',
    '{"a":[{"exists":"yes"}]}',
    '{"$or":[{"a":[1]}]}',
    '{"a":[["x"]]}',
  ]
  for (const pattern of wrong) {
    assert.throws(() => readFilters([pattern]), { code: 'InvalidFunctionParameter' }, pattern)
  }
  assert.throws(() => readFilters(Array(11).fill('{"a":[1]}')), {
    code: 'InvalidFunctionParameter',
  })
})
