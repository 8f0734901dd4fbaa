import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')
const checkout = mkdtempSync(join(tmpdir(), 'boathouse-launcher-'))
after(() => rmSync(checkout, { recursive: true, force: true }))
mkdirSync(join(checkout, 'bin'))
for (const name of ['node24', 'boathouse']) {
  copyFileSync(join(root, 'bin', name), join(checkout, 'bin', name))
}

/** A checkout without node_modules, on a machine whose own Node.js says it is `version`. */
function launch(program: string, version: string, args: readonly string[]) {
  const path = mkdtempSync(join(checkout, 'path-'))
  const node = join(path, 'node')
  writeFileSync(
    node,
    `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\necho "ran $*"\n`,
  )
  chmodSync(node, 0o755)
  return spawnSync(join(checkout, 'bin', program), args, {
    encoding: 'utf8',
    env: { PATH: `${path}:/usr/bin:/bin` },
  })
}

test('an older Node.js and no packaged one: it says what is needed and what to do', () => {
  const { status, stderr } = launch('node24', 'v20.19.0', ['x.js'])
  assert.equal(status, 1)
  assert.match(stderr, /needs Node\.js 24 or newer; this machine has 20/)
  assert.match(stderr, /npm install/)
})

test('a machine with Node.js 24 of its own uses it', () => {
  const { status, stdout } = launch('node24', 'v24.1.0', ['x.js', 'a b'])
  assert.equal(status, 0)
  assert.equal(stdout, 'ran x.js a b\n')
})

test('a checkout that is not built says how to build it', () => {
  const { status, stderr } = launch('boathouse', 'v24.1.0', ['up'])
  assert.equal(status, 1)
  assert.match(stderr, /not built yet.*npm run build/)
})

test('this checkout runs on Node.js 24 or newer', () => {
  const { stdout } = spawnSync(join(root, 'bin', 'node24'), ['--version'], { encoding: 'utf8' })
  assert.ok(Number(/^v(\d+)\./.exec(stdout)?.[1]) >= 24, stdout)
})
