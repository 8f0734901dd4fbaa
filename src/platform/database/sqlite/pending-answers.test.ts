import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { poll } from '#test/harness'
import { PendingAnswers } from './pending-answers.ts'

test('tells the log of what is not answered, once, and when it is', async () => {
  const lines: string[] = []
  const log = pino({ base: undefined }, { write: (line: string) => void lines.push(line) })
  using answers = new PendingAnswers(log, 2)
  const first = answers.add(1, 'COMMIT')
  const second = answers.add(2, 'select 2')
  await poll('the line', () => lines.length > 0)
  assert.match(lines[0]!, /"statement":"COMMIT".*has not answered/)
  answers.settle({ id: 1 })
  assert.deepEqual(await first, { id: 1 })
  await poll('the end of it', () => lines.length > 1)
  assert.match(lines[1]!, /answers again/)
  answers.fail(new Error('it has ended'))
  assert.equal((await second).error?.message, 'it has ended')
})
