import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  type CaseRunner,
  type QueryAnswer,
  openCaseRunner,
} from './function-cases/run-cases.fixture.ts'
import { verdict } from './trino-answers/compare.fixture.ts'

const folder = join(import.meta.dirname, 'trino-answers')

let runner: CaseRunner
before(async () => {
  runner = await openCaseRunner()
})
after(() => runner[Symbol.asyncDispose]())

describe('answers that a Trino 435 gave: `npm run sql:trino -- --keep` asks it anew', () => {
  for (const file of globSync('*.json', { cwd: folder }).toSorted()) {
    const answers = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Readonly<
      Record<string, QueryAnswer>
    >
    it(`hold here too: ${Object.keys(answers).length} of ${basename(file, '.json')}`, async () => {
      assert.ok(Object.keys(answers).length > 0)
      for (const [sql, theirs] of Object.entries(answers)) {
        const ours = await runner.answer(sql)
        assert.ok(
          verdict(sql, ours, theirs) === 'same',
          `${sql}\n  ${JSON.stringify(ours)}\n  not ${JSON.stringify(theirs)}`,
        )
      }
    })
  }
})
