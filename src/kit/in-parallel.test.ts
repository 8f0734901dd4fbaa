import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inParallel } from './in-parallel.ts'

describe('work in parallel', () => {
  const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

  it('gives results in order, so many at once', async () => {
    let running = 0
    let most = 0
    const results = await inParallel([5, 1, 4, 2, 3], 3, async (turns, index) => {
      running += 1
      most = Math.max(most, running)
      for (let passed = 0; passed < turns; passed += 1) await turn()
      running -= 1
      return [turns, index]
    })
    assert.deepEqual(results, [
      [5, 0],
      [1, 1],
      [4, 2],
      [2, 3],
      [3, 4],
    ])
    assert.equal(most, 3)
    assert.deepEqual(await inParallel([], 3, turn), [])
  })

  it('begins nothing after a failure, and throws when all has ended', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const work = async (item: number) => {
      begun.push(item)
      await turn()
      if (item === 0) throw new Error('the first')
      for (let passed = 0; passed < 5; passed += 1) await turn()
      ended.push(item)
    }
    await assert.rejects(inParallel([0, 1, 2, 3], 2, work), /the first/)
    assert.deepEqual([begun, ended], [[0, 1], [1]])
  })
})
