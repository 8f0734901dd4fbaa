import { BoundedCache } from '#kit'
import type { Transaction } from '../database.ts'
import { lengthOfValues } from '../lengths.ts'
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
/** Reads that are known, and the characters and bytes of their rows. */
const bounds = { countMax: 1_000, lengthMax: 4 * 1024 * 1024, lengthEachMax: 64 * 1024 }
const textsMax = 1000

/** Runs the work of transactions on what is committed, its writes held back. */
export class WorkAhead {
  readonly #read: ReadRun
  readonly #changes: Changes
  /**
   * By the number of a read's text and its parameters: what it gave while what it asks has not changed.
   */
  readonly #reads = new BoundedCache<string, Found & { readonly generation: number }>(bounds)
  /** Each text has a number of its own, which no other ever has. */
  readonly #texts = new BoundedCache<string, number>({ countMax: textsMax })
  #nextText = 0

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
    const name = this.#nameOf(sql, parameters)
    const known = this.#reads.get(name)
    if (known?.generation === generation) return known
    const { rows, values } = this.#read(sql, parameters)
    let length = name.length
    for (const row of values) length += lengthOfValues(row)
    if (!Number.isNaN(generation)) this.#reads.set(name, { generation, rows, values }, length)
    return { rows, values }
  }

  /** Another one for each text and its parameters: texts tell their lengths, for they may hold any mark. */
  #nameOf(sql: string, parameters: readonly SqlValue[]): string {
    let text = this.#texts.get(sql)
    if (text === undefined) {
      text = this.#nextText++
      this.#texts.set(sql, text)
    }
    let name = String(text)
    for (const value of parameters) {
      if (typeof value === 'string') name += ` ${value.length}:${value}`
      else if (value instanceof Uint8Array) name += ` b${Buffer.from(value).toString('base64')}`
      else name += typeof value === 'bigint' ? ` i${value}` : ` n${value}`
    }
    return name
  }
}
