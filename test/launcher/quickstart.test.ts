import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'boathouse-quickstart-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function quickstart(...words: readonly string[]) {
  const env: NodeJS.ProcessEnv = { ...process.env, BOATHOUSE_DATA_DIR: folder }
  // What the runner of this test was started with must not reach the server.
  delete env['NODE_TEST_CONTEXT']
  const program = join(root, 'scripts', 'quickstart', 'main.ts')
  return spawnSync(join(root, 'bin', 'node24'), [program, ...words], { env, encoding: 'utf8' })
}

/** The sum of a column over the rows of the table that follows a title. */
function sumUnder(output: string, title: string, columns: readonly number[]): number {
  const lines = output.slice(output.indexOf(title)).split('\n').slice(3)
  const rows = lines.slice(0, lines.indexOf(''))
  return rows
    .map((row) => row.trim().split(/ {2,}/))
    .reduce((sum, cells) => sum + columns.reduce((of, at) => of + Number(cells[at]), 0), 0)
}

test('the quickstart shows every event once, and goes on where it was when it is run again', () => {
  const first = quickstart('--once')
  assert.equal(first.status, 0, first.stdout + first.stderr)
  assert.match(first.stdout, /created bucket/)
  assert.match(first.stdout, /day=\d{4}-\d\d-\d\d\/hour=\d\d/)
  assert.equal(sumUnder(first.stdout, 'From a look to a purchase', [1, 2, 3]), 20_000)

  const second = quickstart('--once')
  assert.equal(second.status, 0, second.stdout + second.stderr)
  assert.match(second.stdout, /found bucket/)
  assert.equal(sumUnder(second.stdout, 'From a look to a purchase', [1, 2, 3]), 40_000)
})

test('a word that it does not know is refused', () => {
  const { status, stdout } = quickstart('--twice')
  assert.equal(status, 2)
  assert.match(stdout, /does not know --twice/)
})
