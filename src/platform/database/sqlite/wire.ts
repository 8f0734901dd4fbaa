/** Messages between the server's thread and the thread that owns SQLite's writer. */

/** A value that SQLite stores. */
export type SqlValue = string | number | bigint | Uint8Array | null

export interface RunMessage {
  /** 0 when nobody waits for the answer; a failure then fails the batch at its commit. */
  readonly id: number
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

export interface RunAnswer {
  readonly id: number
  readonly rows?: readonly Record<string, unknown>[]
  readonly changes?: number
  readonly error?: WriterFailure
}

export interface WriterFailure {
  readonly message: string
  /** SQLite's extended result code, e.g. 2067 for a unique constraint. */
  readonly errcode: number | undefined
  /** The failure ended SQLite's own transaction: everything in the batch is gone. */
  readonly transactionLost: boolean
}

/** What a Kysely parameter becomes in SQLite. */
export function toSqlValue(value: unknown): SqlValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`a ${typeof value} cannot be stored: make it text, a number or bytes`)
}
