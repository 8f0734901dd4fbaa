import type { Position } from '../errors.ts'
import type {
  Expression,
  JsonBehaviour,
  JsonConstructor,
  JsonOperand,
  JsonPathCall,
  Name,
  TypeName,
} from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseTypeName } from './type-name.ts'

/** JSON_VALUE and its like at the cursor, or undefined. https://trino.io/docs/current/functions/json.html */
export function parseSqlJson(
  cursor: Cursor,
  expression: () => Expression,
): JsonPathCall | JsonConstructor | undefined {
  const parser = new SqlJsonParser(cursor, expression)
  switch (cursor.peek().key) {
    case 'JSON_EXISTS':
      return parser.exists()
    case 'JSON_VALUE':
      return parser.value()
    case 'JSON_QUERY':
      return parser.query()
    case 'JSON_OBJECT':
      return parser.object()
    case 'JSON_ARRAY':
      return parser.array()
    default:
      return undefined
  }
}

type PathParts = Pick<JsonPathCall, 'input' | 'path' | 'passing' | 'line' | 'column'>
type Ends = Pick<JsonPathCall, 'onEmpty' | 'onError'>

class SqlJsonParser {
  readonly #cursor: Cursor
  readonly #expression: () => Expression

  constructor(cursor: Cursor, expression: () => Expression) {
    this.#cursor = cursor
    this.#expression = expression
  }

  exists(): JsonPathCall {
    const parts = this.#start()
    const ends = this.#ends(['TRUE', 'FALSE', 'UNKNOWN', 'ERROR'], false)
    return { kind: 'jsonPath', name: 'json_exists', ...parts, ...ends }
  }

  value(): JsonPathCall {
    const parts = this.#start()
    const returning = this.#cursor.accept('RETURNING') ? parseTypeName(this.#cursor) : undefined
    const ends = this.#ends(['ERROR', 'NULL', 'DEFAULT'], true)
    return { kind: 'jsonPath', name: 'json_value', ...parts, returning, ...ends }
  }

  query(): JsonPathCall {
    const cursor = this.#cursor
    const parts = this.#start()
    const returning = this.#returning()
    const wrapper = this.#wrapper()
    let omitQuotes = false
    if (cursor.at('KEEP') || cursor.at('OMIT')) {
      omitQuotes = cursor.next().key === 'OMIT'
      cursor.expect('QUOTES')
      if (cursor.accept('ON', 'SCALAR') && !cursor.accept('TEXT')) cursor.expect('STRING')
    }
    const ends = this.#ends(['ERROR', 'NULL', 'EMPTY'], true)
    const rest = { ...returning, wrapper, omitQuotes, ...ends }
    return { kind: 'jsonPath', name: 'json_query', ...parts, ...rest }
  }

  object(): JsonConstructor {
    const cursor = this.#cursor
    const at = this.#open()
    const empty = cursor.at(')') || cursor.at('RETURNING')
    const members = empty ? [] : cursor.list(() => this.#member())
    const absentOnNull = this.#nulls() ?? false
    let uniqueKeys = false
    if (cursor.accept('WITH', 'UNIQUE')) uniqueKeys = true
    else if (cursor.accept('WITHOUT')) cursor.expect('UNIQUE')
    cursor.accept('KEYS')
    const rest = { members, absentOnNull, uniqueKeys, ...this.#returning() }
    cursor.expect(')')
    return { kind: 'jsonConstructor', name: 'json_object', ...rest, ...at }
  }

  array(): JsonConstructor {
    const cursor = this.#cursor
    const at = this.#open()
    const empty = cursor.at(')') || cursor.at('RETURNING')
    const members = empty ? [] : cursor.list(() => ({ value: this.#operand() }))
    const absentOnNull = this.#nulls() ?? true
    const rest = { members, absentOnNull, uniqueKeys: false, ...this.#returning() }
    cursor.expect(')')
    return { kind: 'jsonConstructor', name: 'json_array', ...rest, ...at }
  }

  #open(): Position {
    const { line, column } = this.#cursor.next()
    this.#cursor.expect('(')
    return { line, column }
  }

  /** `(input, 'path' PASSING a AS b` */
  #start(): PathParts {
    const cursor = this.#cursor
    const at = this.#open()
    const input = this.#operand()
    cursor.expect(',')
    const path = cursor.next()
    if (path.kind !== 'string') cursor.unexpected(path, '<string>')
    const passing = cursor.accept('PASSING') ? cursor.list(() => this.#argument()) : []
    return { input, path: path.text, passing, ...at }
  }

  /** A name without quotes stands for itself in capitals. */
  #argument(): { readonly name: Name; readonly value: JsonOperand } {
    const value = this.#operand()
    this.#cursor.expect('AS')
    const name = this.#cursor.name()
    return { name: name.quoted ? name : { ...name, text: name.text.toUpperCase() }, value }
  }

  #operand(): JsonOperand {
    const value = this.#expression()
    return { value, format: this.#format() }
  }

  #format(): string | undefined {
    if (!this.#cursor.accept('FORMAT', 'JSON')) return undefined
    return this.#cursor.accept('ENCODING') ? this.#cursor.next().text.toLowerCase() : 'json'
  }

  /** `key : value`, `key VALUE value`, both with KEY before them. */
  #member(): { readonly key: Expression; readonly value: JsonOperand } {
    const cursor = this.#cursor
    const named = cursor.at('KEY') && ![':', 'VALUE', '.', ','].includes(cursor.peek(1).key)
    if (named) cursor.next()
    const key = this.#expression()
    if (!cursor.accept(':')) cursor.expect('VALUE')
    return { key, value: this.#operand() }
  }

  #nulls(): boolean | undefined {
    if (this.#cursor.accept('ABSENT', 'ON', 'NULL')) return true
    return this.#cursor.accept('NULL', 'ON', 'NULL') ? false : undefined
  }

  #returning(): { readonly returning?: TypeName; readonly format?: string } {
    if (!this.#cursor.accept('RETURNING')) return {}
    const returning = parseTypeName(this.#cursor)
    return { returning, format: this.#format() }
  }

  #wrapper(): 'never' | 'conditional' | 'always' {
    const cursor = this.#cursor
    if (cursor.at('WITHOUT') || cursor.at('WITH')) {
      const without = cursor.next().key === 'WITHOUT'
      const conditional = !without && cursor.accept('CONDITIONAL')
      if (!without && !conditional) cursor.accept('UNCONDITIONAL')
      cursor.accept('ARRAY')
      cursor.expect('WRAPPER')
      if (without) return 'never'
      return conditional ? 'conditional' : 'always'
    }
    return 'never'
  }

  /** `… ON EMPTY … ON ERROR)` */
  #ends(words: readonly string[], empty: boolean): Ends {
    const cursor = this.#cursor
    let ends: Ends = {}
    while (words.includes(cursor.peek().key) && !ends.onError) {
      const behaviour = this.#behaviour()
      cursor.expect('ON')
      if (empty && !ends.onEmpty && cursor.accept('EMPTY')) ends = { onEmpty: behaviour }
      else {
        cursor.expect('ERROR')
        ends = { ...ends, onError: behaviour }
      }
    }
    cursor.expect(')')
    return ends
  }

  #behaviour(): JsonBehaviour {
    const word = this.#cursor.next().key
    if (word === 'DEFAULT') return { kind: 'default', value: this.#expression() }
    if (word !== 'EMPTY') return { kind: word.toLowerCase() as 'error' }
    if (this.#cursor.accept('OBJECT')) return { kind: 'object' }
    this.#cursor.expect('ARRAY')
    return { kind: 'array' }
  }
}
