import { findInCode, isTest, lineAt, type Rule, type SourceFile } from './source.ts'

/*
 * What made tests fail by chance on a machine that had much to do. https://testing.googleblog.com/2016/05/flaky-tests-at-google-and-how-we.html
 * says what such tests cost.
 */

const ofTests = (files: readonly SourceFile[]) =>
  files.filter((file) => isTest(file) || file.path.startsWith('test/'))

const deadlineMsMin = 30_000

export const deadlinesAreLong: Rule = (files) =>
  ofTests(files).flatMap((file) =>
    [...file.code.matchAll(/\bdeadlineMs(?:\s*:|\s*=)\s*([\d_]+)/g)]
      .filter((match) => Number(match[1]!.replaceAll('_', '')) < deadlineMsMin)
      .map(
        (match) =>
          `${file.path}:${lineAt(file.code, match.index)}: a deadline says that something never comes: ${deadlineMsMin / 1000} s or more, or that of poll`,
      ),
  )

export const noTimedAssertions: Rule = (files) =>
  findInCode(
    ofTests(files),
    /\bassert\.\w+\([^;]*\b(?:elapsedMs|performance\.now|Date\.now)\(\)\s*-\s*[\w.]+\s*</g,
    'how long it took says how busy the machine was: let what must not be waited for never come',
  )

/** A fixed wait proves nothing by itself: a condition is polled, and what is a pace, or gives others a turn, says so above. */
export const fixedWaitsSayWhy: Rule = (files) =>
  ofTests(files).flatMap((file) => {
    const lines = file.text.split('\n')
    return [
      ...file.code.matchAll(
        /\bawait (?:sleep|wait|delay)\([\d_]+\s*[,)]|\bsetTimeout\(\w+, [\d_]+\)/g,
      ),
    ]
      .map((match) => lineAt(file.code, match.index))
      .filter(
        (line) => !lines.slice(Math.max(0, line - 2), line).some((text) => text.includes('//')),
      )
      .map(
        (line) =>
          `${file.path}:${line}: poll a condition (test/harness); a wait that is a pace, or gives others a turn, says so in a comment`,
      )
  })
