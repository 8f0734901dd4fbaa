import type { Compilable, CompiledQuery, Kysely } from 'kysely'

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
  readonly compiled: CompiledQuery
  /** Slots where arguments come in; the rest is always the same. */
  readonly parameters: readonly unknown[]
}

/**
 * A query that is built and compiled with its first use, for those that every request asks: building one costs as much as running
 * it. `build` must put each argument, or each column of a row, where a value goes and nowhere else, and decide nothing by them.
 */
export function prepared<T, Arguments extends readonly Argument[], Row>(
  build: (db: Kysely<T>, ...given: Arguments) => Compilable<Row>,
): (db: { tables<Own>(): Kysely<Own> }, ...given: Arguments) => Promise<Row[]> {
  const byDialect = new Map<unknown, Prepared>()
  return async ({ tables }, ...given) => {
    const db = tables<T>()
    const dialect = db.getExecutor().adapter.constructor
    let known = byDialect.get(dialect)
    if (!known) {
      const compiled = build(db, ...(given.map(slotsOf) as unknown as Arguments)).compile()
      known = { compiled, parameters: compiled.parameters }
      byDialect.set(dialect, known)
    }
    const parameters = known.parameters.map((slot) =>
      slot instanceof Slot ? take(slot, given) : slot,
    )
    const { rows } = await db.executeQuery<Row>({
      ...(known.compiled as CompiledQuery<Row>),
      parameters,
    })
    return rows
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
