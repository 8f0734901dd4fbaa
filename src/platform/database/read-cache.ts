import type { Database } from './database.ts'

/** Rows of one table whose primary key begins with these two values. */
export interface RowsOfKey<Table extends string> {
  readonly table: Table
  readonly key: readonly [string, string]
}

/** Answers from some tables of the database, each kept until these are changed. An error is not kept. */
export class ReadCache<Table extends string> {
  readonly #database: Database
  readonly #tables: readonly Table[]
  readonly #entriesMax: number
  readonly #answers = new Map<string, { readonly generation: number; readonly answer: unknown }>()

  constructor(database: Database, tables: readonly Table[], entriesMax: number) {
    this.#database = database
    this.#tables = tables
    this.#entriesMax = entriesMax
  }

  /**
   * The answer that `read` gave under this name, or gives now; it may ask the tables, and beside them the rows that are named. It is
   * shared: nobody may change it. What `keeps` refuses is not kept.
   */
  get<R>(
    name: string,
    read: () => Promise<R>,
    { rows, keeps }: { readonly rows?: RowsOfKey<Table>; keeps?(answer: R): boolean } = {},
  ): R | Promise<R> {
    const generation = this.#generation(rows)
    const known = this.#answers.get(name)
    if (known?.generation === generation) return known.answer as R
    return this.#read(name, read, generation, rows, keeps)
  }

  async #read<R>(
    name: string,
    read: () => Promise<R>,
    generation: number,
    rows: RowsOfKey<Table> | undefined,
    keeps: ((answer: R) => boolean) | undefined,
  ): Promise<R> {
    const answer = await read()
    // The same before and after: no commit came between.
    if (this.#generation(rows) === generation && keeps?.(answer) !== false) {
      if (this.#answers.size >= this.#entriesMax) this.#answers.clear()
      this.#answers.set(name, { generation, answer })
    }
    return answer
  }

  /** Both only grow, so that their sum changes when one of them does. */
  #generation(rows: RowsOfKey<Table> | undefined): number {
    const ofTables = this.#database.generation(this.#tables)
    return rows ? ofTables + this.#database.generationOf(rows.table, rows.key) : ofTables
  }
}
