import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { poll } from '#test/harness'

const hasSetpriv = spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true']).status === 0

/** A server whose query hangs in one of our functions, in which its process hears of nothing. */
const server = (folder: string) => `
  import { silentLogger } from '#kit'
  import { createDuckdbEngine } from '#processing/engine'
  const engine = createDuckdbEngine({ folder: ${JSON.stringify(folder)}, processes: 1, log: silentLogger() })
  const hangs = "SELECT trino_regexp_like(repeat('a', 100000) || 'b', '^(a+)+$')"
  engine.run({ statements: [hangs] }).catch(() => undefined)
`

it(
  'a query process does not outlive its server, whatever it does',
  { skip: hasSetpriv ? false : 'there is no setpriv of util-linux' },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-orphan-'))
    const flags = ['--conditions=source', '--input-type=module', '--eval', server(folder)]
    const root = join(import.meta.dirname, '../../../..')
    const parent = spawn(process.execPath, flags, { cwd: root, stdio: 'inherit' })
    const child = await poll('a process with a task', async () => {
      // It has its task's folder as soon as it has taken it up.
      const made = await readdir(folder).catch(() => [])
      return made.length > 0 && childOf(parent.pid!)
    })
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await poll('its end', () => !existsSync(`/proc/${child}`))
    await rm(folder, { recursive: true, force: true })
  },
)

function childOf(pid: number): number | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return Number(stdout.trim().split('\n')[0]) || undefined
}
