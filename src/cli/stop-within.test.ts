import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const program = new URL('./stop-program.fixture.ts', import.meta.url).pathname
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=source', program, ...args], { encoding: 'utf8' })

test('a server that does not close is ended all the same, and what it waits for is named', () => {
  const { signal, stderr } = run()
  assert.equal(signal, 'SIGKILL')
  assert.match(stderr, /It waited for: GET \/waits, database\n$/)
})

test('a server that closes ends by itself', () => {
  const { status, stderr } = run('closes')
  assert.deepEqual([status, stderr], [0, ''])
})
