import { invalidPattern } from './invalid.ts'

/** A step into a document: a key, an index, or `*` for all of an object or array. */
type Step = { readonly key: string } | { readonly index: number } | { readonly all: true }

type Test = (document: unknown) => boolean

/** Past this an expression is refused: it bounds the work for each message. */
const tokensMax = 400

/**
 * Compiles `{ $.a.b[0] = "x*" && ($.n > 5 || $.c NOT EXISTS) }`. A message that is not a JSON object or array never matches.
 * A comparison with a member that is not there is false, also `!=`.
 */
export function compileJsonPattern(pattern: string): (message: string) => boolean {
  const test = new Parser(pattern).parse()
  return (message) => {
    const start = message.trimStart()[0]
    if (start !== '{' && start !== '[') return false
    let document: unknown
    try {
      document = JSON.parse(message)
    } catch {
      return false
    }
    return test(document)
  }
}

const tokenPattern =
  /\s*(?:(&&|\|\||[(){}]|<=|>=|!=|=|<|>)|(\$(?:\.(?:[\w@:-]+|\*)|\[(?:"(?:[^"\\]|\\.)*"|'[^']*'|\d+|\*)\])*)|"((?:[^"\\]|\\.)*)"|([^\s"(){}&|<>=!]+))/suy

type Token =
  | { readonly kind: 'sign' | 'word' | 'text'; readonly value: string }
  | { readonly kind: 'path'; readonly value: string; readonly steps: readonly Step[] }

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(pattern: string) {
    this.#tokens = tokenize(pattern)
  }

  parse(): Test {
    this.#expect('{')
    const test = this.#either()
    this.#expect('}')
    if (this.#next < this.#tokens.length) throw invalidPattern('text after the closing brace')
    return test
  }

  #either(): Test {
    const tests = [this.#both()]
    while (this.#take('||')) tests.push(this.#both())
    return tests.length === 1 ? tests[0]! : (document) => tests.some((test) => test(document))
  }

  #both(): Test {
    const tests = [this.#one()]
    while (this.#take('&&')) tests.push(this.#one())
    return tests.length === 1 ? tests[0]! : (document) => tests.every((test) => test(document))
  }

  #one(): Test {
    if (this.#take('(')) {
      const test = this.#either()
      this.#expect(')')
      return test
    }
    const selector = this.#tokens[this.#next]
    if (selector?.kind !== 'path') throw invalidPattern('a selector such as $.name is expected')
    this.#next += 1
    const { steps } = selector
    if (this.#word('NOT')) {
      if (!this.#word('EXISTS')) throw invalidPattern('EXISTS is expected after NOT')
      return (document) => select(document, steps).length === 0
    }
    if (this.#word('EXISTS')) return (document) => select(document, steps).length > 0
    if (this.#word('IS')) {
      const value = this.#constant()
      return (document) => select(document, steps).includes(value)
    }
    const compare = this.#comparison()
    return (document) => select(document, steps).some(compare)
  }

  #constant(): boolean | null {
    if (this.#word('TRUE')) return true
    if (this.#word('FALSE')) return false
    if (this.#word('NULL')) return null
    throw invalidPattern('TRUE, FALSE or NULL is expected after IS')
  }

  #comparison(): (value: unknown) => boolean {
    const sign = this.#tokens[this.#next]
    const operand = this.#tokens[this.#next + 1]
    if (sign?.kind !== 'sign' || !/^(?:!?=|[<>]=?)$/.test(sign.value)) {
      throw invalidPattern('a comparison is expected after a selector')
    }
    if (!operand || operand.kind === 'sign' || operand.kind === 'path') {
      throw invalidPattern(`a value is expected after ${sign.value}`)
    }
    this.#next += 2
    if (operand.kind === 'word' && operand.value.startsWith('%')) {
      throw invalidPattern('regular expressions are not supported here')
    }
    const number =
      operand.kind === 'word' && numeric.test(operand.value) ? Number(operand.value) : undefined
    if (number !== undefined) return numberTest(sign.value, number)
    if (sign.value !== '=' && sign.value !== '!=') {
      throw invalidPattern(`${sign.value} compares with numbers only`)
    }
    const equal = sign.value === '='
    return (value) => isScalar(value) && globMatches(operand.value, String(value)) === equal
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'sign' || token.value !== sign) return false
    this.#next += 1
    return true
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw invalidPattern(`'${sign}' is expected`)
  }

  #word(word: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'word' || token.value.toUpperCase() !== word) return false
    this.#next += 1
    return true
  }
}

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

function numberTest(sign: string, wanted: number): (value: unknown) => boolean {
  const holds: Readonly<Record<string, (value: number) => boolean>> = {
    '=': (value) => value === wanted,
    '!=': (value) => value !== wanted,
    '<': (value) => value < wanted,
    '<=': (value) => value <= wanted,
    '>': (value) => value > wanted,
    '>=': (value) => value >= wanted,
  }
  const test = holds[sign]!
  return (value) => typeof value === 'number' && test(value)
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  const text = pattern.trimEnd()
  const matcher = new RegExp(tokenPattern)
  while (matcher.lastIndex < text.length) {
    const at = matcher.lastIndex
    const found = matcher.exec(text)
    if (!found) throw invalidPattern(`unexpected text at '${text.slice(at).trim()}'`)
    if (tokens.length === tokensMax) throw invalidPattern('too long')
    const [, sign, path, quoted, word] = found
    if (sign !== undefined) tokens.push({ kind: 'sign', value: sign })
    else if (path !== undefined) tokens.push({ kind: 'path', value: path, steps: stepsOf(path) })
    else if (quoted !== undefined) tokens.push({ kind: 'text', value: unescape(quoted) })
    else tokens.push({ kind: 'word', value: word! })
  }
  return tokens
}

function unescape(quoted: string): string {
  return quoted.replaceAll(/\\(["\\])/gu, '$1')
}

function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = []
  for (const [, key, quoted, single, index] of path.matchAll(
    /\.([\w@:*-]+)|\["((?:[^"\\]|\\.)*)"\]|\['([^']*)'\]|\[(\d+|\*)\]/gu,
  )) {
    if (key === '*' || index === '*') steps.push({ all: true })
    else if (index !== undefined) steps.push({ index: Number(index) })
    else steps.push({ key: key ?? single ?? unescape(quoted!) })
  }
  return steps
}

/** The values at a path; more than one where it has `*`. */
function select(document: unknown, steps: readonly Step[]): readonly unknown[] {
  let values: unknown[] = [document]
  for (const step of steps) {
    values = values.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return []
      if ('all' in step) return Object.values(value)
      if ('index' in step) {
        return Array.isArray(value) && step.index < value.length ? [value[step.index]] : []
      }
      return Object.hasOwn(value, step.key) && !Array.isArray(value)
        ? [(value as Readonly<Record<string, unknown>>)[step.key]]
        : []
    })
  }
  return values
}

/** `*` stands for any text. Time grows with the product of the lengths at worst. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  const first = parts[0]!
  if (parts.length === 1) return pattern === text
  const last = parts.at(-1)!
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  if (at > end) return false
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
