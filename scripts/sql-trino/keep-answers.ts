import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { QueryAnswer } from '../../src/consumption/queries/function-cases/run-cases.fixture.ts'

const folder = join(
  import.meta.dirname,
  '..',
  '..',
  'src',
  'consumption',
  'queries',
  'trino-answers',
)

/** What is another answer each time, or on another day. */
const passing = /\b(random|rand|uuid|shuffle|now|current_\w+|localtime\w*)\b/i

/** Writes the answers of a group as `npm test` reads them; of failures the name. */
export function keepAnswers(group: string, agreed: Readonly<Record<string, QueryAnswer>>): void {
  const kept = Object.entries(agreed)
    .filter(([sql]) => !passing.test(sql))
    .map(([sql, answer]) => {
      // In an order of ours: Trino's own is another one each time.
      const short =
        'error' in answer
          ? { error: answer.error.replace(/:[\s\S]*/, '') }
          : { types: answer.types, rows: answer.rows }
      return `${JSON.stringify(sql)}: ${JSON.stringify(short)}`
    })
  writeFileSync(join(folder, `${group}.json`), `{\n${kept.join(',\n')}\n}\n`)
}
