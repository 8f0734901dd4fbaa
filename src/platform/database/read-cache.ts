import { BoundedCache, type CacheBounds } from '#kit'
import type { Database } from './database.ts'

/** Rows of one table whose primary key begins with these two values. */
export interface RowsOfKey<Table extends string> {
  readonly table: Table
  readonly key: readonly [string, string]
}

export interface ReadOptions<R, Table extends string> {
  /** What else the answer is made of. */
  readonly rows?: RowsOfKey<Table>
  /** About how much memory an answer takes, in characters. Default: none but what its name takes. */
  lengthOf?(answer: R): number
}

interface Kept {
  readonly generation: number
  readonly answer: unknown
}

/** Answers from some tables of the database, each kept until these are changed. An error is not kept. */
export class ReadCache<Table extends string> {
  readonly #database: Database
  readonly #tables: readonly Table[]
  readonly #answers: BoundedCache<string, Kept>

  /** The lengths of `bounds` are those of names and answers, in characters. */
  constructor(database: Database, tables: readonly Table[], bounds: CacheBounds) {
    this.#database = database
    this.#tables = tables
    this.#answers = new BoundedCache(bounds)
  }

  /**
   * The answer that `read` gave under this name, or gives now; it may ask the tables, and beside them the rows that are named. It is
   * shared: nobody may change it.
   */
  get<R>(
    name: string,
    read: () => Promise<R>,
    options: ReadOptions<R, Table> = {},
  ): R | Promise<R> {
    const generation = this.#generation(options.rows)
    const known = this.#answers.get(name)
    if (known?.generation === generation) return known.answer as R
    return this.#read(name, read, generation, options)
  }

  async #read<R>(
    name: string,
    read: () => Promise<R>,
    generation: number,
    { rows, lengthOf }: ReadOptions<R, Table>,
  ): Promise<R> {
    const answer = await read()
    // The same before and after: no commit came between.
    if (this.#generation(rows) === generation) {
      const length = name.length + (lengthOf?.(answer) ?? 0)
      this.#answers.set(name, { generation, answer }, length)
    }
    return answer
  }

  /** Both only grow, so that their sum changes when one of them does. */
  #generation(rows: RowsOfKey<Table> | undefined): number {
    const ofTables = this.#database.generation(this.#tables)
    return rows ? ofTables + this.#database.generationOf(rows.table, rows.key) : ofTables
  }
}
