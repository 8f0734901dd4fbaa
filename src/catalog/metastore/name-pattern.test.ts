import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { namePattern } from './name-pattern.ts'

describe('patterns of names', () => {
  const cases: [string, readonly string[], readonly string[]][] = [
    ['*', ['', 'abc'], []],
    ['.*', ['abc'], []],
    ['ab*', ['ab', 'abc'], ['xab']],
    ['*b*', ['abc', 'b'], ['ac']],
    ['a.c', ['abc'], ['ac', 'abcd']],
    ['^a[0-9]+$', ['a1', 'A22'], ['a', 'ax']],
    ['[^a]b', ['xb'], ['ab']],
    ['a|b.*', ['a', 'bcd'], ['ac']],
    ['a\\.b', ['a.b'], ['axb']],
    ['\\w+_\\d', ['ab_1'], ['ab_x']],
  ]
  for (const [pattern, matching, others] of cases) {
    it(pattern, () => {
      for (const name of matching) assert.ok(namePattern(pattern)(name), name)
      for (const name of others) assert.ok(!namePattern(pattern)(name), name)
    })
  }

  it('takes no longer for patterns made to take long', () => {
    const matches = namePattern(`${'.*a'.repeat(60)}b`)
    assert.equal(matches('a'.repeat(255)), false)
  })
})
