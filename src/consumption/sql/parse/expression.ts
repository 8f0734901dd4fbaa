import type { Position } from '../errors.ts'
import type { Comparison, Expression, OrderItem, Query, WindowSpec } from './ast.ts'
import { type Cursor, place } from './cursor.ts'
import { PrimaryParser } from './primary.ts'
import { parseOrderItem, parseWindow } from './window.ts'

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}
/** Expressions of Trino's SQL, by precedence: OR, AND, NOT, predicates, + -, * / %, sign, postfix. */
export class ExpressionParser {
  readonly #cursor: Cursor
  readonly #primaries: PrimaryParser

  /** `query` parses a whole query, for subqueries. */
  constructor(cursor: Cursor, query: () => Query) {
    this.#cursor = cursor
    this.#primaries = new PrimaryParser(cursor, query, this.expression, () => this.#additive())
  }

  get parameterCount(): number {
    return this.#primaries.parameterCount
  }

  expression = (): Expression => {
    const at = place(this.#cursor.peek())
    return this.#cursor.nested(at, () => this.#logical('or'))
  }

  #logical(operator: 'and' | 'or'): Expression {
    const at = place(this.#cursor.peek())
    const operand = () => (operator === 'or' ? this.#logical('and') : this.#not())
    const terms = [operand()]
    while (this.#cursor.accept(operator.toUpperCase())) terms.push(operand())
    return terms.length === 1 ? terms[0]! : { kind: 'logical', operator, terms, ...at }
  }

  #not(): Expression {
    const at = place(this.#cursor.peek())
    if (!this.#cursor.accept('NOT')) return this.#predicate()
    return this.#cursor.nested(at, () => ({ kind: 'not', value: this.#not(), ...at }))
  }

  #predicate(): Expression {
    const cursor = this.#cursor
    let left = this.#additive()
    for (;;) {
      const token = cursor.peek()
      const at = place(token)
      const operator = token.kind === 'symbol' ? comparisons[token.key] : undefined
      if (operator) {
        cursor.next()
        const all = cursor.at('ALL', '(')
        if (all || cursor.at('ANY', '(') || cursor.at('SOME', '(')) {
          cursor.next()
          left = {
            kind: 'quantified',
            operator,
            all,
            left,
            query: this.#primaries.bracketed(),
            ...at,
          }
        } else {
          left = { kind: 'compare', operator, left, right: this.#additive(), ...at }
        }
      } else if (cursor.accept('IS')) {
        left = this.#is(left, at)
      } else {
        const negated = cursor.at('NOT')
        const key = cursor.peek(negated ? 1 : 0).key
        if (key !== 'IN' && key !== 'BETWEEN' && key !== 'LIKE') return left
        if (negated) cursor.next()
        left = this.#inBetweenLike(left, negated, at)
      }
    }
  }

  #is(left: Expression, at: Position): Expression {
    const cursor = this.#cursor
    const negated = cursor.accept('NOT')
    if (cursor.accept('NULL')) return { kind: 'isNull', value: left, negated, ...at }
    cursor.expect('DISTINCT', 'FROM')
    return { kind: 'distinctFrom', left, right: this.#additive(), negated, ...at }
  }

  #inBetweenLike(value: Expression, negated: boolean, at: Position): Expression {
    const cursor = this.#cursor
    if (cursor.accept('BETWEEN')) {
      const low = this.#additive()
      cursor.expect('AND')
      return { kind: 'between', value, low, high: this.#additive(), negated, ...at }
    }
    if (cursor.accept('LIKE')) {
      const pattern = this.#additive()
      const escape = cursor.accept('ESCAPE') ? this.#additive() : undefined
      return { kind: 'like', value, pattern, escape, negated, ...at }
    }
    cursor.expect('IN')
    if (this.#primaries.atQuery())
      return { kind: 'inQuery', value, query: this.#primaries.bracketed(), negated, ...at }
    cursor.expect('(')
    const items = cursor.list(this.expression)
    cursor.expect(')')
    return { kind: 'inList', value, items, negated, ...at }
  }

  #additive(): Expression {
    const cursor = this.#cursor
    let left = this.#multiplicative()
    for (;;) {
      const token = cursor.peek()
      if (token.key !== '+' && token.key !== '-' && token.key !== '||') return left
      cursor.next()
      const right = this.#multiplicative()
      left = { kind: 'binaryOp', operator: token.key, left, right, ...place(token) }
    }
  }

  #multiplicative(): Expression {
    const cursor = this.#cursor
    let left = this.#signed()
    for (;;) {
      const token = cursor.peek()
      if (token.key !== '*' && token.key !== '/' && token.key !== '%') return left
      cursor.next()
      left = { kind: 'binaryOp', operator: token.key, left, right: this.#signed(), ...place(token) }
    }
  }

  #signed(): Expression {
    const cursor = this.#cursor
    const at = place(cursor.peek())
    // The smallest numbers have no positive counterparts.
    const { kind, text } = cursor.peek(1)
    if (cursor.at('-') && kind === 'number' && /^(2147483648|9223372036854775808)$/.test(text)) {
      cursor.next()
      cursor.next()
      return { kind: 'number', text: `-${text}`, ...at }
    }
    if (cursor.accept('-')) {
      return cursor.nested(at, () => ({ kind: 'negate', value: this.#signed(), ...at }))
    }
    if (cursor.accept('+')) return cursor.nested(at, () => this.#signed())
    return this.#postfix()
  }

  #postfix(): Expression {
    const cursor = this.#cursor
    let value = this.#primaries.primary()
    for (;;) {
      const at = place(cursor.peek())
      if (cursor.accept('[')) {
        value = { kind: 'subscript', base: value, index: this.expression(), ...at }
        cursor.expect(']')
      } else if (cursor.at('.') && value.kind !== 'number' && !cursor.at('.', '*')) {
        cursor.next()
        value = { kind: 'field', base: value, name: cursor.name(), ...at }
      } else if (cursor.accept('AT', 'TIME', 'ZONE')) {
        value = { kind: 'atTimeZone', value, zone: this.#primaries.primary(), ...at }
      } else {
        return value
      }
    }
  }

  orderItem = (): OrderItem => parseOrderItem(this.#cursor, this.expression)

  window(): WindowSpec {
    return parseWindow(this.#cursor, this.expression)
  }
}
