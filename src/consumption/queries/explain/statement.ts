import { type ParsedQuery, type WriteStatement, parseQuery, parseWrite } from '#consumption/sql'
import { QueryErrors } from '../errors.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html */
export interface Explain {
  readonly analyze: boolean
  readonly type: 'LOGICAL' | 'DISTRIBUTED' | 'VALIDATE' | 'IO'
  readonly format: 'TEXT' | 'GRAPHVIZ' | 'JSON'
  readonly query: ParsedQuery
  /** The statement that writes the query's rows. */
  readonly write: WriteStatement | undefined
}

const types = ['LOGICAL', 'DISTRIBUTED', 'VALIDATE', 'IO'] as const
const formats = ['TEXT', 'GRAPHVIZ', 'JSON'] as const
const head = /^EXPLAIN\s+(?:(ANALYZE)\s+(?:VERBOSE\s+)?)?(?:\(([^()]*)\)\s*)?/i

/** Parses EXPLAIN of a query or a statement that writes, and EXPLAIN ANALYZE of a query. Errors: `SyntaxError`, `InvalidQueryRequest`. */
export function parseExplain(text: string): Explain {
  const [all, analyze, options] = head.exec(text) ?? []
  const rest = text.slice(all?.length ?? 0)
  // A bracket right behind the word may also open the query.
  const asQuery = options !== undefined && !/^\s*(TYPE|FORMAT)\b/i.test(options)
  const word = /^[A-Za-z]+|^\(/.exec(rest)?.[0].toUpperCase() ?? ''
  const writes = !asQuery && /^(INSERT|UNLOAD|CREATE\s+TABLE)\b/i.test(rest)
  if (!asQuery && !writes && !['SELECT', 'WITH', 'VALUES', 'TABLE', '('].includes(word)) {
    throw QueryErrors.InvalidQueryRequest(
      `EXPLAIN is supported for queries, INSERT, UNLOAD and CREATE TABLE AS, not for ${word || 'this'}`,
    )
  }
  if (writes && analyze) {
    throw QueryErrors.InvalidQueryRequest(
      `EXPLAIN ANALYZE runs the statement, and is supported for queries alone, not for ${word}`,
    )
  }
  const write = writes ? parseWrite(rest) : undefined
  const query =
    write ??
    parseQuery(asQuery ? text.replace(/^EXPLAIN\s+(?:ANALYZE\s+(?:VERBOSE\s+)?)?/i, '') : rest)
  const set = asQuery ? {} : optionsOf(options ?? '')
  const type = oneOf(types, set['TYPE'] ?? 'DISTRIBUTED')
  const format = oneOf(formats, set['FORMAT'] ?? (type === 'IO' ? 'JSON' : 'TEXT'))
  if (analyze && (set['TYPE'] || format === 'GRAPHVIZ')) {
    throw QueryErrors.InvalidQueryRequest('EXPLAIN ANALYZE takes FORMAT TEXT or JSON alone')
  }
  if (type === 'IO' && format !== 'JSON' && set['FORMAT']) {
    throw QueryErrors.InvalidQueryRequest('EXPLAIN (TYPE IO) has the format JSON')
  }
  return { analyze: analyze !== undefined, type, format, query, write }
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
