// Adds up the result files of several test runs; a run that left none counts as one failure.
import { existsSync, readFileSync } from 'node:fs'
import type { TestTotals } from './test-reporter.ts'

const sum: TestTotals = { passed: 0, failed: 0, skipped: 0 }
for (const path of process.argv.slice(2)) {
  const totals = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as TestTotals)
    : { passed: 0, failed: 1, skipped: 0 }
  sum.passed += totals.passed
  sum.failed += totals.failed
  sum.skipped += totals.skipped
}
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`)
if (sum.failed > 0) process.exitCode = 1
