import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { poll } from '#test/harness'
import { diskRoom } from './disk-room.ts'

describe('the reserve on the disk', () => {
  it('counts what it granted between two samples, and asks again', async () => {
    let free = 1000
    const hasRoom = diskRoom('/', 400, () => free)
    assert.equal(hasRoom(500), true)
    assert.equal(hasRoom(200), false, '100 are left above the reserve')
    assert.equal(hasRoom(100), true)
    free = 5000
    await poll('a new sample', () => hasRoom(4000))
  })

  it('reads the real disk', () => {
    assert.equal(diskRoom(tmpdir(), 0)(1), true)
    assert.equal(diskRoom(tmpdir(), Number.MAX_SAFE_INTEGER)(1), false)
  })
})
