import type { Position } from '../errors.ts'
import type { Aliased, Expression, Name, Relation } from './ast.ts'
import { Cursor } from './cursor.ts'
import { tokenize } from './lexer.ts'
import { QueryParser } from './query.ts'

/** A column and its new value. */
export interface Assignment extends Position {
  /** The column's name, lower case. */
  readonly target: string
  readonly value: Expression
}

interface Change extends Position {
  /** Parts of the table's name, lower case. */
  readonly table: readonly string[]
  readonly parameterCount: number
}

/** https://docs.aws.amazon.com/athena/latest/ug/delete-statement.html */
export interface Delete extends Change {
  readonly kind: 'delete'
  readonly where: Expression | undefined
}

/** https://docs.aws.amazon.com/athena/latest/ug/update-statement.html */
export interface Update extends Change {
  readonly kind: 'update'
  readonly assignments: readonly Assignment[]
  readonly where: Expression | undefined
}

export type MergeCase = Position & { readonly condition: Expression | undefined } & (
    | { readonly kind: 'update'; readonly assignments: readonly Assignment[] }
    | { readonly kind: 'delete' }
    | {
        readonly kind: 'insert'
        /** Lower case; undefined when they are not named. */
        readonly columns: readonly string[] | undefined
        readonly values: readonly Expression[]
      }
  )

/** https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html */
export interface Merge extends Change, Aliased {
  readonly kind: 'merge'
  readonly source: Relation
  readonly on: Expression
  readonly cases: readonly MergeCase[]
}

export type RowChange = Delete | Update | Merge

/** Parses DELETE, UPDATE or MERGE. Error: `SyntaxError`. */
export function parseRowChange(sql: string): RowChange {
  return new RowChangeParser(new Cursor(tokenize(sql))).statement()
}

class RowChangeParser {
  readonly #cursor: Cursor
  readonly #queries: QueryParser

  constructor(cursor: Cursor) {
    this.#cursor = cursor
    this.#queries = new QueryParser(cursor)
  }

  statement(): RowChange {
    const at = this.#at()
    const statement = this.#statement(at)
    this.#cursor.accept(';')
    if (this.#cursor.peek().kind !== 'end') this.#cursor.fail('<EOF>')
    return { ...statement, parameterCount: this.#queries.expressions.parameterCount }
  }

  #statement(at: Position): RowChange {
    const cursor = this.#cursor
    if (cursor.accept('DELETE')) {
      cursor.expect('FROM')
      const table = this.#tableName()
      return { kind: 'delete', table, where: this.#where(), parameterCount: 0, ...at }
    }
    if (cursor.accept('UPDATE')) {
      const table = this.#tableName()
      cursor.expect('SET')
      const assignments = cursor.list(() => this.#assignment())
      return { kind: 'update', table, assignments, where: this.#where(), parameterCount: 0, ...at }
    }
    return this.#merge(at)
  }

  #merge(at: Position): Merge {
    const cursor = this.#cursor
    cursor.expect('MERGE', 'INTO')
    const table = this.#tableName()
    const named = cursor.accept('AS') || (cursor.atImplicitAlias() && !cursor.at('USING'))
    const alias = named ? cursor.name() : undefined
    cursor.expect('USING')
    const source = this.#queries.relations.relation()
    cursor.expect('ON')
    const on = this.#queries.expressions.expression()
    const cases: MergeCase[] = []
    do cases.push(this.#case())
    while (cursor.at('WHEN'))
    const target = alias ? { alias, columns: [] } : { columns: [] }
    return { kind: 'merge', table, ...target, source, on, cases, parameterCount: 0, ...at }
  }

  #case(): MergeCase {
    const cursor = this.#cursor
    const at = this.#at()
    cursor.expect('WHEN')
    const isMissing = cursor.accept('NOT')
    cursor.expect('MATCHED')
    const condition = cursor.accept('AND') ? this.#queries.expressions.expression() : undefined
    cursor.expect('THEN')
    if (isMissing) {
      cursor.expect('INSERT')
      const columns = cursor.at('(') ? this.#bracketed(() => lower(cursor.name())) : undefined
      cursor.expect('VALUES')
      const values = this.#bracketed(this.#queries.expressions.expression)
      return { kind: 'insert', condition, columns, values, ...at }
    }
    if (cursor.accept('DELETE')) return { kind: 'delete', condition, ...at }
    cursor.expect('UPDATE', 'SET')
    const assignments = cursor.list(() => this.#assignment())
    return { kind: 'update', condition, assignments, ...at }
  }

  #bracketed<T>(item: () => T): T[] {
    this.#cursor.expect('(')
    const items = this.#cursor.list(item)
    this.#cursor.expect(')')
    return items
  }

  #assignment(): Assignment {
    const at = this.#at()
    let target = lower(this.#cursor.name())
    // A name before the column is the table's own.
    if (this.#cursor.accept('.')) target = lower(this.#cursor.name())
    this.#cursor.expect('=')
    return { target, value: this.#queries.expressions.expression(), ...at }
  }

  #where(): Expression | undefined {
    return this.#cursor.accept('WHERE') ? this.#queries.expressions.expression() : undefined
  }

  #tableName(): readonly string[] {
    const parts = [lower(this.#cursor.name())]
    while (this.#cursor.accept('.')) parts.push(lower(this.#cursor.name()))
    return parts
  }

  #at(): Position {
    const { line, column } = this.#cursor.peek()
    return { line, column }
  }
}

function lower(name: Name): string {
  return name.text.toLowerCase()
}
