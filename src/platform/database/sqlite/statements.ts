import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SqlValue } from './wire.ts'

const statementsMax = 500

export interface StatementResult {
  readonly rows: Record<string, unknown>[]
  readonly changes: number
}

/** Prepared statements of one connection, kept by their text, the least recently used dropped first. */
export class StatementCache {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run(sql: string, parameters: readonly SqlValue[]): StatementResult {
    const { statement, hasRows } = this.#prepare(sql)
    if (hasRows) {
      return { rows: statement.all(...parameters) as Record<string, unknown>[], changes: 0 }
    }
    return { rows: [], changes: Number(statement.run(...parameters).changes) }
  }

  /** Whether a read still gives these rows. */
  gives(
    sql: string,
    parameters: readonly SqlValue[],
    rows: readonly (readonly unknown[])[],
  ): boolean {
    const found = this.#prepare(sql).statement.all(...parameters) as Record<string, unknown>[]
    return (
      found.length === rows.length &&
      found.every((row, at) => isSame(Object.values(row), rows[at]!))
    )
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) {
      // Which was used last matters only when some will have to go.
      if (this.#statements.size > statementsMax / 2) {
        this.#statements.delete(sql)
        this.#statements.set(sql, known)
      }
      return known
    }
    const statement = this.#database.prepare(sql)
    const prepared = { statement, hasRows: statement.columns().length > 0 }
    this.#statements.set(sql, prepared)
    if (this.#statements.size > statementsMax) {
      this.#statements.delete(this.#statements.keys().next().value!)
    }
    return prepared
  }
}

function isSame(values: readonly unknown[], others: readonly unknown[]): boolean {
  return (
    values.length === others.length &&
    values.every((value, at) => {
      const other = others[at]
      if (value === other) return true
      return value instanceof Uint8Array && other instanceof Uint8Array && isEqual(value, other)
    })
  )
}

function isEqual(bytes: Uint8Array, others: Uint8Array): boolean {
  return Buffer.compare(bytes, others) === 0
}

interface Prepared {
  readonly statement: StatementSync
  /** Asking for the columns costs as much as a look-up. */
  readonly hasRows: boolean
}
