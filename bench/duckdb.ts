import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { cpuSecondsOf } from './child.ts'

/** DuckDB without anything of ours: the limit for whatever runs on it. */
export interface PlainDuckdb extends AsyncDisposable {
  /** Milliseconds that the statements took, inside the process. */
  run(statements: readonly string[]): Promise<number>
  /** Processor seconds that its process has used. */
  cpuSeconds(): number
}

export function startDuckdb(threads: number): PlainDuckdb {
  const child = fork(join(import.meta.dirname, 'limits', 'duckdb.ts'), [String(threads)])
  const ended = once(child, 'exit')
  const failed = ended.then((): never => {
    throw new Error('DuckDB ended')
  })
  failed.catch(() => undefined)
  return {
    run: async (statements) => {
      const answer = new Promise<number>((resolve) => child.once('message', resolve))
      child.send(statements)
      return Promise.race([answer, failed])
    },
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await ended
    },
  }
}
