import { FunctionFailure } from '../function.ts'
import { NULL_ITEM, decimalItem, wholeItem } from './items.ts'
import type { ComparisonSign, Method, Path, PathNode, Predicate } from './path-tree.ts'

const token =
  /\s*(?:("(?:[^"]|"")*")|((?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)|(\d+\.\d*|\.\d+)|(\d+)|(\$[A-Za-z_]\w*)|([A-Za-z_]\w*)|(\.\.|==|<>|!=|<=|>=|&&|\|\||[-+*/%()[\]$@.,?!<>]))/y

interface Token {
  readonly kind: 'string' | 'double' | 'decimal' | 'integer' | 'variable' | 'word' | 'sign' | 'end'
  readonly text: string
}
const kinds = ['string', 'double', 'decimal', 'integer', 'variable', 'word', 'sign'] as const
const methods = new Set<string>(['abs', 'ceiling', 'floor', 'double', 'type', 'size', 'keyvalue'])
const comparisons = new Set(['==', '<>', '!=', '<', '<=', '>', '>='])
/** Deeper paths are refused, so that the stack holds. */
const depthMax = 200

/** Reads a path such as `lax $.a[*] ? (@.b > 1)`. Errors: INVALID_PATH; NOT_SUPPORTED for like_regex and datetime, as in Trino. */
export function parsePath(text: string): Path {
  return new PathParser(text).path()
}

