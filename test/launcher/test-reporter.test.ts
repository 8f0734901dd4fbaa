import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { TestRun } from '../../scripts/test-reporter.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'boathouse-reporter-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function runFile(name: string, text: string, options: readonly string[] = []) {
  const path = join(folder, `${name}.test.mjs`)
  const resultPath = join(folder, `${name}.json`)
  writeFileSync(path, text)
  const env: NodeJS.ProcessEnv = { ...process.env, BOATHOUSE_TEST_RESULT: resultPath }
  // Set for the children of a test run: it would make the inner run report to this one.
  delete env['NODE_TEST_CONTEXT']
  const reporter = join(root, 'scripts', 'test-reporter.ts')
  const args = ['--test', ...options, '--test-timeout=500', `--test-reporter=${reporter}`]
  // By a relative path, as `npm test` names its files.
  const spawning = { cwd: folder, env, encoding: 'utf8' } as const
  const { status, stdout } = spawnSync(process.execPath, [...args, `${name}.test.mjs`], spawning)
  const { files, ...totals } = JSON.parse(readFileSync(resultPath, 'utf8')) as TestRun
  // Whoever runs the files knows by this that none was lost.
  assert.deepEqual([...new Set(files)], [path])
  return { status, stdout, totals }
}

test('passed, failed and skipped tests are counted, and a failure is shown in full', () => {
  const { status, stdout, totals } = runFile(
    'mixed',
    `import { test } from 'node:test'
     import assert from 'node:assert/strict'
     test('good', () => {})
     test('bad', () => assert.equal(1, 2))
     test('absent', { skip: 'no postgres here' }, () => {})`,
  )
  assert.equal(status, 1)
  assert.deepEqual(totals, { passed: 1, failed: 1, skipped: 1 })
  assert.match(stdout, /✖ bad[\s\S]*1 !== 2/)
  assert.match(stdout, /skipped {2}absent: no postgres here/)
})

test('a file without a test, one that breaks, and one that hangs are failures', () => {
  const empty = runFile('empty', '')
  assert.equal(empty.status, 1)
  assert.match(empty.stdout, /has no test/)

  const broken = runFile('broken', `throw new Error('this broke')`)
  assert.equal(broken.status, 1)
  assert.match(broken.stdout, /this broke/)
  assert.deepEqual(broken.totals, { passed: 0, failed: 1, skipped: 0 })

  const hanging = runFile(
    'hanging',
    `import { test } from 'node:test'
     test('waits for ever', () => new Promise(() => setInterval(() => {}, 1000)))`,
    ['--test-force-exit'],
  )
  assert.deepEqual(hanging.totals, { passed: 0, failed: 1, skipped: 0 })
  assert.match(hanging.stdout, /timed out after 500ms/)
})

test('what tests tell stands below the line of their file, and nothing else does', () => {
  const { stdout } = runFile(
    'telling',
    `import { test } from 'node:test'
     test('counts', (t) => t.diagnostic('sent 3, stored 3, lost 0, twice 0'))
     test('says nothing', () => {})`,
  )
  assert.match(
    stdout,
    /^✔ telling\.test\.mjs {2}2 tests, [\d.]+ s\n {4}sent 3, stored 3, lost 0, twice 0\n\ntests: 2 passed/,
  )
})

test('a run in which all is well ends well', () => {
  const { status, totals } = runFile(
    'good',
    `import { describe, test } from 'node:test'
     describe('a', () => { test('b', () => {}); test('c', () => {}) })`,
  )
  assert.equal(status, 0)
  assert.deepEqual(totals, { passed: 2, failed: 0, skipped: 0 })
})
