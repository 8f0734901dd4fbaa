import { type Position, syntaxError } from '../errors.ts'
import type { Expression, GroupItem, Query, QueryBody, Select, SelectItem } from './ast.ts'
import { Cursor } from './cursor.ts'
import { ExpressionParser } from './expression.ts'
import { tokenize } from './lexer.ts'
import { RelationParser, columnNames } from './relation.ts'

export interface ParsedQuery {
  readonly query: Query
  /** How many `?` the query has. */
  readonly parameterCount: number
}

/** Longest statement that Athena takes, in bytes. */
export const statementBytesMax = 262_144

/** Parses one query: SELECT, WITH, VALUES, TABLE and set operations; nothing else. Error: `SyntaxError`. */
export function parseQuery(sql: string): ParsedQuery {
  const parser = new QueryParser(new Cursor(tokenize(sql)))
  return parser.whole()
}

/** Parses one expression, such as a value of `ExecutionParameters`. */
export function parseExpression(sql: string): Expression {
  const cursor = new Cursor(tokenize(sql))
  const parser = new QueryParser(cursor)
  const expression = parser.expressions.expression()
  if (cursor.peek().kind !== 'end') cursor.fail('<EOF>')
  return expression
}

/** The parser of queries over a cursor that others share. */
export class QueryParser {
  readonly #cursor: Cursor
  readonly expressions: ExpressionParser
  readonly relations: RelationParser

  constructor(cursor: Cursor) {
    this.#cursor = cursor
    this.expressions = new ExpressionParser(cursor, () => this.query())
    this.relations = new RelationParser(cursor, this.expressions, () => this.query())
  }

  whole(): ParsedQuery {
    const query = this.query()
    this.#cursor.accept(';')
    if (this.#cursor.peek().kind !== 'end') this.#cursor.fail('<EOF>')
    return { query, parameterCount: this.expressions.parameterCount }
  }

  query(): Query {
    const at = this.#at()
    return this.#cursor.nested(at, () => this.#queryAt(at))
  }

  #queryAt(at: Position): Query {
    const cursor = this.#cursor
    const ctes: Query['ctes'][number][] = []
    let recursive = false
    if (cursor.accept('WITH')) {
      recursive = cursor.accept('RECURSIVE')
      cursor.list(() => {
        const name = cursor.name()
        const columns = columnNames(cursor)
        cursor.expect('AS', '(')
        ctes.push({ name, columns, query: this.query() })
        cursor.expect(')')
      })
    }
    const body = this.#setOperation('UNION')
    const orderBy = cursor.accept('ORDER', 'BY') ? cursor.list(this.expressions.orderItem) : []
    let offset: Expression | undefined
    let limit: Expression | undefined
    let withTies = false
    if (cursor.accept('OFFSET')) {
      offset = this.#count()
      if (!cursor.accept('ROWS')) cursor.accept('ROW')
    }
    if (cursor.accept('LIMIT')) {
      if (!cursor.accept('ALL')) limit = this.#count()
    } else if (cursor.accept('FETCH')) {
      if (!cursor.accept('FIRST')) cursor.expect('NEXT')
      limit =
        cursor.at('ROW') || cursor.at('ROWS') ? { kind: 'number', text: '1', ...at } : this.#count()
      if (!cursor.accept('ROWS')) cursor.accept('ROW')
      withTies = cursor.accept('WITH', 'TIES')
      if (!withTies) cursor.expect('ONLY')
      if (withTies && orderBy.length === 0) {
        throw syntaxError(at, 'FETCH FIRST WITH TIES clause requires ORDER BY')
      }
      if (limit.kind === 'number' && Number(limit.text) === 0) {
        throw syntaxError(at, 'FETCH FIRST row count must be positive (actual value: 0)')
      }
    }
    return { recursive, ctes, body, orderBy, offset, limit, withTies, ...at }
  }

