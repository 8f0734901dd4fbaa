import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { TestRun } from '../../scripts/test-reporter.ts'

const scripts = join(import.meta.dirname, '..', '..', 'scripts')

test('a file of many quick tests that is forced to end has told of them all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-runner-'))
  try {
    const file = join(folder, 'many.mjs')
    await writeFile(
      file,
      `import { test } from 'node:test'; for (let i = 0; i < 2000; i++) test('number ' + i, () => {})`,
    )
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env
    const result = join(folder, 'result.json')
    await promisify(execFile)(
      process.execPath,
      [
        `--import=${join(scripts, 'whole-output.ts')}`,
        '--test',
        '--test-force-exit',
        `--test-reporter=${join(scripts, 'test-reporter.ts')}`,
        '--test-reporter-destination=stdout',
        file,
      ],
      { env: { ...environment, BOATHOUSE_TEST_RESULT: result } },
    )
    const { passed, failed, files } = JSON.parse(await readFile(result, 'utf8')) as TestRun
    assert.deepEqual({ passed, failed, files }, { passed: 2000, failed: 0, files: [file] })
  } finally {
    await rm(folder, { recursive: true })
  }
})
