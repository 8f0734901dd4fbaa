import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Expression,
  type Query,
  type TableLookup,
  analyzeQuery,
  macrosFor,
  parseExpression,
  parseQuery,
  printedSql,
  typeText,
} from '#consumption/sql'
import { assert, isLakeError, silentLogger } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
import { engineFailure } from '../engine-failure.ts'
import { checkParameters } from '../executions/prepared.ts'
import { parsePrepared, parseStatement } from '../executions/statement.ts'

/** What `now()` says in the cases. */
const startMs = Date.UTC(2024, 4, 6, 7, 8, 9, 10)
export const noTables: TableLookup = () => ({
  kind: 'missing',
  code: 'TableNotFound',
  message: 'no table',
})

/** What a query says: its columns' types and its rows, or why it fails. */
export type QueryAnswer =
  | {
      readonly types: readonly string[]
      readonly rows: readonly (readonly (string | null)[])[]
    }
  | { readonly error: string }

/** Runs expressions as a query of Athena would, in an engine of its own. */
export interface CaseRunner extends AsyncDisposable {
  /** What expressions print, all in one query. */
  printed(expressions: readonly string[]): Promise<readonly (string | null)[]>
  /** What a query prints. */
  rows(sql: string): Promise<readonly (readonly (string | null)[])[]>
  /** What a query prints, or why it fails. */
  answer(sql: string): Promise<QueryAnswer>
  /** Why an expression fails. */
  reason(expression: string): Promise<string>
}

export async function openCaseRunner(): Promise<CaseRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-cases-'))
  const engine = createDuckdbEngine({ folder, processes: 1, log: silentLogger() })
  const answered = async (sql: string) => {
    const { query, parameters } = parsed(sql)
    const analysis = analyzeQuery(query, { lookup: noTables, startMs, parameters })
    const items = analysis.columns.map((column, index) => printedSql(`q.c${index}`, column.type))
    const text = `SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`
    const result = await engine.run({ macros: macrosFor(text), statements: [{ sql: text }] })
    return {
      types: analysis.columns.map(({ type }) => typeText(type)),
      rows: result.rows as readonly (readonly (string | null)[])[],
    }
  }
  const rows = async (sql: string) => (await answered(sql)).rows
  const printed = async (expressions: readonly string[]) =>
    (await rows(`SELECT ${expressions.join(', ')}`))[0]!
  return {
    rows,
    printed,
    answer: async (sql) => {
      try {
        return await answered(sql)
      } catch (error) {
        if (!isLakeError(error)) throw error
        return { error: engineFailure(error, []).message }
      }
    },
    reason: async (expression) => {
      try {
        const [value] = await printed([expression])
        return `(no failure, but ${value})`
      } catch (error) {
        if (!isLakeError(error)) throw error
        return engineFailure(error, []).message
      }
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A query, or what EXECUTE IMMEDIATE makes of one. */
function parsed(sql: string): {
  readonly query: Query
  readonly parameters: readonly Expression[]
} {
  if (!/^EXECUTE IMMEDIATE /i.test(sql)) return { query: parseQuery(sql).query, parameters: [] }
  const immediate = parseStatement(sql)
  assert(immediate.kind === 'executeImmediate', sql)
  const statement = parsePrepared(immediate.sql)
  assert(statement.kind === 'query', sql)
  const parameters = immediate.arguments
  checkParameters({ statement, parameters })
  return { query: statement.query, parameters: parameters.map(parseExpression) }
}
