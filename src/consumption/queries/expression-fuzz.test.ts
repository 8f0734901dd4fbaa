import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { functionCases } from './function-cases/all-cases.fixture.ts'
import { type CaseRunner, openCaseRunner } from './function-cases/run-cases.fixture.ts'

let runner: CaseRunner
before(async () => {
  runner = await openCaseRunner()
})
after(() => runner[Symbol.asyncDispose]())

/** Numbers that follow from a seed, so that a failure can be had again. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

const literals = [
  '0',
  '-1',
  '2147483647',
  '9223372036854775807',
  '1.5',
  '-0.25',
  '1e0',
  'nan()',
  "''",
  "'abc'",
  "'2024-02-29'",
  "'ß👍'",
  'NULL',
  'true',
  "date '2024-02-29'",
  "timestamp '2024-02-29 12:34:56.789'",
  "timestamp '2024-03-10 01:30:00 America/New_York'",
  "interval '1' day",
  "interval '14' month",
  "time '23:59:59'",
  "x'00ff'",
  'array[1, NULL]',
  'array[]',
  "map(array['a'], array[1])",
  "row(1, 'x')",
  `json '{"a":[1]}'`,
  'x -> x',
  '(x, y) -> x',
]
const operators = ['+', '-', '*', '/', '%', '||', '=', '<', '<>', 'IS DISTINCT FROM', 'LIKE', 'AND']
const types = [
  'integer',
  'varchar',
  'varchar(2)',
  'double',
  'decimal(5,2)',
  'date',
  'timestamp(6)',
  'json',
  'boolean',
  'char(3)',
  'array(bigint)',
]
const names = [
  ...new Set(
    functionCases
      .flatMap(({ answers }) => answers)
      .map(([expression]) => /^([a-z_0-9]+)\(/.exec(expression)?.[1])
      .filter((name) => name !== undefined && name !== 'repeat' && name !== 'sequence'),
  ),
]

/** An expression whose parts fit or do not, as chance has it. */
function expressionOf(random: () => number, depth: number): string {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const inner = () => expressionOf(random, depth - 1)
  if (depth === 0) return pick(literals)
  switch (Math.floor(random() * 6)) {
    case 0:
      return `(${inner()} ${pick(operators)} ${inner()})`
    case 1:
      return `${pick(['CAST', 'TRY_CAST'])}(${inner()} AS ${pick(types)})`
    case 2:
      return `CASE WHEN ${inner()} THEN ${inner()} ELSE ${inner()} END`
    default: {
      const args = Array.from({ length: 1 + Math.floor(random() * 3) }, inner)
      return `${pick(names)}(${args.join(', ')})`
    }
  }
}

/** What no query of a user's may ever be told: words of the engine about SQL of ours. */
const inner =
  /^GENERIC_INTERNAL_ERROR|(Binder|Catalog|Parser|INTERNAL|Not implemented) Error|ended by SIG/

describe('expressions by chance', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`answer, or fail for a reason of the user's: seed ${seed}`, async () => {
      const random = numbers(seed)
      for (let count = 0; count < 400; count++) {
        const expression = expressionOf(random, 1 + (count % 3))
        const reason = await runner.reason(expression)
        assert.doesNotMatch(reason, inner, expression)
      }
    })
  }
})
