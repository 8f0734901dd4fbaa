import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { WatchLimits } from '#platform/watch'
import { poll } from '#test/harness'

const program = new URL('./stuck-program.fixture.ts', import.meta.url).pathname
const limits = { everyMs: 20, stuckMsMax: 400 }

interface Told {
  readonly msg: string
  readonly stuckMs: number
  readonly stacks: readonly (readonly string[])[]
  readonly system: Readonly<Record<string, string>>
}

describe('the watch over the main thread', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-watch-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const start = (how: string, given: WatchLimits) => {
    const args = ['--conditions=source', program, folder, how, JSON.stringify(given)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    // With all that it said.
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    const told = (words: string) =>
      stderr
        .split('\n')
        .slice(0, -1)
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Told] : []))
        .find(({ msg }) => msg.includes(words))
    return { child, ended, told, stderr: () => stderr }
  }

  it('names the functions of a loop that lets nothing else happen', async () => {
    const { child, ended, told } = start('loop', limits)
    try {
      const line = await poll('the line', () => told('has not turned'))
      assert.ok(line.stuckMs >= limits.stuckMsMax)
      assert.match(JSON.stringify(line.stacks), /asksAgainForEver .*stuck-program/)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  })

  it('tells of a call that does not return what the system knows of it', async () => {
    const { child, ended, told } = start('call', limits)
    try {
      const line = await poll('the line', () => told('has not turned'))
      assert.deepEqual(line.stacks, [])
      if (process.platform === 'linux') assert.match(line.system['state']!, /^[SDR] /)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  })

  it('ends a process that does not come out of it, where it is told to', async () => {
    const { ended, told } = start('loop', { ...limits, stuckMsMax: 60_000, endMsMax: 400 })
    assert.deepEqual(await ended, [null, 'SIGKILL'])
    assert.ok(told('the process is ended'))
  })

  it('says nothing of one that is busy and turns', async () => {
    const { ended, told, stderr } = start('busy', { everyMs: 20, stuckMsMax: 60_000 })
    assert.deepEqual(await ended, [null, 'SIGTERM'], stderr())
    assert.equal(told('has not turned'), undefined)
  })
})