  #count(): Expression {
    const token = this.#cursor.peek()
    const integer = token.kind === 'number' && /^\d+$/.test(token.text)
    if (!integer && token.key !== '?') this.#cursor.fail("'ALL', <integer>")
    return this.expressions.expression()
  }

  /** INTERSECT binds tighter than UNION and EXCEPT, which associate to the left. */
  #setOperation(level: 'UNION' | 'INTERSECT'): QueryBody {
    const cursor = this.#cursor
    const operand = () => (level === 'UNION' ? this.#setOperation('INTERSECT') : this.#primary())
    let left = operand()
    for (;;) {
      const token = cursor.peek()
      const fits =
        level === 'UNION'
          ? token.key === 'UNION' || token.key === 'EXCEPT'
          : token.key === 'INTERSECT'
      if (!fits) return left
      cursor.next()
      const all = cursor.accept('ALL')
      if (!all) cursor.accept('DISTINCT')
      const operator = token.key as 'UNION'
      const { line, column } = token
      left = { kind: 'setOperation', operator, all, left, right: operand(), line, column }
    }
  }

  #primary(): QueryBody {
    const cursor = this.#cursor
    const at = this.#at()
    if (cursor.accept('(')) {
      const query = this.query()
      cursor.expect(')')
      return { kind: 'nested', query, ...at }
    }
    if (cursor.accept('VALUES')) {
      return { kind: 'values', rows: cursor.list(this.expressions.expression), ...at }
    }
    if (cursor.accept('TABLE')) {
      const table = this.relations.table(at)
      const items: SelectItem[] = [{ kind: 'star', qualifier: [], aliases: [], ...at }]
      return {
        kind: 'select',
        distinct: false,
        items,
        from: [table],
        groupDistinct: false,
        groupBy: [],
        windows: [],
        ...at,
      }
    }
    if (!cursor.at('SELECT')) cursor.fail("'(', 'SELECT', 'TABLE', 'VALUES'")
    return this.#select(at)
  }

  #select(at: Position): Select {
    const cursor = this.#cursor
    cursor.expect('SELECT')
    const distinct = cursor.accept('DISTINCT')
    if (!distinct) cursor.accept('ALL')
    const items = cursor.list(() => this.#item())
    const from = cursor.accept('FROM') ? cursor.list(() => this.relations.relation()) : []
    const where = cursor.accept('WHERE') ? this.expressions.expression() : undefined
    let groupBy: GroupItem[] = []
    let groupDistinct = false
    if (cursor.accept('GROUP', 'BY')) {
      groupDistinct = cursor.accept('DISTINCT')
      if (!groupDistinct) cursor.accept('ALL')
      groupBy = cursor.list(() => this.#groupItem())
    }
    const having = cursor.accept('HAVING') ? this.expressions.expression() : undefined
    const windows: Select['windows'][number][] = []
    if (cursor.accept('WINDOW')) {
      cursor.list(() => {
        const name = cursor.name()
        cursor.expect('AS')
        windows.push({ name, spec: this.expressions.window() })
      })
    }
    const grouped = { groupDistinct, groupBy, having }
    return { kind: 'select', distinct, items, from, where, ...grouped, windows, ...at }
  }

  #item(): SelectItem {
    const cursor = this.#cursor
    const at = this.#at()
    if (cursor.accept('*')) return { kind: 'star', qualifier: [], aliases: [], ...at }
    const start = cursor.mark()
    const qualifier = []
    while (cursor.atName() && cursor.peek(1).key === '.') {
      qualifier.push(cursor.name())
      cursor.expect('.')
      if (cursor.accept('*')) {
        const aliases = cursor.accept('AS') ? columnNames(cursor) : []
        return { kind: 'star', qualifier, aliases, ...at }
      }
    }
    cursor.reset(start)
    const expression = this.expressions.expression()
    if (cursor.accept('.', '*')) {
      const aliases = cursor.accept('AS') ? columnNames(cursor) : []
      return { kind: 'fields', base: expression, aliases, ...at }
    }
    const named = cursor.accept('AS') || cursor.atImplicitAlias()
    return { kind: 'item', expression, alias: named ? cursor.name() : undefined, ...at }
  }

  #groupItem(): GroupItem {
    const cursor = this.#cursor
    const { expression } = this.expressions
    // `(a, b)` is two expressions, and `(a) + 1` one.
    const several = () => {
      const bracket = cursor.at('(')
      const item = expression()
      return bracket && item.kind === 'row' ? item.items : [item]
    }
    const set = () => (cursor.accept('(', ')') ? [] : several())
    if (cursor.accept('GROUPING', 'SETS', '(')) {
      const sets = cursor.list(set)
      cursor.expect(')')
      return { kind: 'sets', sets }
    }
    if (cursor.at('ROLLUP') || cursor.at('CUBE')) {
      const kind = cursor.next().key === 'CUBE' ? 'cube' : 'rollup'
      cursor.expect('(')
      const parts = cursor.at(')') ? [] : cursor.list(several)
      cursor.expect(')')
      return { kind, parts }
    }
    if (cursor.at('(', ')')) {
      cursor.expect('(', ')')
      return { kind: 'sets', sets: [[]] }
    }
    const items = several()
    return items.length === 1
      ? { kind: 'simple', expression: items[0]! }
      : { kind: 'sets', sets: [items] }
  }

  #at(): Position {
    const { line, column } = this.#cursor.peek()
    return { line, column }
  }
}
