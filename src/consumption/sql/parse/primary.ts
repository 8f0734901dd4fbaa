import { syntaxError, type Position } from '../errors.ts'
import type { Expression, Name, Query } from './ast.ts'
import {
  call,
  parseArguments,
  parseExtract,
  parseListagg,
  parseNormalize,
  parsePosition,
  parseSubstring,
  parseTrim,
} from './calls.ts'
import { type Cursor, place } from './cursor.ts'
import { parseInterval } from './interval.ts'
import { parseSqlJson } from './sql-json.ts'
import { parseTypeName } from './type-name.ts'

const valueWords = [
  'CURRENT_DATE',
  'CURRENT_TIMESTAMP',
  'CURRENT_TIME',
  'LOCALTIMESTAMP',
  'LOCALTIME',
]
const userWords = [
  'CURRENT_USER',
  'CURRENT_CATALOG',
  'CURRENT_SCHEMA',
  'CURRENT_ROLE',
  'CURRENT_PATH',
]

/** What operators stand between: literals, names, calls, brackets, and the forms that begin with a word. */
export class PrimaryParser {
  readonly #cursor: Cursor
  readonly #query: () => Query
  readonly #expression: () => Expression
  readonly #additive: () => Expression
  #parameters = 0

  /** `query` parses a whole query, `expression` any expression, `additive` one without conditions. */
  constructor(
    cursor: Cursor,
    query: () => Query,
    expression: () => Expression,
    additive: () => Expression,
  ) {
    this.#cursor = cursor
    this.#query = query
    this.#expression = expression
    this.#additive = additive
  }

  /** How many `?` there were. */
  get parameterCount(): number {
    return this.#parameters
  }

