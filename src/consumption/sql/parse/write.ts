import { type Position, syntaxError } from '../errors.ts'
import type { Name, Query } from './ast.ts'
import { Cursor } from './cursor.ts'
import { tokenize } from './lexer.ts'
import { QueryParser } from './query.ts'

/** Of WITH (…), names in lower case. */
export type WriteProperties = ReadonlyMap<string, string | readonly string[]>

interface Written extends Position {
  readonly query: Query
  readonly parameterCount: number
}

/** https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html */
export interface CreateTableAs extends Written {
  readonly kind: 'createTableAs'
  /** Parts of the name, lower case: `['db', 't']`. */
  readonly table: readonly string[]
  readonly ifNotExists: boolean
  readonly properties: WriteProperties
  /** False after WITH NO DATA. */
  readonly withData: boolean
}

/** https://docs.aws.amazon.com/athena/latest/ug/insert-into.html */
export interface Insert extends Written {
  readonly kind: 'insert'
  readonly table: readonly string[]
  /** Lower case; undefined when they are not named. */
  readonly columns: readonly string[] | undefined
}

/** https://docs.aws.amazon.com/athena/latest/ug/unload.html */
export interface Unload extends Written {
  readonly kind: 'unload'
  readonly location: string
  readonly properties: WriteProperties
}

export type WriteStatement = CreateTableAs | Insert | Unload

/** Parses CREATE TABLE … AS, INSERT INTO or UNLOAD. Error: `SyntaxError`. */
export function parseWrite(sql: string): WriteStatement {
  return new WriteParser(new Cursor(tokenize(sql))).statement()
}

class WriteParser {
  readonly #cursor: Cursor
  readonly #queries: QueryParser

  constructor(cursor: Cursor) {
    this.#cursor = cursor
    this.#queries = new QueryParser(cursor)
  }

  statement(): WriteStatement {
    const { line, column } = this.#cursor.peek()
    const at = { line, column }
    const statement = this.#statement(at)
    this.#cursor.accept(';')
    if (this.#cursor.peek().kind !== 'end') this.#cursor.fail('<EOF>')
    return { ...statement, parameterCount: this.#queries.expressions.parameterCount }
  }

  #statement(at: Position): WriteStatement {
    if (this.#cursor.at('CREATE')) return this.#createTableAs(at)
    if (this.#cursor.at('INSERT')) return this.#insert(at)
    return this.#unload(at)
  }

  #createTableAs(at: Position): CreateTableAs {
    const cursor = this.#cursor
    cursor.expect('CREATE', 'TABLE')
    const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
    const table = this.#tableName()
    const properties = this.#properties()
    cursor.expect('AS')
    const query = this.#queries.query()
    let withData = true
    if (cursor.accept('WITH')) {
      withData = !cursor.accept('NO')
      cursor.expect('DATA')
    }
    const kind = 'createTableAs'
    return { kind, table, ifNotExists, properties, withData, query, parameterCount: 0, ...at }
  }

  #insert(at: Position): Insert {
    const cursor = this.#cursor
    cursor.expect('INSERT', 'INTO')
    const table = this.#tableName()
    const columns = this.#insertColumns()
    const query = this.#queries.query()
    return { kind: 'insert', table, columns, query, parameterCount: 0, ...at }
  }

  /** A bracket after the table's name opens a list of columns, unless a query stands in it. */
  #insertColumns(): readonly string[] | undefined {
    const cursor = this.#cursor
    const queries = ['SELECT', 'WITH', 'VALUES', 'TABLE', '(']
    if (!cursor.at('(') || queries.includes(cursor.peek(1).key)) return undefined
    cursor.expect('(')
    const names = cursor.list(() => lower(cursor.name()))
    cursor.expect(')')
    return names
  }

  #unload(at: Position): Unload {
    const cursor = this.#cursor
    cursor.expect('UNLOAD', '(')
    const query = this.#queries.query()
    cursor.expect(')', 'TO')
    const location = this.#string()
    const properties = this.#properties()
    return { kind: 'unload', location, properties, query, parameterCount: 0, ...at }
  }

  #tableName(): readonly string[] {
    const parts = [lower(this.#cursor.name())]
    while (this.#cursor.accept('.')) parts.push(lower(this.#cursor.name()))
    return parts
  }

  #properties(): WriteProperties {
    const cursor = this.#cursor
    const properties = new Map<string, string | readonly string[]>()
    if (!cursor.accept('WITH')) return properties
    cursor.expect('(')
    cursor.list(() => {
      const name = cursor.name()
      cursor.expect('=')
      if (properties.has(lower(name))) {
        throw syntaxError(name, `Duplicate property: ${name.text}`)
      }
      properties.set(lower(name), this.#value())
    })
    cursor.expect(')')
    return properties
  }

  #value(): string | readonly string[] {
    const cursor = this.#cursor
    if (cursor.accept('ARRAY', '[')) {
      if (cursor.accept(']')) return []
      const items = cursor.list(() => this.#string())
      cursor.expect(']')
      return items
    }
    const token = cursor.peek()
    if (token.kind === 'number' || token.key === 'TRUE' || token.key === 'FALSE') {
      return cursor.next().text.toLowerCase()
    }
    return this.#string()
  }

  #string(): string {
    if (this.#cursor.peek().kind !== 'string') this.#cursor.fail('<string>')
    return this.#cursor.next().text
  }
}

function lower(name: Name): string {
  return name.text.toLowerCase()
}
