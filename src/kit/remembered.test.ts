import assert from 'node:assert/strict'
import { it } from 'node:test'
import { remembered } from './remembered.ts'

it('answers what it is asked all the time without working it out again, and what it has forgotten anew', () => {
  const asked: string[] = []
  const lengthOf = remembered({ countMax: 4, lengthMax: 80 }, (text: string) => {
    asked.push(text)
    if (text === 'wrong') throw new Error('wrong')
    return text === '' ? null : text.length
  })
  for (const text of ['hot', '', 'a', 'hot', 'b', 'hot', 'c', 'hot', 'd', 'hot', '']) {
    assert.equal(lengthOf(text), text === '' ? null : text.length)
  }
  assert.deepEqual(asked.splice(0), ['hot', '', 'a', 'b', 'c', 'd', ''])
  for (const _ of [1, 2]) {
    assert.throws(() => lengthOf('wrong'), /wrong/)
    assert.equal(lengthOf('too long to be kept'), 19)
  }
  assert.deepEqual(asked, ['wrong', 'too long to be kept', 'wrong', 'too long to be kept'])
})
