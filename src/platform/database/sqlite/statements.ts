import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BoundedCache } from '#kit'
import type { SqlValue } from './wire.ts'

/** Those of statements that are kept, and of their texts. */
const bounds = { countMax: 500, lengthMax: 2 * 1024 * 1024 }

export interface StatementResult {
  readonly rows: Record<string, unknown>[]
  /** The same rows, as the values of their columns. */
  readonly values: readonly (readonly unknown[])[]
  readonly changes: number
}

/** Prepared statements of one connection, kept by their text, the least recently used dropped first. */
export class StatementCache {
  readonly #database: DatabaseSync
  readonly #statements = new BoundedCache<string, Prepared>(bounds)

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run(sql: string, parameters: readonly SqlValue[]): StatementResult {
    const { statement, columns } = this.#prepare(sql)
    if (columns.length > 0) {
      const values = statement.all(...parameters) as unknown as unknown[][]
      return { rows: values.map((row) => toRow(columns, row)), values, changes: 0 }
    }
    return { rows: [], values: [], changes: Number(statement.run(...parameters).changes) }
  }

  /** Whether a read still gives these rows. */
  gives(
    sql: string,
    parameters: readonly SqlValue[],
    rows: readonly (readonly unknown[])[],
  ): boolean {
    const found = this.#prepare(sql).statement.all(...parameters) as unknown as unknown[][]
    return found.length === rows.length && found.every((row, at) => isSame(row, rows[at]!))
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    const columns = statement.columns().map((column) => column.name)
    if (columns.length > 0) statement.setReturnArrays(true)
    const prepared = { statement, columns }
    this.#statements.set(sql, prepared, sql.length)
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
  /** Its rows come as arrays: as objects they would be dictionaries, each with its own names. */
  readonly statement: StatementSync
  /** Their names: none of a statement that gives no rows. Asking for them costs as much as a look-up. */
  readonly columns: readonly string[]
}

function toRow(columns: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let at = 0; at < columns.length; at += 1) row[columns[at]!] = values[at]
  return row
}
