// The reporter of `npm test`: one line per test file with what its tests tell (`t.diagnostic`) below it, every failure in full,
// and a summary that is also left as JSON for `.ci/run`, in the file that BOATHOUSE_TEST_RESULT names.
import { writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { inspect } from 'node:util'

interface Location {
  readonly file?: string
  readonly line?: number
}

interface TestData extends Location {
  readonly name: string
  readonly nesting: number
  readonly skip?: string | boolean
  readonly details: {
    readonly duration_ms: number
    readonly type?: string
    readonly error?: Error & { readonly cause?: unknown; readonly failureType?: string }
  }
}

interface SummaryData {
  readonly file?: string
  readonly duration_ms: number
  readonly counts: {
    readonly tests: number
    readonly passed: number
    readonly failed: number
    readonly cancelled: number
    readonly skipped: number
    readonly todo: number
  }
}

export interface TestTotals {
  passed: number
  failed: number
  skipped: number
}

/** What a run leaves as JSON. */
export interface TestRun extends TestTotals {
  /** The files that told how they ended, by their absolute paths. */
  readonly files: string[]
}

type TestEvent =
  | { readonly type: 'test:pass' | 'test:fail'; readonly data: TestData }
  | { readonly type: 'test:summary'; readonly data: SummaryData }
  | { readonly type: 'test:stderr' | 'test:stdout'; readonly data: Location & { message: string } }
  | { readonly type: 'test:diagnostic'; readonly data: Location & { message: string } }
  | { readonly type: 'other'; readonly data: unknown }

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const totals: TestRun = { passed: 0, failed: 0, skipped: 0, files: [] }
  const failures: string[] = []
  const skipped: string[] = []
  const output = new Map<string, string>()
  const told = new Map<string, string>()

  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      const file = resolve(event.data.file ?? '')
      output.set(file, (output.get(file) ?? '') + event.data.message)
    } else if (event.type === 'test:diagnostic') {
      // The runner's own counts come the same way, some of them with the file.
      if (event.data.file === undefined || isCount(event.data.message)) continue
      const file = resolve(event.data.file)
      told.set(file, `${told.get(file) ?? ''}${event.data.message}\n`)
    } else if (event.type === 'test:fail') {
      if (isOnlyAboutChildren(event.data)) continue
      const text = describeFailure(event.data)
      if (isWholeFile(event.data)) {
        totals.failed += 1
        totals.files.push(resolve(event.data.name))
        yield indent(output.get(resolve(event.data.name)) ?? '', '    | ')
      }
      failures.push(text)
      yield text
    } else if (event.type === 'test:pass' && event.data.skip !== undefined) {
      const why = typeof event.data.skip === 'string' ? `: ${event.data.skip}` : ''
      skipped.push(`  skipped  ${event.data.name}${why}\n`)
    } else if (event.type === 'test:pass' && isWholeFile(event.data)) {
      // A file that ends without one test proves nothing.
      totals.failed += 1
      totals.files.push(resolve(event.data.name))
      const text = `  ✖ ${shown(event.data.name)} has no test: every test file must have one\n`
      failures.push(text)
      yield text
    } else if (event.type === 'test:summary') {
      const { file, counts, duration_ms: durationMs } = event.data
      if (file === undefined) continue
      totals.files.push(resolve(file))
      const failed = counts.failed + counts.cancelled
      totals.passed += counts.passed
      totals.failed += failed
      totals.skipped += counts.skipped + counts.todo
      const said = output.get(resolve(file))
      if (failed > 0 && said) yield indent(said, '    | ')
      output.delete(resolve(file))
      yield fileLine(file, counts.tests, failed, durationMs)
      const lines = told.get(resolve(file))
      if (lines !== undefined) yield indent(lines, '    ')
    }
  }

  for (const line of skipped) yield line
  if (failures.length > 0) yield `\nAll failures again:\n${failures.join('')}`
  if (totals.passed + totals.failed === 0) {
    totals.failed = 1
    yield 'No test ran at all: that is a failure.\n'
  }
  yield `\ntests: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`
  const resultPath = process.env['BOATHOUSE_TEST_RESULT']
  if (resultPath) writeFileSync(resultPath, JSON.stringify(totals))
  if (totals.failed > 0) process.exitCode = 1
}

/** What Node's runner says of each file at its end. */
function isCount(message: string): boolean {
  return /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message)
}

/** The runner reports a file itself only when the file broke, or ended, before its first test. */
function isWholeFile(data: TestData): boolean {
  return data.nesting === 0 && data.file !== undefined && resolve(data.name) === resolve(data.file)
}

/** A suite or a parent fails because a test inside did; that test is reported itself. */
function isOnlyAboutChildren(data: TestData): boolean {
  return data.details.error?.failureType === 'subtestsFailed'
}

function describeFailure(data: TestData): string {
  const where = data.file ? ` (${shown(data.file)}:${data.line ?? 0})` : ''
  const error = data.details.error
  const cause = error?.cause ?? error
  const text = cause instanceof Error ? describeError(cause) : String(cause)
  return `  ✖ ${data.name}${where}\n${indent(text, '      ')}`
}

/** An assertion's message holds its difference already; other errors are shown with their fields. */
function describeError(error: Error): string {
  const text = error.name === 'AssertionError' ? (error.stack ?? error.message) : inspect(error)
  return text.replaceAll(/\n +at .*node:internal.*/g, '')
}

function fileLine(file: string, tests: number, failed: number, durationMs: number): string {
  const mark = failed > 0 ? '✖' : '✔'
  return `${mark} ${shown(file)}  ${tests} tests, ${(durationMs / 1000).toFixed(1)} s\n`
}

function shown(file: string): string {
  return relative(process.cwd(), file)
}

function indent(text: string, margin: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${margin}${line}\n`)
    .join('')
}
