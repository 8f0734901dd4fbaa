import { type Position, sqlError } from '../errors.ts'
import type { Query, QueryBody, Relation, Select } from '../parse/ast.ts'
import { canCoerce } from '../types/coercion.ts'
import { BOOLEAN, typeText } from '../types/type.ts'
import { coerce } from './cast.ts'
import type { AnalyzedQuery } from './query-column.ts'
import type { DefinedCte, Environment } from './scope.ts'
import { raiseSql } from './typed.ts'

/** As Athena sets it: https://docs.aws.amazon.com/athena/latest/ug/select.html */
const depthMax = 10

/** What the recursion needs of the analyzer of queries. */
export interface RecursionHost {
  unique(): number
  body(body: QueryBody, environment: Environment): AnalyzedQuery
}

type Union = Extract<QueryBody, { kind: 'setOperation' }>

/**
 * A recursive WITH query, written out step by step as Trino does, each over the rows of the one
 * before; one more step must find nothing. Undefined when the query does not name itself.
 * https://trino.io/docs/current/sql/select.html#with-recursive-clause
 */
export function recursiveQuery(cte: DefinedCte, host: RecursionHost): AnalyzedQuery | undefined {
  const name = cte.name.text.toLowerCase()
  if (referencesIn(cte.query, name).length === 0) return undefined
  const { left, right, all } = checkedUnion(cte, name)
  const anchor = host.body(left, cte.environment)
  if (cte.columns.length !== anchor.columns.length) {
    throw sqlError(
      'SyntaxError',
      cte.name,
      `WITH column list has ${cte.columns.length} entries but WITH query has ${anchor.columns.length} columns`,
    )
  }
  const columns = anchor.columns.map(({ type }, index) => ({
    label: cte.columns[index]!.text,
    type,
  }))
  const prefix = `w${host.unique()}_`
  const steps = [`${prefix}0 AS MATERIALIZED (${anchor.sql})`]
  for (let depth = 1; depth <= depthMax + 1; depth++) {
    const before: AnalyzedQuery = { sql: `SELECT * FROM ${prefix}${depth - 1}`, columns }
    const ctes = new Map(cte.environment.ctes).set(name, { kind: 'step', analyzed: before })
    const step = host.body(right, { lookup: cte.environment.lookup, ctes })
    const sql = inTypesOf(step, columns, right, `${prefix}s`)
    steps.push(`${prefix}${depth} AS MATERIALIZED (${sql})`)
  }
  const rows = Array.from({ length: depthMax + 1 }, (_, depth) => `SELECT * FROM ${prefix}${depth}`)
  // The text hangs on a column, so that it is not evaluated before there is a row.
  const text = `'NOT_SUPPORTED: Recursion depth limit exceeded (${depthMax}). Use ''max_recursion_depth'' session property to modify the limit.', CASE WHEN c0 IS NULL THEN '' ELSE '' END`
  rows.push(`SELECT * FROM ${prefix}${depthMax + 1} WHERE ${raiseSql(BOOLEAN, text)}`)
  const union = `WITH ${steps.join(', ')} ${rows.join(' UNION ALL ')}`
  return { sql: all ? union : `SELECT DISTINCT * FROM (${union})`, columns }
}

function inTypesOf(
  step: AnalyzedQuery,
  columns: AnalyzedQuery['columns'],
  at: Position,
  alias: string,
): string {
  const items = columns.map(({ type }, index) => {
    const from = step.columns[index]?.type
    if (!from || step.columns.length !== columns.length) {
      throw sqlError(
        'TypeMismatch',
        at,
        `base and step relations of recursion have different number of fields: ${columns.length}, ${step.columns.length}`,
      )
    }
    if (!canCoerce(from, type)) {
      throw sqlError(
        'TypeMismatch',
        at,
        `recursion step relation output type (${typeText(from)}) is not coercible to recursion base relation output type (${typeText(type)}) at column ${index + 1}`,
      )
    }
    return `${coerce({ sql: `${alias}.c${index}`, type: from }, type, at).sql} AS c${index}`
  })
  return `SELECT ${items.join(', ')} FROM (${step.sql}) AS ${alias}`
}

/** The base and the step, when the query has the form that a recursion must have. */
function checkedUnion(cte: DefinedCte, name: string): Union {
  const { query } = cte
  const references = referencesIn(query, name)
  const refuse = (at: Position, text: string) => sqlError('InvalidRecursion', at, text)
  if (cte.columns.length === 0) {
    throw sqlError('SyntaxError', cte.name, 'missing column aliases in recursive WITH query')
  }
  if (query.ctes.length > 0) throw refuse(query, 'immediate WITH clause in recursive query')
  if (query.orderBy.length > 0) throw refuse(query, 'immediate ORDER BY clause in recursive query')
  if (query.offset) throw refuse(query, 'immediate OFFSET clause in recursive query')
  if (query.limit) throw refuse(query, 'immediate FETCH FIRST / LIMIT clause in recursive query')
  const { body } = query
  if (body.kind !== 'setOperation' || body.operator !== 'UNION') {
    throw refuse(references[0]!, 'recursive reference not allowed in this context')
  }
  const [inBase] = referencesIn(body.left, name)
  if (inBase) throw refuse(inBase, 'recursive reference in the base relation of recursion')
  const [first, second] = referencesIn(body.right, name)
  if (second) {
    throw refuse(second, 'multiple recursive references in the step relation of recursion')
  }
  const step = innermost(body.right)
  if (!first || !step || !step.from.some((relation) => reaches(relation, name))) {
    throw refuse(first ?? body, 'recursive reference not allowed in this context')
  }
  return body
}

function innermost(body: QueryBody): Select | undefined {
  if (body.kind === 'select') return body
  return body.kind === 'nested' ? innermost(body.query.body) : undefined
}

/** True when the name stands in FROM where each of its rows counts for itself. */
function reaches(relation: Relation, name: string): boolean {
  switch (relation.kind) {
    case 'table':
      return isReference(relation, name)
    case 'join': {
      const { join } = relation
      const left = reaches(relation.left, name)
      const right = reaches(relation.right, name)
      if (
        (left && (join === 'right' || join === 'full')) ||
        (right && (join === 'left' || join === 'full'))
      ) {
        const side = left ? 'left' : 'right'
        throw sqlError(
          'InvalidRecursion',
          relation,
          `recursive reference in ${side} source of ${join.toUpperCase()} join`,
        )
      }
      return left || right
    }
    case 'derived': {
      const select = innermost(relation.query.body)
      return select?.from.some((inner) => reaches(inner, name)) ?? false
    }
    default:
      return false
  }
}

function isReference(node: object, name: string): boolean {
  const table = node as Extract<Relation, { kind: 'table' }>
  return (
    table.kind === 'table' &&
    Array.isArray(table.parts) &&
    table.parts.length === 1 &&
    table.parts[0]!.text.toLowerCase() === name
  )
}

/** The places below a node where the name stands as a table. */
function referencesIn(node: Query | QueryBody, name: string): readonly Position[] {
  const found: Position[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
    } else if (typeof value === 'object' && value !== null) {
      if (isReference(value, name)) found.push(value as Position & object)
      for (const inner of Object.values(value)) visit(inner)
    }
  }
  visit(node)
  return found
}
