import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { PlainDuckdb } from './duckdb.ts'
import { progress } from './progress.ts'

/** A table that the engine makes itself, with hashes for its random numbers: the same rows in every run. */
export interface MadeTable {
  readonly name: string
  /** Hive's types. */
  readonly columns: string
  /** The first number of a row, and the one behind the last; one row of what is always the same. */
  readonly numbers?: (scale: number) => readonly [first: number, end: number]
  /** The engine's SQL: the columns in their order, of the rows whose numbers `from` gives as `i`. */
  readonly rows: (scale: number, from: string) => string
}

/** So many rows of the widest table are some 130 MB, which is what files of a lake are like. */
const rowsPerFile = 7_500_000

/** Writes each table to files of a folder of its own. */
export async function makeTables(
  plain: PlainDuckdb,
  tables: readonly MadeTable[],
  folder: string,
  scale: number,
): Promise<void> {
  for (const table of tables) {
    progress(`making ${table.name}`)
    await mkdir(join(folder, table.name), { recursive: true })
    const copies = madeFiles(table, scale).map(
      (rows, at) => `COPY (${rows}) TO '${folder}/${table.name}/${at}.parquet' (FORMAT parquet)`,
    )
    // To count is work of one thread.
    await plain.run(copies, Math.min(copies.length, availableParallelism()))
  }
}

/** The engine's SQL for the rows of each of a table's files. */
function madeFiles(table: MadeTable, scale: number): readonly string[] {
  const [first, end] = table.numbers?.(scale) ?? [0, 1]
  const files = Math.max(1, Math.ceil((end - first) / rowsPerFile))
  const bound = (at: number) => first + Math.floor(((end - first) * at) / files)
  return Array.from({ length: files }, (_, at) =>
    madeRows(table, scale, `range(${bound(at)}, ${bound(at + 1)}) AS t(i)`),
  )
}

/** The engine's SQL for rows of a table under its columns' names, in its columns' types: what reads them has nothing to convert. */
function madeRows({ columns, rows }: MadeTable, scale: number, from: string): string {
  const typed = [...columns.matchAll(/(?:^|, )(\w+) ((?:\([^)]*\)|[^,(])+)/g)]
  const names = typed.map(([, name]) => name)
  const items = typed.map(([, name, type]) => `CAST(${name} AS ${type}) AS ${name}`)
  return `SELECT ${items.join(', ')} FROM (${rows(scale, from)}) AS t(${names.join(', ')})`
}

/** 64 bits by the number of a row and the name of a column: an integer is hashed for a tenth of what a text costs. */
export const chance = (row: string, name: string) =>
  `hash(${row} + ${name.charCodeAt(0)}_000_000_000_000)`
export const pick = (seed: string, ...values: readonly string[]) =>
  `(ARRAY[${values.map((value) => `'${value}'`).join(', ')}])[1 + (${seed} % ${values.length})::INT]`
export const number = (seed: string, least: number, most: number) =>
  `(${least} + (${seed} % ${most - least + 1})::BIGINT)`
export const money = (seed: string, least: number, most: number) =>
  `((${number(seed, least * 100, most * 100)}) / 100.0)::DECIMAL(15,2)`
export const day = (seed: string, first: string, days: number) =>
  `(DATE '${first}' + ${number(seed, 0, days)}::INT)`
export const text = (seed: string) => `('comment ' || (${seed} % 100000)::VARCHAR)`
