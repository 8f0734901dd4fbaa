import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { poll } from '#test/harness'
import { KeptLinks, keptFolderOf } from './kept-links.ts'
import { lastingFolderOf, makeTaskFolder, removeTaskFolder } from './task-folder.ts'

describe('links that are kept from task to task', () => {
  let folder: string
  let root: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-kept-'))
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), name.repeat(3))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  beforeEach(() => {
    root = join(folder, `root${readdirSync(folder).length}`)
  })

  const inputs = (...names: readonly string[]) =>
    names.map((name) => ({ name, path: join(folder, name.slice(-1)), isKept: true }))
  const task = (kept: KeptLinks, files: ReturnType<typeof inputs>, isDone = true) => {
    const own = join(root, 'task')
    const linked = makeTaskFolder(root, own, files, kept)
    const seen = readdirSync(lastingFolderOf(root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .toSorted()
    removeTaskFolder(root, own, isDone ? linked.folders : [], kept)
    assert.deepEqual(readdirSync(root), [])
    return { seen, sizeBytes: linked.sizeBytes }
  }
  const foldersKept = () => readdirSync(keptFolderOf(root)).length

  it('gives a task the files that it names and no others, whatever was kept', () => {
    const kept = new KeptLinks()
    const [a, b, c] = ['lasting/t/k=1/a', 'lasting/t/k=2/b', 'lasting/u/c'] as const
    for (const names of [[a, b], [a], [a, b], [b], [a, b, c], [c], [b, a], [a, b, c]]) {
      const { seen, sizeBytes } = task(kept, inputs(...names))
      assert.deepEqual(seen, names.map((name) => name.slice(-1).repeat(3)).toSorted())
      assert.equal(sizeBytes, 3 * names.length)
    }
    // A folder for each of the sets of t, and one of u.
    assert.equal(foldersKept(), 5)
  })

  it('links nothing again that it has kept', () => {
    const kept = new KeptLinks()
    const path = join(folder, 'moving')
    const files = [{ name: 'lasting/t/a', path, isKept: true }]
    writeFileSync(path, 'ddd')
    task(kept, files)
    rmSync(path)
    assert.deepEqual(task(kept, files).seen, ['ddd'])
  })

  it('links anew what lies at another path, whatever its name', () => {
    const kept = new KeptLinks()
    task(kept, inputs('lasting/t/a'))
    const files = inputs('lasting/t/a').map((each) => ({ ...each, path: join(folder, 'b') }))
    assert.deepEqual(task(kept, files).seen, ['bbb'])
    assert.deepEqual(task(kept, inputs('lasting/t/a')).seen, ['aaa'])
  })

  it('keeps nothing that must go with its task', () => {
    const kept = new KeptLinks()
    const [one, ...rest] = inputs('lasting/t/a', 'lasting/t/b')
    task(kept, [{ ...one!, isKept: false }, ...rest])
    assert.throws(() => foldersKept(), /ENOENT/)
  })

  it('keeps nothing of a task that failed', () => {
    const kept = new KeptLinks()
    task(kept, inputs('lasting/t/a'), false)
    assert.throws(() => foldersKept(), /ENOENT/)
  })

  it('keeps so many links at most', () => {
    const kept = new KeptLinks({ linksMax: 2 })
    task(kept, inputs('lasting/t/a', 'lasting/t/b'))
    assert.equal(foldersKept(), 1)
    task(kept, inputs('lasting/u/c'))
    assert.equal(foldersKept(), 1)
    task(kept, inputs('lasting/t/a', 'lasting/t/b', 'lasting/t/c'))
    assert.equal(foldersKept(), 1)
  })

  it('removes by itself what no task has asked for in time', async () => {
    const kept = new KeptLinks({ idleMsMax: 1 })
    task(kept, inputs('lasting/t/a'))
    await poll('that the folder goes', () => foldersKept() === 0 || undefined)
  })
})
