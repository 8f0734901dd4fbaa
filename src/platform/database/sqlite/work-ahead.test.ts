import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Changes } from './changes.ts'
import { WorkAhead } from './work-ahead.ts'

describe('work that is run ahead', () => {
  const setUp = () => {
    const changes = new Changes()
    let asked = 0
    const read = () => {
      asked += 1
      return { rows: [], values: [], changes: 0 }
    }
    const ahead = new WorkAhead(read, changes)
    return {
      /** How often the database was asked. */
      async run(name: string, times: number): Promise<number> {
        const before = asked
        for (let time = 0; time < times; time += 1) {
          await ahead.run((tx) => tx.rows('select "a" from "t" where "b" = ?', [name]))
        }
        return asked - before
      },
      change(): void {
        const touched = new Map([['*', 'all' as const]])
        changes.begin(touched)
        changes.end(touched)
      },
    }
  }

  it('asks what has not changed once', async () => {
    const { run, change } = setUp()
    assert.equal(await run('x', 5), 1)
    assert.equal(await run('y', 5), 1)
    assert.equal(await run('x', 5), 0)
    change()
    assert.equal(await run('x', 5), 1)
  })

  it('keeps what is asked again soon after a time in which nothing was', async () => {
    const { run, change } = setUp()
    for (let time = 0; time < 500; time += 1) {
      change()
      assert.equal(await run(`name ${time}`, 1), 1)
    }
    assert.ok((await run('x', 400)) < 200)
    assert.equal(await run('x', 100), 0)
    change()
    assert.equal(await run('x', 100), 1)
  })
})
