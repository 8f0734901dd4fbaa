import type { Kysely } from 'kysely'

/**
 * The one transactional metadata database. Every module owns its tables and names them with its
 * own prefix (`stream_shards`, `object_versions`); a commit may span the tables of many modules.
 *
 * Portable SQL only, so that one repository serves SQLite and PostgreSQL: text, integers (times in
 * epoch milliseconds, booleans as 0 or 1), bytes, and JSON kept as text. Text that is sorted or
 * compared as a key sorts by its UTF-8 bytes.
 */
export interface Database extends Statements, AsyncDisposable {
  /**
   * Runs `work` as one atomic, serialised transaction and resolves when it is **durable** (fsynced).
   * Concurrent transactions share a commit; one that throws is rolled back alone. Inside `work`
   * there must be no input or output but the transaction's own statements: everybody else waits.
   * A transaction that takes longer than `transactionMsMax` is rolled back.
   */
  transaction<R>(work: (tx: Transaction) => Promise<R>): Promise<R>

  /**
   * As `transaction`, for work that reads first and then writes, at less cost: it runs on what is committed, its writes held back, and
   * what it read is compared once more when they are made. Where that has changed meanwhile, and whenever the work throws, reads behind its
   * writes or wants what they return, it runs again as `transaction`. So it changes nothing but by its statements, and does not look
   * at how many rows they changed.
   */
  optimistic<R>(work: (tx: Transaction) => Promise<R>): Promise<R>

  /**
   * Changes whenever what `tables` shows may have changed: what was read is still so while this has the same value as before
   * the read. NaN where nobody knows. With names: of these tables alone.
   */
  generation(tables?: readonly string[]): number

  /**
   * As `generation`, of those rows of one table whose primary key begins with these two values. It may change with rows of other keys too.
   */
  generationOf(table: string, key: readonly [string, string]): number

  close(): Promise<void>
}

/** A transaction under way: reads see its own writes. */
export type Transaction = Statements

/** What runs statements: of the database itself reads alone, which see everything that is committed. */
export interface Statements {
  /** Whose SQL it is. */
  readonly dialect: 'sqlite'
  /**
   * `T` maps table names to row types. Reads of the database run on the calling thread: keep them to index look-ups and pages.
   */
  tables<T>(): Kysely<T>
  /** Runs a statement that is compiled already, and gives its rows: what `prepared` does with each use. */
  rows<Row>(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]>
}

/** One step of a module's schema, run once per data folder, in the order given. */
export interface Migration {
  /** Unique for ever: `<module>-<number>-<what>`. */
  readonly name: string
  readonly up: (db: Kysely<unknown>) => Promise<void>
}