class PathParser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  readonly #variables = new Set<string>()

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  path(): Path {
    const mode = this.#next()
    if (mode.text !== 'lax' && mode.text !== 'strict')
      throw invalid(`missing {'lax', 'strict'} at '${mode.text}'`)
    const root = this.#sum()
    if (this.#peek().kind !== 'end') this.#fail()
    return { lax: mode.text === 'lax', root, variables: this.#variables }
  }

  #sum = (): PathNode => {
    if (++this.#depth > depthMax) throw invalid('the path is nested too deeply')
    let left = this.#product()
    for (;;) {
      const sign = this.#take('+') ?? this.#take('-')
      if (!sign) break
      left = { kind: 'arithmetic', sign: sign as '+', left, right: this.#product() }
    }
    this.#depth--
    return left
  }

  #product(): PathNode {
    let left = this.#signed()
    for (;;) {
      const sign = this.#take('*') ?? this.#take('/') ?? this.#take('%')
      if (!sign) return left
      left = { kind: 'arithmetic', sign: sign as '*', left, right: this.#signed() }
    }
  }

  #signed(): PathNode {
    const sign = this.#take('-') ?? this.#take('+')
    if (!sign) return this.#accessors()
    if (++this.#depth > depthMax) throw invalid('the path is nested too deeply')
    const node: PathNode = { kind: 'sign', negative: sign === '-', of: this.#signed() }
    this.#depth--
    return node
  }

  #accessors(): PathNode {
    let of = this.#primary()
    for (;;) {
      if (this.#take('..')) of = { kind: 'descendants', of, name: this.#key() }
      else if (this.#take('.')) of = this.#afterPoint(of)
      else if (this.#take('[')) of = this.#subscripts(of)
      else if (this.#take('?')) {
        this.#expect('(')
        of = { kind: 'filter', of, predicate: this.#either() }
        this.#expect(')')
      } else return of
    }
  }

  #afterPoint(of: PathNode): PathNode {
    if (this.#take('*')) return { kind: 'member', of, name: undefined }
    const word = this.#peek()
    const name = this.#key()
    if (word.kind !== 'word' || this.#peek().text !== '(') return { kind: 'member', of, name }
    if (name === 'datetime') throw unsupported('datetime method')
    if (!methods.has(name)) this.#fail()
    this.#expect('(')
    this.#expect(')')
    return { kind: 'method', of, method: name as Method }
  }

  #subscripts(of: PathNode): PathNode {
    if (this.#take('*')) {
      this.#expect(']')
      return { kind: 'elements', of, places: undefined }
    }
    const places = []
    do {
      const from = this.#sum()
      places.push(this.#take('to') ? { from, to: this.#sum() } : { from })
    } while (this.#take(','))
    this.#expect(']')
    return { kind: 'elements', of, places }
  }

  #key(): string {
    const { kind, text } = this.#next()
    if (kind !== 'word' && kind !== 'string') this.#fail()
    return text
  }

  #primary(): PathNode {
    const { kind, text } = this.#next()
    switch (kind) {
      case 'string':
        return { kind: 'literal', item: { kind: 'string', text } }
      case 'double':
        return { kind: 'literal', item: { kind: 'number', type: 'double', value: Number(text) } }
      case 'decimal':
        return { kind: 'literal', item: decimalItem(text) }
      case 'integer': {
        const item = wholeItem(BigInt(text), 'integer') ?? wholeItem(BigInt(text), 'bigint')
        if (!item) throw invalid(`invalid numeric literal: ${text}`)
        return { kind: 'literal', item }
      }
      case 'variable':
        this.#variables.add(text.slice(1))
        return { kind: 'variable', name: text.slice(1) }
      case 'word':
        if (text === 'last') return { kind: 'last' }
        if (text === 'null') return { kind: 'literal', item: NULL_ITEM }
        if (text === 'true' || text === 'false')
          return { kind: 'literal', item: { kind: 'boolean', value: text === 'true' } }
        break
      case 'sign':
        if (text === '$') return { kind: 'root' }
        if (text === '@') return { kind: 'current' }
        if (text === '(') {
          const inner = this.#sum()
          this.#expect(')')
          return inner
        }
    }
    this.#at--
    return this.#fail()
  }

  #either(): Predicate {
    if (++this.#depth > depthMax) throw invalid('the path is nested too deeply')
    let left = this.#both()
    while (this.#take('||')) left = { kind: 'or', left, right: this.#both() }
    this.#depth--
    return left
  }

  #both(): Predicate {
    let left = this.#single()
    while (this.#take('&&')) left = { kind: 'and', left, right: this.#single() }
    return left
  }

  #single(): Predicate {
    if (this.#take('!')) return { kind: 'not', of: this.#delimited() ?? this.#fail() }
    const start = this.#at
    const delimited = this.#delimited()
    if (delimited && !this.#goesOn()) return delimited
    this.#at = start
    const left = this.#sum()
    const { text } = this.#next()
    if (text === 'like_regex') throw unsupported('like_regex predicate')
    if (text === 'starts') {
      this.#expect('with')
      return { kind: 'startsWith', whole: left, initial: this.#sum() }
    }
    if (!comparisons.has(text)) {
      this.#at--
      this.#fail()
    }
    const sign = (text === '!=' ? '<>' : text) as ComparisonSign
    return { kind: 'compare', sign, left, right: this.#sum() }
  }

  /** `exists(path)`, or a predicate in brackets; undefined when the brackets hold a path. */
  #delimited(): Predicate | undefined {
    const start = this.#at
    if (this.#take('exists')) {
      this.#expect('(')
      const path = this.#sum()
      this.#expect(')')
      return { kind: 'exists', path }
    }
    if (!this.#take('(')) return undefined
    const depth = this.#depth
    try {
      const inner = this.#either()
      this.#expect(')')
      if (!this.#take('is')) return inner
      this.#expect('unknown')
      return { kind: 'isUnknown', of: inner }
    } catch (error) {
      if (!(error instanceof PathSyntax)) throw error
      this.#at = start
      this.#depth = depth
      return undefined
    }
  }

  /** True when what was read in brackets is the start of a longer expression. */
  #goesOn(): boolean {
    const { text, kind } = this.#peek()
    return kind !== 'end' && ![')', '&&', '||'].includes(text)
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!
  }

  #next(): Token {
    const next = this.#peek()
    this.#at++
    return next
  }

  #take(text: string): string | undefined {
    const next = this.#peek()
    if (next.text !== text || next.kind === 'string') return undefined
    this.#at++
    return text
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail()
  }

  #fail(): never {
    throw new PathSyntax(this.#peek().text)
  }
}

class PathSyntax extends FunctionFailure {
  constructor(text: string) {
    super('INVALID_PATH', `JSON path is not valid at '${text}'`)
  }
}

function invalid(text: string): Error {
  return new FunctionFailure('INVALID_PATH', text)
}

function unsupported(what: string): Error {
  return new FunctionFailure('NOT_SUPPORTED', `${what} in JSON path is not yet supported`)
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  token.lastIndex = 0
  while (token.lastIndex < end) {
    const at = token.lastIndex
    const found = token.exec(text)
    if (!found) throw new PathSyntax(text.slice(at, at + 10).trim())
    const index = found.slice(1).findIndex((part) => part !== undefined)
    const part = found[index + 1]!
    const kind = kinds[index]!
    tokens.push({
      kind,
      text: kind === 'string' ? part.slice(1, -1).replaceAll('""', '"') : part,
    })
  }
  tokens.push({ kind: 'end', text: '<EOF>' })
  return tokens
}
