import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { cpuSecondsOf } from './child.ts'

/** DuckDB without anything of ours: the limit for whatever runs on it. */
export interface PlainDuckdb extends AsyncDisposable {
  /** Milliseconds that the statements took, inside the process. `atOnce`: so many of them at a time, in no order. */
  run(statements: readonly string[], atOnce?: number): Promise<number>
  /** What a statement gives, as text. */
  rows(statement: string): Promise<DuckdbAnswer['rows']>
  /** Processor seconds that its process has used. */
  cpuSeconds(): number
}

export interface DuckdbRequest {
  readonly statements: readonly string[]
  readonly atOnce: number
  readonly wantsRows: boolean
}

export interface DuckdbAnswer {
  readonly ms: number
  readonly rows: readonly (readonly (string | null)[])[]
}

/** `memoryMib`: else it takes four fifths of the machine's. */
export function startDuckdb(threads: number, memoryMib?: number): PlainDuckdb {
  const limits = [threads, ...(memoryMib === undefined ? [] : [memoryMib])]
  const child = fork(join(import.meta.dirname, 'limits', 'duckdb.ts'), limits.map(String))
  const ended = once(child, 'exit')
  const failed = ended.then((): never => {
    throw new Error('DuckDB ended')
  })
  failed.catch(() => undefined)
  const ask = async (request: DuckdbRequest) => {
    const answer = new Promise<DuckdbAnswer>((resolve) => child.once('message', resolve))
    child.send(request)
    return Promise.race([answer, failed])
  }
  return {
    run: async (statements, atOnce = 1) => (await ask({ statements, atOnce, wantsRows: false })).ms,
    rows: async (statement) =>
      (await ask({ statements: [statement], atOnce: 1, wantsRows: true })).rows,
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await ended
    },
  }
}
