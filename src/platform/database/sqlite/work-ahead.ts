import type { Transaction } from '../database.ts'
import type { Changes } from './changes.ts'
import { statementsOver, type Execute } from './dialect.ts'
import type { StatementResult } from './statements.ts'
import type { SqlValue } from './wire.ts'

/** A statement of a transaction whose statements are all known. */
export interface PlannedStep {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  readonly read?: PlannedRead
}

export interface PlannedRead {
  /** The rows that it gave, as the values of their columns. */
  readonly rows: readonly (readonly unknown[])[]
  /** The table that it reads and no other, with its generation before; undefined where that cannot be told. */
  readonly table: string | undefined
  readonly generation: number
}

/** Reads what is committed. */
export type ReadRun = (sql: string, parameters: readonly SqlValue[]) => StatementResult

type Found = Pick<StatementResult, 'rows' | 'values'>

const plainWrite = /^(?:insert|update|delete) /
const readsMax = 1000

/** Runs the work of transactions on what is committed, its writes held back. */
export class WorkAhead {
  readonly #read: ReadRun
  readonly #changes: Changes
  /**
   * By the text of a read: what it gave while its table has not changed. The rows are compared once more when the transaction is
   * made, so an answer that is out of date costs time and nothing else.
   */
  readonly #reads = new Map<
    string,
    { generation: number; readonly byParameters: Map<string, Found> }
  >()

  constructor(read: ReadRun, changes: Changes) {
    this.#read = read
    this.#changes = changes
  }

  /**
   * What the work read and what it would write. Undefined when that cannot be told ahead: it threw, it read behind its writes, or it
   * wants to know what a write returns.
   */
  async run<R>(
    work: (tx: Transaction) => Promise<R>,
  ): Promise<{ readonly result: R; readonly steps: readonly PlannedStep[] } | undefined> {
    const steps: PlannedStep[] = []
    let hasWritten = false
    let isOver = false
    const execute: Execute = async (sql, parameters) => {
      if (isOver) throw new Error('a statement was run after its transaction had ended')
      if (sql.startsWith('select ')) {
        if (hasWritten) throw new Error('it reads what it may have written')
        const table = this.#changes.tableReadBy(sql)
        const generation = this.#changes.generation(table === undefined ? undefined : [table])
        const { rows, values } = this.#find(sql, parameters, generation)
        steps.push({ sql, parameters, read: { rows: values, table, generation } })
        return { rows }
      }
      if (!plainWrite.test(sql) || sql.includes(' returning ')) {
        throw new Error('it wants to know what it has written')
      }
      hasWritten = true
      steps.push({ sql, parameters })
      return {}
    }
    try {
      const result = await work(statementsOver(execute))
      return { result, steps }
    } catch {
      // Whatever it is, the transaction itself will say so.
      return undefined
    } finally {
      isOver = true
    }
  }

  #find(sql: string, parameters: readonly SqlValue[], generation: number): Found {
    let known = this.#reads.get(sql)
    if (known?.generation !== generation) {
      if (this.#reads.size >= readsMax) this.#reads.clear()
      known = { generation, byParameters: new Map() }
      this.#reads.set(sql, known)
    }
    const name = parameters.map(nameOf).join('\0')
    let found = known.byParameters.get(name)
    if (!found) {
      found = this.#read(sql, parameters)
      if (known.byParameters.size < readsMax) known.byParameters.set(name, found)
    }
    return found
  }
}

function nameOf(value: SqlValue): string {
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('base64')
    : `${typeof value} ${value}`
}
