import type { Position } from '../errors.ts'

/** A column that stands outside of every aggregate. */
interface LooseColumn extends Position {
  readonly name: string
  readonly sql: string
}

/** An expression around columns: those from a place on, up to another one. */
interface Enclosing {
  readonly sql: string
  readonly from: number
  readonly to: number
}

/** Names of lambdas are fresh in each analysis. */
const plain = (sql: string) => sql.replaceAll(/\bl\d+\b/g, 'l')

/** How far the list is: what comes later can be told from what was there. */
export interface LoosePlace {
  readonly columns: number
  readonly around: number
}

/**
 * The columns of a SELECT that stand outside of aggregates, and the expressions around them. A chain of thousands of operators has as many
 * expressions, each around all columns before: so an expression is noted once, with where its columns stand.
 */
export class LooseColumns {
  #columns: LooseColumn[] = []
  #around: Enclosing[] = []

  place(): LoosePlace {
    return { columns: this.#columns.length, around: this.#around.length }
  }

  add(column: LooseColumn): void {
    this.#columns.push(column)
  }

  /** The expression stands around what has come since then. */
  enclose(sql: string, { columns: from }: LoosePlace): void {
    const to = this.#columns.length
    if (to > from) this.#around.push({ sql, from, to })
  }

  /** Forgets what has come since then, by default everything. */
  drop({ columns, around }: LoosePlace = { columns: 0, around: 0 }): void {
    this.#columns.length = columns
    this.#around.length = around
  }

  append(more: LooseColumns): void {
    const before = this.#columns.length
    for (const column of more.#columns) this.#columns.push(column)
    for (const { sql, from, to } of more.#around) {
      this.#around.push({ sql, from: from + before, to: to + before })
    }
  }

  /** The first column that is none of the keys, nor within one of them. */
  firstOutside(keys: readonly string[]): LooseColumn | undefined {
    const known = new Set(keys.map(plain))
    const charsMax = Math.max(...keys.map((key) => key.length), 0) * 2
    const isKey = (sql: string) => sql.length <= charsMax && known.has(plain(sql))
    const covered = new Uint8Array(this.#columns.length)
    for (const { sql, from, to } of this.#around) if (isKey(sql)) covered.fill(1, from, to)
    return this.#columns.find(({ sql }, index) => covered[index] === 0 && !isKey(sql))
  }
}
