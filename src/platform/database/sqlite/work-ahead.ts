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
/** What was kept without being of use is made up for by so many that are; a text that has no credit left is tried once in a while. */
const worth = { creditMax: 64, perHit: 4, tryEvery: 64 } as const

/** The text of a read. */
interface Text {
  /** No other ever has it. */
  readonly number: number
  /** Whether keeping what it gave has been of use: most reads change with what is written behind them. */
  credit: number
  asked: number
}

/** Runs the work of transactions on what is committed, its writes held back. */
export class WorkAhead {
  readonly #read: ReadRun
  readonly #changes: Changes
  /**
   * By the number of a read's text and its parameters: what it gave while what it asks has not changed.
   */
  readonly #reads = new BoundedCache<string, Found & { readonly generation: number }>(bounds)
  readonly #texts = new BoundedCache<string, Text>({ countMax: textsMax })
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
    const text = this.#textOf(sql)
    text.asked += 1
    if (text.credit <= 0 && text.asked % worth.tryEvery !== 0) return this.#read(sql, parameters)
    const name = nameOf(text, parameters)
    const known = this.#reads.get(name)
    if (known?.generation === generation) {
      text.credit = Math.min(text.credit + worth.perHit, worth.creditMax)
      return known
    }
    text.credit = Math.max(text.credit - 1, 0)
    const { rows, values } = this.#read(sql, parameters)
    let length = name.length
    for (const row of values) length += lengthOfValues(row)
    if (!Number.isNaN(generation)) this.#reads.set(name, { generation, rows, values }, length)
    return { rows, values }
  }

  #textOf(sql: string): Text {
    const known = this.#texts.get(sql)
    if (known) return known
    const text = { number: this.#nextText++, credit: worth.creditMax, asked: 0 }
    this.#texts.set(sql, text)
    return text
  }
}

/** Another one for each text and its parameters: texts tell their lengths, for they may hold any mark. */
function nameOf({ number }: Text, parameters: readonly SqlValue[]): string {
  let name = String(number)
  for (const value of parameters) {
    if (typeof value === 'string') name += ` ${value.length}:${value}`
    else if (value instanceof Uint8Array) name += ` b${Buffer.from(value).toString('base64')}`
    else name += typeof value === 'bigint' ? ` i${value}` : ` n${value}`
  }
  return name
}
