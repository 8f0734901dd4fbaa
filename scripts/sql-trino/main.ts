// Asks a real Trino and Boathouse the same statements and says where they differ: `npm run sql:trino`, with words for the groups,
// and `--keep` to keep the answers on which both agree for `npm test`.
import {
  type QueryAnswer,
  openCaseRunner,
} from '../../src/consumption/queries/function-cases/run-cases.fixture.ts'
import {
  type Verdict,
  verdict,
} from '../../src/consumption/queries/trino-answers/compare.fixture.ts'
import { keepAnswers } from './keep-answers.ts'
import { statementGroups } from './statements.ts'
import { startTrino } from './trino.ts'

const shown = (value: unknown) => JSON.stringify(value).slice(0, 600)

await using boathouse = await openCaseRunner()
await using trino = await startTrino()
const total: Record<Verdict, number> = {
  same: 0,
  failure: 0,
  refused: 0,
  beyond: 0,
  unknown: 0,
  wrong: 0,
}
let known = 0
const words = process.argv.slice(2).filter((word) => word !== '--keep')
for (const { name, statements } of statementGroups(words)) {
  const agreed: Record<string, QueryAnswer> = {}
  let same = 0
  for (const { sql, differs } of statements) {
    const [ours, theirs] = await Promise.all([boathouse.answer(sql), trino.answer(sql)])
    const found = verdict(sql, ours, theirs)
    if (found === 'same') {
      same++
      agreed[sql] = theirs
    }
    if (found === 'same' && differs) process.stdout.write(`no longer different: ${sql}\n`)
    if (differs && found !== 'same') known++
    else total[found]++
    if (found !== 'same' && found !== 'unknown' && !differs) {
      process.stdout.write(
        `${found}: ${sql}\n   boathouse ${shown(ours)}\n   trino     ${shown(theirs)}\n`,
      )
    }
  }
  if (process.argv.includes('--keep')) keepAnswers(name, agreed)
  process.stdout.write(
    `${String(same).padStart(5)} of ${String(statements.length).padStart(4)}  ${name}\n`,
  )
}
const all = known + Object.values(total).reduce((sum, count) => sum + count, 0)
process.stdout.write(
  `${total.same} of ${all} statements agree; ${total.refused} are refused here alone, ${total.failure} fail by another name, ${total.beyond} Trino alone refuses, ` +
    `${known} differ as noted, ${total.unknown} Trino cannot tell, ${total.wrong} are wrong\n`,
)
process.exitCode = total.wrong > 0 ? 1 : 0
