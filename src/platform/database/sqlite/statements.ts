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

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) {
      this.#statements.delete(sql)
      this.#statements.set(sql, known)
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

interface Prepared {
  readonly statement: StatementSync
  /** Asking for the columns costs as much as a look-up. */
  readonly hasRows: boolean
}
