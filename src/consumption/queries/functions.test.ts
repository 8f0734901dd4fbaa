import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type TableLookup, analyzeQuery, macrosFor, parseQuery, printedSql } from '#consumption/sql'
import { isLakeError, silentLogger } from '#kit'
import { createDuckdbEngine, type QueryEngine } from '#processing/engine'
import { engineFailure } from './engine-failure.ts'
import { cases, failures } from './functions.cases.ts'

const startMs = Date.UTC(2024, 4, 6, 7, 8, 9, 10)
const noTables: TableLookup = () => ({
  kind: 'missing',
  code: 'TableNotFound',
  message: 'no table',
})

let folder: string
let engine: QueryEngine
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-functions-'))
  engine = createDuckdbEngine({ folder, processes: 1, log: silentLogger() })
})
after(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** What expressions print, all in one query. */
async function printed(expressions: readonly string[]): Promise<readonly (string | null)[]> {
  const { query } = parseQuery(`SELECT ${expressions.join(', ')}`)
  const analysis = analyzeQuery(query, { lookup: noTables, startMs })
  const items = analysis.columns.map((column, index) => printedSql(`q.c${index}`, column.type))
  const sql = `SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`
  const result = await engine.run({ statements: [...macrosFor(sql), { sql }] })
  return result.rows[0] as (string | null)[]
}

async function reason(expression: string): Promise<string> {
  try {
    const [value] = await printed([expression])
    return `(no failure, but ${value})`
  } catch (error) {
    if (!isLakeError(error)) throw error
    return engineFailure(error, []).message
  }
}

for (const [page, list] of Object.entries(cases)) {
  describe(`functions answer as documented: ${page}`, () => {
    let answers: readonly (string | null)[] | undefined
    before(async () => {
      answers = await printed(list.map(([expression]) => expression)).catch(() => undefined)
    })
    for (const [index, [expression, expected]] of list.entries()) {
      it(expression, async () => {
        // When one of them fails, each is asked by itself.
        const answer = answers ? answers[index] : (await printed([expression]))[0]
        assert.equal(answer, expected)
      })
    }
  })
}

for (const [page, list] of Object.entries(failures)) {
  describe(`what is wrong fails and says why: ${page}`, () => {
    for (const [expression, pattern] of list) {
      it(expression, async () => assert.match(await reason(expression), pattern))
    }
  })
}
