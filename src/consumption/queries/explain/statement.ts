import {
  type Query,
  type RowChange,
  type WriteStatement,
  parseQuery,
  parseRowChange,
  parseWrite,
} from '#consumption/sql'
import { QueryErrors } from '../errors.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html */
export interface Explain {
  readonly analyze: boolean
  readonly type: 'LOGICAL' | 'DISTRIBUTED' | 'VALIDATE' | 'IO'
  readonly format: 'TEXT' | 'GRAPHVIZ' | 'JSON'
  readonly explained: Explained
  readonly parameterCount: number
}

/** What EXPLAIN tells of: a query, or a statement that writes rows or changes them. */
export type Explained =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'write'; readonly write: WriteStatement }
  | { readonly kind: 'change'; readonly change: RowChange }

const types = ['LOGICAL', 'DISTRIBUTED', 'VALIDATE', 'IO'] as const
const formats = ['TEXT', 'GRAPHVIZ', 'JSON'] as const
const head = /^EXPLAIN\s+(?:(ANALYZE)\s+(?:VERBOSE\s+)?)?(?:\(([^()]*)\)\s*)?/i

/**
 * Parses EXPLAIN of a query or a statement that writes or changes rows, and EXPLAIN ANALYZE of what Athena's reference names: queries,
 * CREATE TABLE AS, INSERT and UNLOAD. Errors: `SyntaxError`, `InvalidQueryRequest`.
 */
export function parseExplain(text: string): Explain {
  const [all, analyze, options] = head.exec(text) ?? []
  // A bracket right behind the word may also open the query.
  const asQuery = options !== undefined && !/^\s*(TYPE|FORMAT)\b/i.test(options)
  const rest = asQuery
    ? text.replace(/^EXPLAIN\s+(?:ANALYZE\s+(?:VERBOSE\s+)?)?/i, '')
    : text.slice(all?.length ?? 0)
  const { explained, parameterCount } = parseExplained(rest)
  if (explained.kind === 'change' && analyze) {
    throw QueryErrors.InvalidQueryRequest(
      `EXPLAIN ANALYZE is supported for queries, INSERT, UNLOAD and CREATE TABLE AS, not for ${explained.change.kind.toUpperCase()}`,
    )
  }
  const set = asQuery ? {} : optionsOf(options ?? '')
  const type = oneOf(types, set['TYPE'] ?? 'DISTRIBUTED')
  const format = oneOf(formats, set['FORMAT'] ?? (type === 'IO' ? 'JSON' : 'TEXT'))
  if (analyze && (set['TYPE'] || format === 'GRAPHVIZ')) {
    throw QueryErrors.InvalidQueryRequest('EXPLAIN ANALYZE takes FORMAT TEXT or JSON alone')
  }
  if (type === 'IO' && format !== 'JSON' && set['FORMAT']) {
    throw QueryErrors.InvalidQueryRequest('EXPLAIN (TYPE IO) has the format JSON')
  }
  return { analyze: analyze !== undefined, type, format, explained, parameterCount }
}

function parseExplained(text: string): Pick<Explain, 'explained' | 'parameterCount'> {
  const word = /^[A-Za-z]+|^\(/.exec(text)?.[0].toUpperCase() ?? ''
  if (['SELECT', 'WITH', 'VALUES', 'TABLE', '('].includes(word)) {
    const { query, parameterCount } = parseQuery(text)
    return { explained: { kind: 'query', query }, parameterCount }
  }
  if (/^(INSERT|UNLOAD|CREATE\s+TABLE)\b/i.test(text)) {
    const write = parseWrite(text)
    return { explained: { kind: 'write', write }, parameterCount: write.parameterCount }
  }
  if (['DELETE', 'UPDATE', 'MERGE'].includes(word)) {
    const change = parseRowChange(text)
    return { explained: { kind: 'change', change }, parameterCount: change.parameterCount }
  }
  throw QueryErrors.InvalidQueryRequest(
    `EXPLAIN is supported for queries, INSERT, UNLOAD, CREATE TABLE AS, DELETE, UPDATE and MERGE, not for ${word || 'this'}`,
  )
}

function optionsOf(text: string): Readonly<Record<string, string>> {
  const set: Record<string, string> = {}
  for (const option of text.split(',').map((each) => each.trim())) {
    if (option === '') continue
    const [, name, value] = /^(TYPE|FORMAT)\s+(\w+)$/i.exec(option) ?? []
    if (!name || set[name.toUpperCase()]) {
      throw QueryErrors.InvalidQueryRequest(
        `mismatched input '${option}'. Expecting: 'FORMAT', 'TYPE'`,
      )
    }
    set[name.toUpperCase()] = value!.toUpperCase()
  }
  return set
}

function oneOf<T extends string>(choices: readonly T[], value: string): T {
  const found = choices.find((choice) => choice === value)
  if (found) return found
  throw QueryErrors.InvalidQueryRequest(
    `mismatched input '${value}'. Expecting: ${choices.join(', ')}`,
  )
}
