// `npm test`: the checks of the source, then every test but the ones with foreign clients.
// `npm test -- path…` runs only the test files whose path contains one of the words, and no checks.
import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TestRun } from './test-reporter.ts'

const root = join(import.meta.dirname, '..')
const resultsFolder = join(root, '.work', 'results')
const resultPath = join(resultsFolder, 'npm-test.json')
/** The closing line once more, for `.ci/run`: failed checks count as failed tests. */
const summaryPath = join(resultsFolder, 'npm-test.summary.json')
const perTestTimeoutMs = 300_000
/** For files that run to their own end, all of them together. */
const secondRunTimeoutMs = 600_000

/** The tests that need programs from outside have a command of their own: `npm run test:clients`. */
const elsewhere = ['test/clients/']

const tool = (...parts: string[]) => join(root, 'node_modules', ...parts)
const checks: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  {
    name: 'typecheck',
    args: [tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit'],
  },
  { name: 'lint', args: [tool('oxlint', 'bin', 'oxlint'), '--deny-warnings'] },
  { name: 'format', args: [tool('oxfmt', 'bin', 'oxfmt'), '--check', '.'] },
]

async function main(words: readonly string[]): Promise<number> {
  const failedChecks: string[] = []
  if (words.length === 0) {
    for (const check of checks) {
      const passed = (await run(check.args, {})) === 0
      process.stdout.write(`${passed ? '✔' : '✖'} ${check.name}\n`)
      if (!passed) failedChecks.push(check.name)
    }
  }

  const files = testFiles(words)
  if (files.length === 0) {
    process.stderr.write('No test file matches: nothing was run, which is a failure.\n')
    return 1
  }
  const totals = await runTests(files)

  const failed = totals.failed + failedChecks.length
  const { passed, skipped } = totals
  writeFileSync(summaryPath, JSON.stringify({ passed, failed, skipped }))
  const checked =
    words.length > 0
      ? 'not run'
      : failedChecks.join(', ') +
        (failedChecks.length ? ' failed' : 'typecheck, lint and format passed')
  process.stdout.write(`checks: ${checked}\n`)
  process.stdout.write(`${totals.passed} passed, ${failed} failed, ${totals.skipped} skipped\n`)
  return failed === 0 ? 0 : 1
}

function testFiles(words: readonly string[]): string[] {
  return globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
    .filter((path) => !elsewhere.some((prefix) => path.startsWith(prefix)))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .toSorted()
}

/** A file of which nothing was heard runs once more, to its own end. One that says nothing even then has failed. */
async function runTests(files: readonly string[]): Promise<TestRun> {
  const first = await runFiles(files, ['--test-force-exit'])
  const silent = (of: TestRun) => files.filter((file) => !of.files.includes(join(root, file)))
  if (silent(first).length === 0) return first
  process.stdout.write(`\nOnce more, since they did not tell how they ended:\n`)
  const second = await runFiles(silent(first), [], secondRunTimeoutMs)
  const both = [...first.files, ...second.files]
  // A run of which nothing was heard counts as failed by itself.
  const heard = [first, second].filter((totals) => totals.files.length > 0)
  const sum = (of: 'passed' | 'failed' | 'skipped') =>
    heard.reduce((total, each) => total + each[of], 0)
  const totals = {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    files: both,
  }
  for (const file of silent(totals)) {
    process.stdout.write(`✖ ${file} did not tell how it ended\n`)
    totals.failed += 1
  }
  return totals
}

async function runFiles(
  files: readonly string[],
  options: readonly string[],
  timeoutMs?: number,
): Promise<TestRun> {
  mkdirSync(resultsFolder, { recursive: true })
  rmSync(resultPath, { force: true })
  const args = [
    '--conditions=source',
    // Else a file that is forced to end loses what it has told last.
    `--import=${pathToFileURL(join(root, 'scripts', 'whole-output.ts'))}`,
    '--test',
    // Two files at a time: most of a test's time is waiting for the disk.
    '--test-concurrency=2',
    `--test-timeout=${perTestTimeoutMs}`,
    // A test that timed out leaves its timers and servers behind: the file ends all the same.
    ...options,
    `--test-reporter=${join(root, 'scripts', 'test-reporter.ts')}`,
    '--test-reporter-destination=stdout',
    ...files,
  ]
  const status = await run(args, { BOATHOUSE_TEST_RESULT: resultPath }, timeoutMs)
  if (!existsSync(resultPath)) return { passed: 0, failed: 1, skipped: 0, files: [] }
  const totals = JSON.parse(readFileSync(resultPath, 'utf8')) as TestRun
  if (status !== 0 && totals.failed === 0) totals.failed = 1
  return totals
}

function run(
  args: readonly string[],
  extraEnv: Readonly<Record<string, string>>,
  timeoutMs?: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      timeout: timeoutMs,
      env: { ...process.env, ...extraEnv },
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

process.exitCode = await main(process.argv.slice(2))
