import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mayTransition } from './storage-classes.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
const transitions: Readonly<Record<string, readonly string[]>> = {
  STANDARD: [
    'STANDARD_IA',
    'INTELLIGENT_TIERING',
    'ONEZONE_IA',
    'GLACIER_IR',
    'GLACIER',
    'DEEP_ARCHIVE',
  ],
  STANDARD_IA: ['INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  INTELLIGENT_TIERING: ['ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  ONEZONE_IA: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER_IR: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER: ['DEEP_ARCHIVE'],
  DEEP_ARCHIVE: [],
}

describe('transitions between storage classes', () => {
  for (const [from, allowed] of Object.entries(transitions)) {
    it(`from ${from}`, () => {
      const found = Object.keys(transitions).filter((to) => mayTransition(from, to))
      assert.deepEqual(found.toSorted(), allowed.toSorted())
    })
  }
})
