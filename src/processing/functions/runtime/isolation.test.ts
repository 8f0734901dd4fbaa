import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { silentLogger } from '#kit'
import { cleanUp, confined, endIsolation, findHiding, findIsolation } from './isolation.ts'

const run = promisify(execFile)

test('a function in a namespace of its own sees nothing of the data folder, and cannot take the cover off', async (context) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'boathouse-hidden-'))
  const secret = join(dataFolder, 'master.key')
  await writeFile(secret, 'secret')
  const notePath = join(dataFolder, 'note')
  const isolation = await findIsolation({ notePath, dataFolder }, silentLogger())
  try {
    const { setpriv, prlimit } = isolation
    const hiding = setpriv === undefined ? undefined : await findHiding(dataFolder, setpriv)
    if (!hiding) return context.skip('this machine has no setpriv, or gives no user namespaces')
    const inside = async (script: string) => {
      const limits = { uid: undefined, fileBytesMax: 1_000_000 }
      const command = ['sh', '-c', script, 'sh', secret, dataFolder]
      const [program, ...args] = confined({ setpriv, prlimit, hiding }, limits, command)
      return run(program!, args).then(({ stdout }) => stdout.trim())
    }
    assert.equal(await inside('ls -A "$2" | wc -l'), '0')
    await assert.rejects(inside('cat "$1"'), /No such file/)
    await assert.rejects(inside('umount "$2" && cat "$1"'))
    await assert.rejects(inside('unshare -U -r -m sh -c \'umount "$0" && cat "$1"\' "$2" "$1"'))
    await assert.rejects(inside(`cat /proc/${process.pid}/root"$1"`))
    assert.equal(await inside('echo still'), 'still')
  } finally {
    await endIsolation(isolation)
    await rm(dataFolder, { recursive: true })
  }
})

test('what a killed server left is removed by the next, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-functions-'))
  const other = await mkdtemp(join(tmpdir(), 'boathouse-other-'))
  const notePath = join(other, 'note')
  await mkdir(join(folder, 'run-x'))
  await writeFile(notePath, folder)
  await cleanUp(notePath)
  await assert.rejects(run('ls', [folder]))
  await writeFile(notePath, other)
  await cleanUp(notePath)
  await run('ls', [notePath])
  await rm(other, { recursive: true })
})
