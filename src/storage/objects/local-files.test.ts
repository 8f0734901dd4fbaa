import assert from 'node:assert/strict'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { LocalFiles } from './local-files.ts'

describe('files that are lent by their blob', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-lent-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('are made once for all who have them, and for the next one', async () => {
    const local = await LocalFiles.open(folder)
    let made = 0
    const make = async (path: string) => {
      made += 1
      await writeFile(path, `bytes ${made}`)
    }
    const [one, two] = await Promise.all([local.lend('a', make), local.lend('a', make)])
    assert.equal(one.path, two.path)
    await one.release()
    await one.release()
    assert.equal(await readFile(two.path, 'utf8'), 'bytes 1')
    await two.release()
    const three = await local.lend('a', make)
    assert.equal(await readFile(three.path, 'utf8'), 'bytes 1')
    const other = await local.lend('b', make)
    assert.equal(await readFile(other.path, 'utf8'), 'bytes 2')
    await local.close()
    await assert.rejects(access(three.path))
  })

  it('are made again after a failure, which all are told who waited', async () => {
    const local = await LocalFiles.open(folder)
    const fails = () => Promise.reject(new Error('no'))
    const both = await Promise.allSettled([local.lend('a', fails), local.lend('a', fails)])
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    const lent = await local.lend('a', (path) => writeFile(path, 'yes'))
    assert.equal(await readFile(lent.path, 'utf8'), 'yes')
    await local.close()
  })

  it('are no more than some thousands that nobody has', async () => {
    const local = await LocalFiles.open(folder)
    const make = (path: string) => writeFile(path, '')
    const first = await local.lend('0', make)
    await first.release()
    const kept = await local.lend('kept', make)
    const others = await Promise.all(
      Array.from({ length: 4096 }, (_, n) => local.lend(`${n + 1}`, make)),
    )
    await Promise.all(others.map((each) => each.release()))
    await assert.rejects(access(first.path))
    await access(kept.path)
    await access(others.at(-1)!.path)
    await local.close()
  })
})
