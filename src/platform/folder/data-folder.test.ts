import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isLakeError } from '#kit'
import { openDataFolder, thisProcess } from './data-folder.ts'
import { makeEphemeralFolder } from './ephemeral-folder.ts'
import { readHolder, takeLock, writeHolder } from './folder-lock.ts'

describe('the data folder', () => {
  let root: string
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'boathouse-folder-'))
  })
  after(() => rm(root, { recursive: true }))

  it('is locked while it is open, and says who holds it', async () => {
    const folder = await openDataFolder(root, thisProcess(0))
    await folder.announce({ ...thisProcess(0), endpoint: 'http://127.0.0.1:1' })
    await assert.rejects(openDataFolder(root, thisProcess(0)), (error: Error) => {
      assert.ok(isLakeError(error, 'FolderInUse'))
      assert.match(error.message, new RegExp(`process ${process.pid} .* at http://127.0.0.1:1`))
      return true
    })
    await folder.close()
    assert.equal(await readHolder(root), undefined)
    await (await openDataFolder(root, thisProcess(0))).close()
  })

  it('is free again when its holder was killed', async () => {
    const script = `
      import { openDataFolder, thisProcess } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)}
      await openDataFolder(${JSON.stringify(root)}, thisProcess(0))
      process.stdout.write('open')
      setInterval(() => {}, 1000)`
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await assert.rejects(openDataFolder(root, thisProcess(0)), (error) =>
      isLakeError(error, 'FolderInUse'),
    )
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    await (await openDataFolder(root, thisProcess(0))).close()
  })

  it('is removed at close when it is ephemeral', async () => {
    const folder = await openDataFolder('ephemeral', thisProcess(0))
    await writeFile(join(await folder.folder('objects'), 'blob'), 'x')
    await folder.empty()
    assert.equal(existsSync(join(folder.path, 'objects')), false)
    await folder.close()
    assert.equal(existsSync(folder.path), false)
  })

  it('goes with the next start when it is ephemeral and its server was killed', async () => {
    const parent = join(root, 'temporary')
    await mkdir(parent)
    const left = async (ephemeral: boolean) => {
      const path = await makeEphemeralFolder(parent)
      await writeHolder(path, { ...thisProcess(0), ephemeral })
      await writeFile(join(path, 'blob'), 'x')
      return path
    }
    const starting = await makeEphemeralFolder(parent)
    const named = await left(false)
    const used = await left(true)
    const lock = await takeLock(used)
    const killed = await left(true)
    const elsewhere = join(root, 'elsewhere')
    await mkdir(elsewhere)
    await writeHolder(elsewhere, { ...thisProcess(0), ephemeral: true })
    await symlink(elsewhere, join(parent, `${basename(killed)}-link`))
    const next = await makeEphemeralFolder(parent)
    const all = [starting, named, used, killed, elsewhere, next]
    const there = all.filter((path) => existsSync(path))
    lock.close()
    assert.deepEqual(there, [starting, named, used, elsewhere, next])
    assert.equal(existsSync(join(elsewhere, 'lock.db')), false)
  })

  it('says when the folder cannot be used', async () => {
    await writeFile(join(root, 'file'), '')
    await assert.rejects(openDataFolder(join(root, 'file'), thisProcess(0)), (error) =>
      isLakeError(error, 'FolderUnusable'),
    )
  })
})
