import type { Compilable, Kysely } from 'kysely'
import type { Statements } from './database.ts'

type Value = string | number | bigint | Uint8Array | null
/** A value, or a row whose columns are always the same. */
type Argument = Value | object

/** Stands for a value while a query is built: its place among the arguments, and its column when that is a row. */
class Slot {
  readonly argument: number
  readonly column: string | undefined

  constructor(argument: number, column?: string) {
    this.argument = argument
    this.column = column
  }
}

interface Prepared {
  readonly sql: string
  /** Slots where arguments come in; the rest is always the same. */
  readonly parameters: readonly unknown[]
}

/**
 * A query that is built and compiled with its first use, for those that every request asks: building one costs as much as running
 * it. `build` must put each argument, or each column of a row, where a value goes and nowhere else, and decide nothing by them.
 */
export function prepared<T, Arguments extends readonly Argument[], Row>(
  build: (db: Kysely<T>, ...given: Arguments) => Compilable<Row>,
): (
  db: Pick<Statements, 'dialect' | 'tables' | 'rows'>,
  ...given: Arguments
) => Promise<readonly Row[]> {
  const byDialect = new Map<Statements['dialect'], Prepared>()
  return (db, ...given) => {
    let known = byDialect.get(db.dialect)
    if (!known) {
      const slots = given.map(slotsOf) as unknown as Arguments
      known = build(db.tables<T>(), ...slots).compile()
      byDialect.set(db.dialect, known)
    }
    const parameters = known.parameters.map((slot) =>
      slot instanceof Slot ? take(slot, given) : slot,
    )
    return db.rows<Row>(known.sql, parameters)
  }
}

function slotsOf(argument: Argument, at: number): unknown {
  if (!isRow(argument)) return new Slot(at)
  return Object.fromEntries(Object.keys(argument).map((column) => [column, new Slot(at, column)]))
}

function take({ argument, column }: Slot, given: readonly Argument[]): unknown {
  const value = given[argument]
  return column === undefined ? value : (value as Readonly<Record<string, unknown>>)[column]
}

function isRow(argument: Argument): argument is object {
  return typeof argument === 'object' && argument !== null && !(argument instanceof Uint8Array)
}
