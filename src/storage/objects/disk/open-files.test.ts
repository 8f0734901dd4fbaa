import assert from 'node:assert/strict'
import {
  mkdtempSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { poll } from '#test/harness'
import { OpenFiles, type OpenFile } from './open-files.ts'

describe('files that are kept open', () => {
  let folder: string
  const path = (name: string) => join(folder, name)
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'boathouse-open-'))
    for (const name of ['a', 'b', 'c']) writeFileSync(path(name), name.repeat(100))
  })
  after(() => rmSync(folder, { recursive: true }))

  function check(file: OpenFile, name: string): void {
    const bytes = Buffer.alloc(100)
    assert.equal(readSync(file.fd, bytes, 0, 100, 0), 100)
    assert.equal(bytes.toString(), readFileSync(path(name), 'latin1'))
  }

  it('stay open for whoever waits for them when they are forgotten as soon as they are open', async () => {
    // None is kept: each is forgotten before those who asked have it.
    const files = new OpenFiles(0)
    const readers = Array.from({ length: 30 }, async (_, index) => {
      const name = 'abc'[index % 3]!
      const file = await files.use(path(name))
      for (let turn = 0; turn < index; turn += 1) await nextTurn()
      check(file, name)
      file.release()
      file.release()
    })
    await Promise.all(readers)
    if (process.platform !== 'linux') return
    await poll('all to be closed', () => openOnes(folder) === 0)
  })

  it('are closed when they are forgotten and nobody reads them, and opened anew', async () => {
    const files = new OpenFiles(10)
    const first = await files.use(path('a'))
    files.forget(path('a'))
    const second = await files.use(path('a'))
    check(first, 'a')
    first.release()
    await nextTurn()
    check(second, 'a')
    second.release()
    await assert.rejects(async () => files.use(path('none')), { code: 'ENOENT' })
    files.close()
    if (process.platform !== 'linux') return
    await poll('all to be closed', () => openOnes(folder) === 0)
  })
})

function openOnes(folder: string): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder)
    } catch {
      return false
    }
  }).length
}
