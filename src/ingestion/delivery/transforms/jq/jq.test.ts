import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { runJq, troubleOfQuery } from './jq.ts'

const { signal } = new AbortController()

test('a result for each text, whatever the others hold', async () => {
  const query = '{id: .customer_id, year: .at | strftime("%Y")}'
  const texts = [
    '{"customer_id":"c","at":1565382027}',
    'text',
    '{"at":"x"}',
    '{"customer_id":7,"at":0}',
  ]
  const results = await runJq(query, texts, signal)
  assert.deepEqual(results[0], { values: [{ id: 'c', year: '2019' }] })
  assert.ok('error' in results[1]! && 'error' in results[2]!)
  assert.deepEqual(results[3], { values: [{ id: 7, year: '1970' }] })
  const many = await runJq(
    '.n, .n',
    Array.from({ length: 2000 }, (_, n) => `{"n":${n}}`),
    signal,
  )
  assert.deepEqual(many[1999], { values: [1999, 1999] })
})

test('a query reaches no other text, nothing of the server, and cannot halt', async () => {
  const texts = ['1', '2']
  for (const query of ['input', '[inputs] | .[0]', 'halt_error', 'halt']) {
    for (const result of await runJq(query, texts, signal)) {
      assert.ok('error' in result || result.values.every((value) => value === null), query)
    }
  }
  const [environment] = await runJq('env.PATH', ['1'], signal)
  assert.deepEqual(environment, { values: ['/'] })
})

test('a query that loops or eats memory fails for the texts for which it does', async () => {
  const query = 'if . == 2 then [range(1e12)] elif . == 3 then last(repeat(1)) else . end'
  const results = await runJq(query, ['1', '2', '3', '4'], signal)
  assert.deepEqual(results[0], { values: [1] })
  assert.match((results[1] as { error: string }).error, /too long, or too much memory/)
  assert.match((results[2] as { error: string }).error, /too long, or too much memory/)
  assert.deepEqual(results[3], { values: [4] })
})

test('queries that do not compile', async () => {
  assert.equal(await troubleOfQuery('{a: .b, c: (.d | tostring)}'), undefined)
  assert.equal(await troubleOfQuery('input'), undefined)
  for (const query of ['{a: .b', '.a) | (.b', 'nothing(1)']) {
    assert.match((await troubleOfQuery(query)) ?? '', /compile error/, query)
  }
})

test('an answer that is there counts, however long this thread was held up meanwhile', async () => {
  await runJq('.', ['1'], signal)
  const asked = troubleOfQuery('{a: .b')
  await nextTurn()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000)
  assert.match((await asked) ?? '', /compile error/)
})

test('nobody waits for the rest of many texts once their delivery has ended', async () => {
  const ending = new AbortController()
  const asked = runJq(
    '.',
    Array.from({ length: 2000 }, () => '1'),
    ending.signal,
  )
  ending.abort(new Error('the delivery has ended'))
  await assert.rejects(asked, /the delivery has ended/)
})
