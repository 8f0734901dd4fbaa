// Prints how many of the documented answers of Athena's SQL hold, page by page: `npm run sql:cases`.
import { functionCases } from '../src/consumption/queries/function-cases/all-cases.fixture.ts'
import { openCaseRunner } from '../src/consumption/queries/function-cases/run-cases.fixture.ts'
import { languageCases } from '../src/consumption/queries/query-shapes.fixture.ts'

await using runner = await openCaseRunner()
let passed = 0
let total = 0
const wrong: string[] = []

function say(page: string, good: number, all: number): void {
  passed += good
  total += all
  process.stdout.write(`${String(good).padStart(5)} of ${String(all).padStart(4)}  ${page}\n`)
}

for (const { page, answers, failures } of functionCases) {
  let good = 0
  for (const [expression, expected] of answers) {
    const [answer] = await runner.printed([expression]).catch(() => [undefined])
    if (answer === expected) good++
    else wrong.push(`${expression}: ${answer}, not ${expected}`)
  }
  for (const [expression, pattern] of failures) {
    const reason = await runner.reason(expression)
    if (pattern.test(reason)) good++
    else wrong.push(`${expression}: ${reason}`)
  }
  say(page, good, answers.length + failures.length)
}
let good = 0
for (const [sql, rows] of languageCases) {
  const answer = await runner.rows(sql).catch(() => undefined)
  if (JSON.stringify(answer) === JSON.stringify(rows)) good++
  else wrong.push(sql)
}
say('https://trino.io/docs/current/sql/select.html', good, languageCases.length)
process.stdout.write(
  `${wrong.map((each) => `wrong: ${each}\n`).join('')}${passed} of ${total} cases hold\n`,
)
process.exitCode = wrong.length > 0 ? 1 : 0
