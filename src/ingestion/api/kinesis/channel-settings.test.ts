import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFreshness } from './channel-settings.ts'

/** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-concepts.html */
test('five to fifteen minutes with the limits of AWS, down to nothing without', () => {
  for (const seconds of [undefined, 300, 900]) checkFreshness(seconds, true)
  for (const seconds of [0, 299, 900]) checkFreshness(seconds, false)
  for (const seconds of [0, 299, 901, 300.5]) {
    assert.throws(() => checkFreshness(seconds, true), /between 300 and 900/)
  }
  for (const seconds of [-1, 901, 0.5]) {
    assert.throws(() => checkFreshness(seconds, false), /between 0 and 900/)
  }
})
