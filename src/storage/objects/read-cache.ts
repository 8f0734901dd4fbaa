import type { Database } from '#platform/database'
import type { ObjectTables } from './tables.ts'

/** Answers from some tables of the database, each kept until these are changed. An error is not kept. */
export class ReadCache {
  readonly #database: Database
  readonly #tables: readonly (keyof ObjectTables)[]
  readonly #entriesMax: number
  readonly #answers = new Map<string, unknown>()
  #generation = Number.NaN

  constructor(database: Database, tables: readonly (keyof ObjectTables)[], entriesMax: number) {
    this.#database = database
    this.#tables = tables
    this.#entriesMax = entriesMax
  }

  /** The answer that `read` gave under this name, or gives now. It is shared: nobody may change it. */
  get<R>(name: string, read: () => Promise<R>): R | Promise<R> {
    const generation = this.#database.generation(this.#tables)
    if (generation !== this.#generation) {
      this.#answers.clear()
      this.#generation = generation
    }
    const known = this.#answers.get(name)
    return known === undefined ? this.#read(name, read, generation) : (known as R)
  }

  async #read<R>(name: string, read: () => Promise<R>, generation: number): Promise<R> {
    const answer = await read()
    // The same before and after: no commit came between.
    if (this.#database.generation(this.#tables) === generation && this.#generation === generation) {
      if (this.#answers.size >= this.#entriesMax) this.#answers.clear()
      this.#answers.set(name, answer)
    }
    return answer
  }
}
