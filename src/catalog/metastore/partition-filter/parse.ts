import { CatalogErrors } from '../errors.ts'
import { tokenize, type Token } from './tokens.ts'

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

/** A filter over partition keys, as written: names are not resolved yet. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Filter[] }
  | { readonly kind: 'not'; readonly item: Filter }
  | {
      readonly kind: 'compare'
      readonly column: string
      readonly operator: Comparison
      readonly value: string
    }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly string[] }
  | {
      readonly kind: 'between'
      readonly column: string
      readonly low: string
      readonly high: string
    }
  | { readonly kind: 'like'; readonly column: string; readonly pattern: string }
  | { readonly kind: 'isNull'; readonly column: string }

/** Longest expression, characters: the limit of GetPartitions. */
const lengthMax = 2048
const depthMax = 100

/**
 * Parses a GetPartitions expression. A name in double quotes is a string when it is no partition key,
 * which is how Hive's clients write strings.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
 */
export function parseFilter(expression: string, isColumn: (name: string) => boolean): Filter {
  if (expression.length > lengthMax) {
    throw CatalogErrors.InvalidInput(
      `Value at 'expression' failed to satisfy constraint: Member must have length less than or equal to ${lengthMax}`,
    )
  }
  const tokens = tokenize(expression)
  if (!tokens) throw unsupported(expression)
  return new Parser(expression, tokens, isColumn).whole()
}

function unsupported(expression: string): Error {
  return CatalogErrors.InvalidInput(`Unsupported expression '${expression}'`)
}

class Parser {
  readonly #expression: string
  readonly #tokens: readonly Token[]
  readonly #isColumn: (name: string) => boolean
  #at = 0
  #depth = 0

  constructor(expression: string, tokens: readonly Token[], isColumn: (name: string) => boolean) {
    this.#expression = expression
    this.#tokens = tokens
    this.#isColumn = isColumn
  }

  whole(): Filter {
    const filter = this.#or()
    if (this.#next.kind !== 'end') throw this.#fail()
    return filter
  }

  #or(): Filter {
    const items = [this.#and()]
    while (this.#keyword('or')) items.push(this.#and())
    return items.length === 1 ? items[0]! : { kind: 'or', items }
  }

  #and(): Filter {
    const items = [this.#not()]
    while (this.#keyword('and')) items.push(this.#not())
    return items.length === 1 ? items[0]! : { kind: 'and', items }
  }

  #not(): Filter {
    if (++this.#depth > depthMax) throw this.#fail()
    try {
      if (this.#keyword('not')) return { kind: 'not', item: this.#not() }
      return this.#group() ?? this.#condition()
    } finally {
      this.#depth--
    }
  }

  /** A parenthesis around a filter; undefined when it is around a name or a literal. */
  #group(): Filter | undefined {
    if (!this.#isSymbol('(') || this.#opensOperand()) return undefined
    this.#at++
    const filter = this.#or()
    if (this.#symbol(')')) return filter
    throw this.#fail()
  }

  /** Does an operator follow the parenthesis that closes this one, as in `(a) = 1`? */
  #opensOperand(): boolean {
    let depth = 0
    let at = this.#at
    do {
      const { kind, text } = this.#tokens[at]!
      if (kind === 'end') throw this.#fail()
      if (kind === 'symbol' && text === '(') depth++
      if (kind === 'symbol' && text === ')') depth--
      at++
    } while (depth > 0)
    const { kind, text } = this.#tokens[at]!
    return kind === 'symbol' ? text in mirrored || text === '!=' : operators.has(text.toLowerCase())
  }

  #condition(): Filter {
    const left = this.#operand()
    if ('value' in left) return this.#reversed(left.value)
    const { column } = left
    if (this.#keyword('is')) {
      const negated = this.#keyword('not')
      if (!this.#keyword('null')) throw this.#fail()
      return negate(negated, { kind: 'isNull', column })
    }
    const negated = this.#keyword('not')
    if (this.#keyword('in')) return negate(negated, this.#in(column))
    if (this.#keyword('between')) {
      const low = this.#literal()
      if (!this.#keyword('and')) throw this.#fail()
      return negate(negated, { kind: 'between', column, low, high: this.#literal() })
    }
    if (this.#keyword('like'))
      return negate(negated, { kind: 'like', column, pattern: this.#literal() })
    if (negated) throw this.#fail()
    const operator = this.#comparison()
    return { kind: 'compare', column, operator, value: this.#literal() }
  }

  #in(column: string): Filter {
    if (!this.#symbol('(')) throw this.#fail()
    const values = [this.#literal()]
    while (this.#symbol(',')) values.push(this.#literal())
    if (!this.#symbol(')')) throw this.#fail()
    return { kind: 'in', column, values }
  }

  /** `'a' = key` means `key = 'a'`. */
  #reversed(value: string): Filter {
    const operator = mirrored[this.#comparison()]
    const right = this.#operand()
    if ('value' in right) throw this.#fail()
    return { kind: 'compare', column: right.column, operator, value }
  }

  #comparison(): Comparison {
    const token = this.#take()
    if (token.kind === 'symbol' && token.text === '!=') return '<>'
    if (token.kind === 'symbol' && token.text in mirrored) return token.text as Comparison
    throw this.#fail()
  }

  #literal(): string {
    const operand = this.#operand()
    if ('value' in operand) return operand.value
    throw this.#fail()
  }

  #operand(): { readonly column: string } | { readonly value: string } {
    if (this.#symbol('(')) {
      const operand = this.#operand()
      if (!this.#symbol(')')) throw this.#fail()
      return operand
    }
    const sign = this.#symbol('-') ? '-' : this.#symbol('+') ? '' : undefined
    const token = this.#take()
    if (token.kind === 'number') return { value: (sign ?? '') + token.text }
    if (sign !== undefined) throw this.#fail()
    if (token.kind === 'string') return { value: token.text }
    if (token.kind === 'quotedWord')
      return this.#isColumn(token.text) ? { column: token.text } : { value: token.text }
    if (token.kind !== 'word' || reserved.has(token.text.toLowerCase())) throw this.#fail()
    const lower = token.text.toLowerCase()
    if ((lower === 'date' || lower === 'timestamp') && this.#next.kind === 'string')
      return { value: this.#take().text }
    if ((lower === 'true' || lower === 'false') && !this.#isColumn(lower)) return { value: lower }
    return { column: token.text }
  }

  get #next(): Token {
    return this.#tokens[this.#at]!
  }

  #take(): Token {
    const token = this.#next
    if (token.kind === 'end') throw this.#fail()
    this.#at++
    return token
  }

  #isSymbol(text: string): boolean {
    return this.#next.kind === 'symbol' && this.#next.text === text
  }

  #symbol(text: string): boolean {
    if (!this.#isSymbol(text)) return false
    this.#at++
    return true
  }

  #keyword(word: string): boolean {
    if (this.#next.kind !== 'word' || this.#next.text.toLowerCase() !== word) return false
    this.#at++
    return true
  }

  #fail(): Error {
    return unsupported(this.#expression)
  }
}

const reserved = new Set(['and', 'or', 'not', 'in', 'between', 'like', 'is', 'null'])

const operators = new Set(['is', 'in', 'not', 'between', 'like'])

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function negate(negated: boolean, filter: Filter): Filter {
  return negated ? { kind: 'not', item: filter } : filter
}
