/** Messages between the server's thread and the thread that owns SQLite's writer. */
import type { WatchLimits } from '#platform/watch'

/** What the thread is started with. */
export interface WriterData {
  readonly path: string
  /** Beats of the main thread, which the thread is to watch. */
  readonly watch: { readonly beats: Int32Array; readonly limits: WatchLimits } | undefined
}

/** A value that SQLite stores. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** A statement: its text, with a number when it will be sent again, and from then on that number alone. */
export type Statement = string | number | readonly [number: number, text: string]

export interface RunMessage {
  /** 0 when nobody waits for the answer; a failure then fails the batch at its commit. */
  readonly id: number
  readonly statement: Statement
  readonly parameters: readonly SqlValue[]
}

export interface RunAnswer {
  readonly id: number
  readonly rows?: readonly Record<string, unknown>[]
  readonly changes?: number
  readonly error?: WriterFailure
}

/** A statement of a transaction whose statements are all known. */
export interface Step {
  readonly statement: Statement
  readonly parameters: readonly SqlValue[]
  /** Of a read: the rows that it must still give, as the values of their columns. */
  readonly rows?: readonly (readonly unknown[])[]
}

/** Transactions whose statements are all known, one after the other. */
export interface StepsMessage {
  readonly id: number
  readonly transactions: readonly (readonly Step[])[]
  /** Begin SQLite's transaction before them, commit it behind them. */
  readonly begin: boolean
  readonly commit: boolean
}

export interface StepsAnswer {
  readonly id: number
  /** For each whether it was made. One that was not has left nothing: a read gave other rows, or a statement failed. */
  readonly made: readonly boolean[]
  /** SQLite's own transaction has failed, with everything in it. */
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
  if (value instanceof Uint8Array) return bytesAlone(value)
  throw new TypeError(`a ${typeof value} cannot be stored: make it text, a number or bytes`)
}

/** What a view may lie in besides: copying so much costs less than memory of its own. */
const aroundBytesMax = 256 * 1024

/** Who sends a view to another thread sends all that it lies in: of much else the bytes are taken alone. */
function bytesAlone(view: Uint8Array): Uint8Array {
  const { buffer } = view
  if ('detached' in buffer && buffer.detached)
    throw new TypeError('the bytes are not there any more')
  return buffer.byteLength - view.byteLength > aroundBytesMax ? new Uint8Array(view) : view
}
