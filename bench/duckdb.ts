import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** DuckDB without anything of ours: the limit for whatever runs on it. */
export interface PlainDuckdb extends AsyncDisposable {
  /** Milliseconds that the statements took, inside the process. */
  run(statements: readonly string[]): Promise<number>
}

export function startDuckdb(threads: number): PlainDuckdb {
  const child = fork(join(import.meta.dirname, 'limits', 'duckdb.ts'), [String(threads)])
  return {
    run: async (statements) => {
      const answer = once(child, 'message') as Promise<[number]>
      const failed = once(child, 'exit').then(() => {
        throw new Error('DuckDB ended')
      })
      child.send(statements)
      const [elapsedMs] = await Promise.race([answer, failed])
      return elapsedMs
    },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
