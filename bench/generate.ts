/** A table that the engine makes itself, with hashes for its random numbers: the same rows in every run. */
export interface MadeTable {
  readonly name: string
  /** Hive's types. */
  readonly columns: string
  /** The engine's SQL: the columns in their order. */
  readonly rows: (scale: number) => string
}

/** The engine's SQL for all rows of a table under its columns' names, in its columns' types: what reads them has nothing to convert. */
export function madeRows({ columns, rows }: MadeTable, scale: number): string {
  const typed = [...columns.matchAll(/(?:^|, )(\w+) ((?:\([^)]*\)|[^,(])+)/g)]
  const names = typed.map(([, name]) => name)
  const items = typed.map(([, name, type]) => `CAST(${name} AS ${type}) AS ${name}`)
  return `SELECT ${items.join(', ')} FROM (${rows(scale)}) AS t(${names.join(', ')})`
}

export const pick = (seed: string, ...values: readonly string[]) =>
  `(ARRAY[${values.map((value) => `'${value}'`).join(', ')}])[1 + (hash(${seed}) % ${values.length})::INT]`
export const number = (seed: string, least: number, most: number) =>
  `(${least} + (hash(${seed}) % ${most - least + 1})::BIGINT)`
export const money = (seed: string, least: number, most: number) =>
  `((${number(seed, least * 100, most * 100)}) / 100.0)::DECIMAL(15,2)`
export const day = (seed: string, first: string, days: number) =>
  `(DATE '${first}' + ${number(seed, 0, days)}::INT)`
export const text = (seed: string) => `('comment ' || (hash(${seed}) % 100000)::VARCHAR)`
