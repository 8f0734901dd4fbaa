import type { Transaction } from '../database.ts'
import { transactionOver, type Execute } from './dialect.ts'
import type { StatementResult } from './statements.ts'
import type { SqlValue, Step } from './wire.ts'

/** Reads what is committed. */
export type ReadRun = (sql: string, parameters: readonly SqlValue[]) => StatementResult

const plainWrite = /^(?:insert|update|delete) /

/**
 * Runs the work of a transaction on what is committed: what it read and what it would write. Undefined when that cannot be told
 * ahead: it threw, it read behind its writes, or it wants to know what a write returns.
 */
export async function workAhead<R>(
  work: (tx: Transaction) => Promise<R>,
  read: ReadRun,
): Promise<{ readonly result: R; readonly steps: readonly Step[] } | undefined> {
  const steps: Step[] = []
  let hasWritten = false
  let isOver = false
  const execute: Execute = async (sql, parameters) => {
    if (isOver) throw new Error('a statement was run after its transaction had ended')
    if (sql.startsWith('select ')) {
      if (hasWritten) throw new Error('it reads what it may have written')
      const { rows } = read(sql, parameters)
      steps.push({ sql, parameters, rows: rows.map((row) => Object.values(row)) })
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
    const result = await work(transactionOver(execute))
    return { result, steps }
  } catch {
    // Whatever it is, the transaction itself will say so.
    return undefined
  } finally {
    isOver = true
  }
}
