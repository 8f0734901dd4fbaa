import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { functionCases } from './function-cases/all-cases.fixture.ts'
import { type CaseRunner, openCaseRunner } from './function-cases/run-cases.fixture.ts'

let runner: CaseRunner
before(async () => {
  runner = await openCaseRunner()
})
after(() => runner[Symbol.asyncDispose]())

/** So many in one query: one that fails makes each of them be asked by itself. */
const batch = 40

for (const { page, answers, failures } of functionCases) {
  describe(`functions answer as documented: ${page}`, () => {
    for (let start = 0; start < answers.length; start += batch) {
      const some = answers.slice(start, start + batch)
      let printed: readonly (string | null)[] | undefined
      before(async () => {
        const expressions = some.map(([expression]) => expression)
        printed = await runner.printed(expressions).catch(() => undefined)
      })
      for (const [index, [expression, expected]] of some.entries()) {
        it(expression, async () => {
          const answer = printed ? printed[index] : (await runner.printed([expression]))[0]
          assert.equal(answer, expected)
        })
      }
    }
  })

  describe(`what is wrong fails and says why: ${page}`, () => {
    for (const [expression, pattern] of failures) {
      it(expression, async () => assert.match(await runner.reason(expression), pattern))
    }
  })
}
