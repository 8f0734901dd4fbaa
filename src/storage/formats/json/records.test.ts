import assert from 'node:assert/strict'
import { it } from 'node:test'
import { recordsAt } from './records.ts'

const at = (text: string, path: string) => [...recordsAt(text, path)]

// https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-json
it('finds the records at a path, with every digit, each on one line', () => {
  const text =
    '{"Records":[{"n":12345678901234567890.10,\n "s":"a\\nb]"},{"n":2}],"more":{"Records":[3]}}'
  assert.deepEqual(at(text, '$.Records[*]'), [
    '{"n":12345678901234567890.10,  "s":"a\\nb]"}',
    '{"n":2}',
  ])
  assert.deepEqual(at(text, '$.Records[*].n'), ['12345678901234567890.10', '2'])
  assert.deepEqual(at(text, "$['more'].Records[*]"), ['3'])
  assert.deepEqual(at(text, '$.none[*]'), [])
  assert.deepEqual(at('[{"a":1}, {"a":2}]', '$[*]'), ['{"a":1}', '{"a":2}'])
  assert.deepEqual(at('{"a":1}\n{"a":2},{"a":3}', '$'), ['{"a":1}', '{"a":2}', '{"a":3}'])
  assert.deepEqual(at('{"x":{"k":1,"l":[]}}', '$.x[*]'), ['1', '[]'])
})

it('finds out what is not JSON, nested too deeply, and paths that it does not read', () => {
  for (const text of ['{"a":}', '{"a" 1}', '[1 2]', '{"a":"x', '[tru]', '{a:1}', '[1']) {
    assert.throws(() => at(text, '$'), /not JSON|Unexpected|JSON/, text)
  }
  assert.throws(() => at('['.repeat(100_000), '$'), /nested too deeply/)
  assert.throws(() => at('{}', '$..a[?(@.b)]'), /not supported/)
})
