import { type Position, syntaxError } from '../errors.ts'
import type { Aliased, Name, Query, Relation } from './ast.ts'
import type { Cursor } from './cursor.ts'
import type { ExpressionParser } from './expression.ts'
import { parseTimeTravel } from './time-travel.ts'

/** What stands in FROM: tables, subqueries, UNNEST, joins, samples. */
export class RelationParser {
  readonly #cursor: Cursor
  readonly #expressions: ExpressionParser
  readonly #query: () => Query

  /** `query` parses a whole query, for subqueries. */
  constructor(cursor: Cursor, expressions: ExpressionParser, query: () => Query) {
    this.#cursor = cursor
    this.#expressions = expressions
    this.#query = query
  }

  /** A table, a subquery, a join: what stands in FROM. */
  relation(): Relation {
    const at = this.#at()
    return this.#cursor.nested(at, () => this.#joined())
  }

  #joined(): Relation {
    const cursor = this.#cursor
    let left = this.#aliased()
    for (;;) {
      const at = this.#at()
      if (cursor.at('NATURAL')) throw syntaxError(cursor.peek(), 'NATURAL JOIN is not supported')
      if (cursor.accept('CROSS', 'JOIN')) {
        left = { kind: 'join', join: 'cross', left, right: this.#aliased(), using: [], ...at }
        continue
      }
      const join = this.#joinKind()
      if (!join) return left
      const right = this.#aliased()
      if (cursor.accept('USING')) {
        cursor.expect('(')
        const using = cursor.list(() => cursor.name())
        cursor.expect(')')
        left = { kind: 'join', join, left, right, using, ...at }
      } else {
        cursor.expect('ON')
        left = {
          kind: 'join',
          join,
          left,
          right,
          using: [],
          on: this.#expressions.expression(),
          ...at,
        }
      }
    }
  }

  #joinKind(): 'inner' | 'left' | 'right' | 'full' | undefined {
    const cursor = this.#cursor
    if (cursor.accept('JOIN') || cursor.accept('INNER', 'JOIN')) return 'inner'
    for (const kind of ['LEFT', 'RIGHT', 'FULL'] as const) {
      if (!cursor.accept(kind)) continue
      cursor.accept('OUTER')
      cursor.expect('JOIN')
      return kind.toLowerCase() as 'left'
    }
    return undefined
  }

  /** A relation with its alias, and TABLESAMPLE after it. */
  #aliased(): Relation {
    const cursor = this.#cursor
    const at = this.#at()
    const relation = this.#sampled()
    if (cursor.at('MATCH_RECOGNIZE')) {
      throw syntaxError(
        cursor.peek(),
        'MATCH_RECOGNIZE is not supported; window functions can find what stands in rows before and after',
      )
    }
    if (!cursor.accept('TABLESAMPLE')) return relation
    const method = cursor.accept('BERNOULLI') ? 'BERNOULLI' : 'SYSTEM'
    if (method === 'SYSTEM') cursor.expect('SYSTEM')
    cursor.expect('(')
    const percentage = this.#expressions.expression()
    cursor.expect(')')
    return { kind: 'sample', method, percentage, relation, ...at }
  }

  #sampled(): Relation {
    const cursor = this.#cursor
    const at = this.#at()
    if (cursor.accept('UNNEST')) {
      cursor.expect('(')
      const values = cursor.list(this.#expressions.expression)
      cursor.expect(')')
      const ordinality = cursor.accept('WITH', 'ORDINALITY')
      return { kind: 'unnest', values, ordinality, ...this.#alias(), ...at }
    }
    if (cursor.accept('LATERAL')) {
      cursor.expect('(')
      const query = this.#query()
      cursor.expect(')')
      return { kind: 'derived', query, lateral: true, ...this.#alias(), ...at }
    }
    if (cursor.at('(')) return this.#bracketed(at)
    if (cursor.at('TABLE', '(')) {
      throw syntaxError(cursor.peek(), 'table functions are not supported')
    }
    return this.table(at)
  }

  /** `(query) alias` or `(relation JOIN relation)`. */
  #bracketed(at: Position): Relation {
    const cursor = this.#cursor
    const start = cursor.mark()
    let ahead = 0
    while (cursor.peek(ahead).key === '(') ahead++
    if (['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(cursor.peek(ahead).key)) {
      try {
        cursor.expect('(')
        const query = this.#query()
        cursor.expect(')')
        return { kind: 'derived', query, lateral: false, ...this.#alias(), ...at }
      } catch (error) {
        // With more than one bracket it may be a join that begins with a subquery.
        if (ahead < 2) throw error
        cursor.reset(start)
      }
    }
    cursor.expect('(')
    const relation = this.relation()
    cursor.expect(')')
    return relation
  }

  /** A table by its name, with its alias. */
  table(at: Position): Relation {
    const cursor = this.#cursor
    const parts = [cursor.name()]
    while (cursor.accept('.')) parts.push(cursor.name())
    if (cursor.at('(')) {
      const text = `table functions are not supported: ${parts.at(-1)!.text}`
      throw syntaxError(cursor.peek(), text)
    }
    const travel = parseTimeTravel(cursor, this.#expressions)
    return { kind: 'table', parts, ...(travel ? { travel } : {}), ...this.#alias(), ...at }
  }

  #alias(): Aliased {
    const cursor = this.#cursor
    const explicit = cursor.accept('AS')
    if (!explicit && !cursor.atImplicitAlias()) return { columns: [] }
    return { alias: cursor.name(), columns: columnNames(cursor) }
  }

  #at(): Position {
    const { line, column } = this.#cursor.peek()
    return { line, column }
  }
}

/** `(a, b)`, or nothing. */
export function columnNames(cursor: Cursor): Name[] {
  if (!cursor.accept('(')) return []
  const names = cursor.list(() => cursor.name())
  cursor.expect(')')
  return names
}
