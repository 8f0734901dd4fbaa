import { syntaxError } from '../errors.ts'
import { TokenWalk } from '../token-walk.ts'
import { type HiveToken, tokenizeHive } from './lexer.ts'
import type { DdlColumn, PartitionSpec, TableName } from './statements.ts'

const catalogName = 'awsdatacatalog'
/** As deep as types may be. */
const depthMax = 200

/** Reads the tokens of a statement of DDL, and the parts that several statements share. */
export class DdlCursor extends TokenWalk<HiveToken> {
  readonly #sql: string

  constructor(sql: string) {
    super(tokenizeHive(sql))
    this.#sql = sql
  }

  /** The text from here on, without a semicolon at its end. */
  rest(): string {
    return this.#sql.slice(this.peek().start).replace(/;\s*$/, '')
  }

  pattern(): string | undefined {
    const like = this.accept('LIKE')
    return like || this.peek().kind === 'string' ? this.string() : undefined
  }

  partitionSpec(): PartitionSpec {
    this.expect('PARTITION')
    return this.bracketed(() => {
      const key = this.name()
      const operator = this.next()
      if (!['=', '<', '>', '<=', '>=', '<>', '!='].includes(operator.key)) {
        this.unexpected(operator, `'='`)
      }
      return { key, operator: operator.key, value: this.#partitionValue() }
    })
  }

  /** A text, a number, or a date: `'a'`, `-1.5`, `DATE '2024-01-01'`. */
  #partitionValue(): string {
    const negative = this.accept('-')
    if (this.at('DATE') && this.peek(1).kind === 'string') this.next()
    const value = this.next()
    if (value.kind !== 'string' && value.kind !== 'word') {
      this.unexpected(value, '<value>')
    }
    const fraction = value.kind === 'word' && this.accept('.') ? `.${this.next().text}` : ''
    return `${negative ? '-' : ''}${value.text}${fraction}`
  }

  columns(): DdlColumn[] {
    return this.bracketed(() => {
      const name = this.name()
      const type = this.type()
      return { name, type, comment: this.accept('COMMENT') ? this.string() : undefined }
    })
  }

  /** A type as the catalog keeps it: `struct<a:int,b:array<string>>`. */
  type(depth = 0): string {
    const token = this.next()
    if (depth > depthMax) throw syntaxError(token, 'the type is nested too deeply')
    if (token.kind !== 'word') this.unexpected(token, '<type>')
    const name = token.text.toLowerCase()
    if (this.accept('<')) {
      let text = `${name}<`
      do {
        if (name === 'struct') {
          const field = this.name()
          this.expect(':')
          text += `${field}:`
        }
        text += this.type(depth + 1)
        if (name === 'struct' && this.accept('COMMENT')) this.string()
        if (this.at(',')) text += ','
      } while (this.accept(','))
      this.expect('>')
      return `${text}>`
    }
    if (this.accept('(')) {
      const numbers = [this.next().text]
      while (this.accept(',')) numbers.push(this.next().text)
      this.expect(')')
      return `${name}(${numbers.join(',')})`
    }
    return name === 'integer' ? 'int' : name
  }

  properties(): Readonly<Record<string, string>> {
    const entries = this.bracketed(() => {
      const key = this.string()
      this.expect('=')
      return [key, this.string()] as const
    })
    return Object.fromEntries(entries)
  }

  bracketed<T>(item: () => T): T[] {
    this.expect('(')
    const items = this.list(item)
    this.expect(')')
    return items
  }

  /** `table`, `db.table` or `catalog.db.table`; double quotes only where the statement is Trino's. */
  tableName(doubleQuotes = false): TableName {
    const parts = [this.name(doubleQuotes)]
    while (this.accept('.')) parts.push(this.name(doubleQuotes))
    // Hive takes the whole of `db.table` in one pair of backquotes too.
    const flat = parts.length === 1 ? parts[0]!.split('.') : parts
    if (flat.length > 3 || (flat.length === 3 && flat[0] !== catalogName)) this.fail('<table>')
    return { table: flat.at(-1)!, database: flat.at(-2) }
  }

  name(doubleQuotes = false): string {
    const token = this.next()
    const named =
      token.kind === 'word' || token.kind === 'quoted' || (doubleQuotes && token.kind === 'string')
    if (!named) this.unexpected(token, '<identifier>')
    return token.text.toLowerCase()
  }

  string(): string {
    const token = this.next()
    if (token.kind !== 'string') this.unexpected(token, '<string>')
    return token.text
  }
}
