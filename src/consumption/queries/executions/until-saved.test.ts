import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger } from '#kit'
import { DatabaseErrors } from '#platform/database'
import { untilSaved } from './until-saved.ts'

const parts = { log: silentLogger(), isStopping: () => false, pauseMs: 1 }
const fails = (error: Error, times: number) => {
  const seen = { count: 0 }
  const save = async () => {
    seen.count += 1
    if (seen.count <= times) throw error
  }
  return { seen, save }
}

describe('the end of an execution', () => {
  it('is saved as soon as the database can', async () => {
    const { seen, save } = fails(DatabaseErrors.DiskFull('the disk is full'), 5)
    await untilSaved(save, parts)
    assert.equal(seen.count, 6)
  })

  it('is left to the next server when this one stops, or cannot for long', async () => {
    const error = DatabaseErrors.DatabaseFailed('the database thread has ended')
    const stopping = fails(error, 1000)
    await assert.rejects(untilSaved(stopping.save, { ...parts, isStopping: () => true }), error)
    assert.equal(stopping.seen.count, 1)
    const forGood = fails(error, 1000)
    await assert.rejects(untilSaved(forGood.save, parts), error)
    assert.equal(forGood.seen.count, 60)
  })

  it('is not tried again for what is no fault of the database', async () => {
    const error = new TypeError('a bug')
    const { seen, save } = fails(error, 1000)
    await assert.rejects(untilSaved(save, parts), error)
    assert.equal(seen.count, 1)
  })
})
