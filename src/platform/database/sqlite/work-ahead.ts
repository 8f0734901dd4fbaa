import type { Transaction } from '../database.ts'
import type { Asked, Changes } from './changes.ts'
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
  /** What it reads and nothing else; undefined where that cannot be told. */
  readonly asked: Asked | undefined
  /** Of that, before. */
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
   * By the text of a read and its parameters: what it gave while what it asks has not changed. The rows are compared once more when the
   * transaction is made, so an answer that is out of date costs time and nothing else.
   */
  readonly #reads = new Map<string, Map<string, Found & { readonly generation: number }>>()

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
        const asked = this.#changes.askedBy(sql, parameters)
        const generation = asked ? this.#changes.generationAsked(asked) : this.#changes.generation()
        const { rows, values } = this.#find(sql, parameters, generation)
        steps.push({ sql, parameters, read: { rows: values, asked, generation } })
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
    if (!known) {
      if (this.#reads.size >= readsMax) this.#reads.clear()
      known = new Map()
      this.#reads.set(sql, known)
    }
    const name = parameters.map(nameOf).join('\0')
    const before = known.get(name)
    if (before?.generation === generation) return before
    const { rows, values } = this.#read(sql, parameters)
    if (known.size >= readsMax) known.clear()
    known.set(name, { generation, rows, values })
    return { rows, values }
  }
}

function nameOf(value: SqlValue): string {
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('base64')
    : `${typeof value} ${value}`
}