  primary(): Expression {
    const cursor = this.#cursor
    const token = cursor.peek()
    const at = place(token)
    switch (token.kind) {
      case 'number':
        cursor.next()
        return { kind: 'number', text: token.text, ...at }
      case 'string':
        cursor.next()
        return { kind: 'string', value: token.text, ...at }
      case 'binary':
        cursor.next()
        return { kind: 'binary', hex: token.text, ...at }
      case 'symbol':
        if (token.key === '?') {
          cursor.next()
          return { kind: 'parameter', index: this.#parameters++, ...at }
        }
        if (token.key === '(') return this.#brackets(at)
        return cursor.fail('<expression>')
      case 'word':
        return this.#word(at)
      case 'quoted':
        return this.#nameOrCall(at)
      case 'end':
        return cursor.fail('<expression>')
    }
  }

  /** `(query)`, `(a)`, `(a, b)` or `(x, y) -> …`. */
  #brackets(at: Position): Expression {
    const cursor = this.#cursor
    if (this.atQuery()) return { kind: 'subquery', query: this.bracketed(), ...at }
    const lambda = this.#lambdaParameters()
    if (lambda) return { kind: 'lambda', parameters: lambda, body: this.#expression(), ...at }
    cursor.expect('(')
    const items = cursor.list(this.#expression)
    cursor.expect(')')
    return items.length === 1 ? items[0]! : { kind: 'row', items, ...at }
  }

  #lambdaParameters(): Name[] | undefined {
    const cursor = this.#cursor
    const start = cursor.mark()
    cursor.expect('(')
    const names: Name[] = []
    if (cursor.atName()) {
      names.push(cursor.name())
      while (cursor.accept(',') && cursor.atName()) names.push(cursor.name())
    }
    if (cursor.accept(')', '->')) return names
    cursor.reset(start)
    return undefined
  }

  #word(at: Position): Expression {
    const cursor = this.#cursor
    const token = cursor.peek()
    switch (token.key) {
      case 'NULL':
        cursor.next()
        return { kind: 'null', ...at }
      case 'TRUE':
      case 'FALSE':
        cursor.next()
        return { kind: 'boolean', value: token.key === 'TRUE', ...at }
      case 'CASE':
        return this.#case(at)
      case 'CAST':
      case 'TRY_CAST': {
        if (cursor.peek(1).key !== '(') break
        cursor.next()
        cursor.expect('(')
        const value = this.#expression()
        cursor.expect('AS')
        const type = parseTypeName(cursor)
        cursor.expect(')')
        return { kind: 'cast', value, type, safe: token.key === 'TRY_CAST', ...at }
      }
      case 'EXISTS':
        cursor.next()
        return { kind: 'exists', query: this.bracketed(), ...at }
      case 'EXTRACT':
        return parseExtract(cursor, this.#expression, at)
      case 'POSITION':
        if (cursor.peek(1).key !== '(') break
        return parsePosition(cursor, this.#additive, at)
      case 'SUBSTRING':
        if (cursor.peek(1).key !== '(') break
        return parseSubstring(cursor, this.#expression, at)
      case 'TRIM':
        return parseTrim(cursor, this.#expression, at)
      case 'GROUPING': {
        cursor.next()
        cursor.expect('(')
        const items = cursor.list(this.#expression)
        cursor.expect(')')
        return { kind: 'grouping', items, ...at }
      }
      case 'ROW': {
        if (cursor.peek(1).key !== '(') break
        cursor.next()
        cursor.expect('(')
        const items = cursor.list(this.#expression)
        cursor.expect(')')
        return { kind: 'row', items, ...at }
      }
      case 'ARRAY': {
        if (cursor.peek(1).key !== '[') break
        cursor.next()
        cursor.expect('[')
        const items = cursor.at(']') ? [] : cursor.list(this.#expression)
        cursor.expect(']')
        return { kind: 'array', items, ...at }
      }
      case 'INTERVAL': {
        const ahead = cursor.peek(1)
        if (ahead.kind === 'string' || ahead.key === '-' || ahead.key === '+')
          return parseInterval(cursor, at)
        break
      }
      case 'LISTAGG':
        return parseListagg(cursor, this.#expression, at)
      case 'NORMALIZE':
        return parseNormalize(cursor, this.#expression, at)
    }
    if (valueWords.includes(token.key)) {
      cursor.next()
      const args: Expression[] = []
      if (cursor.accept('(')) {
        const digits = cursor.next()
        if (digits.kind !== 'number') throw syntaxError(digits, `mismatched input '${digits.text}'`)
        args.push({ kind: 'number', text: digits.text, ...at })
        cursor.expect(')')
      }
      return call(token.key.toLowerCase(), args, at)
    }
    if (userWords.includes(token.key)) {
      cursor.next()
      return call(token.key.toLowerCase(), [], at)
    }
    const json = cursor.peek(1).key === '(' && parseSqlJson(cursor, this.#expression)
    if (json) return json
    if (token.kind === 'word' && cursor.peek(1).kind === 'string') {
      cursor.next()
      const type = { name: token.text.toLowerCase(), numbers: [], parameters: [], fields: [] }
      const value = cursor.next().text
      return { kind: 'typed', type: { ...type, withTimeZone: false, ...at }, value, ...at }
    }
    return this.#nameOrCall(at)
  }

  #nameOrCall(at: Position): Expression {
    const cursor = this.#cursor
    const ahead = cursor.peek(1)
    // `if`, `left` and the like are functions although reserved as names.
    if (cursor.peek().kind === 'word' && ahead.key === '(') {
      return parseArguments(cursor, this.#expression, cursor.next().text.toLowerCase(), at)
    }
    const name = cursor.name()
    if (cursor.at('->')) {
      cursor.next()
      return { kind: 'lambda', parameters: [name], body: this.#expression(), ...at }
    }
    if (cursor.at('(')) return parseArguments(cursor, this.#expression, name.text.toLowerCase(), at)
    const parts = [name]
    while (cursor.at('.')) {
      cursor.next()
      parts.push(cursor.name())
    }
    return { kind: 'name', parts, ...at }
  }

  #case(at: Position): Expression {
    const cursor = this.#cursor
    cursor.expect('CASE')
    const operand = cursor.at('WHEN') ? undefined : this.#expression()
    const whens: { when: Expression; then: Expression }[] = []
    while (cursor.accept('WHEN')) {
      const when = this.#expression()
      cursor.expect('THEN')
      whens.push({ when, then: this.#expression() })
    }
    if (whens.length === 0) cursor.fail("'WHEN'")
    const otherwise = cursor.accept('ELSE') ? this.#expression() : undefined
    cursor.expect('END')
    return { kind: 'case', operand, whens, otherwise, ...at }
  }

  bracketed(): Query {
    this.#cursor.expect('(')
    const query = this.#query()
    this.#cursor.expect(')')
    return query
  }

  /** True at `(SELECT`, `(WITH`, `(VALUES`, `(TABLE`, also within more brackets. */
  atQuery(): boolean {
    let ahead = 0
    while (this.#cursor.peek(ahead).key === '(') ahead++
    return ahead > 0 && ['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(this.#cursor.peek(ahead).key)
  }
}
