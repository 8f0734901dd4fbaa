import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { snapshotById, withSnapshot } from './snapshot-index.ts'
import type { Snapshot } from './types.ts'

const snapshot = (id: number): Snapshot => ({
  'snapshot-id': BigInt(id),
  'sequence-number': id,
  'timestamp-ms': id,
  'manifest-list': `s3://b/${id}`,
})

describe('the index of snapshots', () => {
  it('finds what a list has, and nothing that only another list of the same origin has', () => {
    const base = [snapshot(1), snapshot(2)]
    const left = withSnapshot(base, snapshot(3))
    const right = withSnapshot(base, snapshot(4))
    const longer = withSnapshot(right, snapshot(3))
    assert.equal(snapshotById(base, 3n), undefined)
    assert.equal(snapshotById(base, 2n), base[1])
    assert.equal(snapshotById(left, 3n), left[2])
    assert.equal(snapshotById(left, 4n), undefined)
    assert.equal(snapshotById(right, 3n), undefined)
    assert.equal(snapshotById(right, 4n), right[2])
    assert.equal(snapshotById(longer, 3n), longer[3])
    assert.equal(snapshotById(longer, 5n), undefined)
    assert.equal(base.length, 2)
  })
})
