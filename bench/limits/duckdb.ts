/*
 * DuckDB alone, in a process of its own that stays open: runs the statements that it is sent and answers how long they took, and what
 * the last one gave where that is asked. Arguments: threads, and a limit of memory in MiB.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckdbAnswer, DuckdbRequest } from '../duckdb.ts'

const [, , threads = '1', memoryMib] = process.argv
const instance = await DuckDBInstance.create(':memory:', {
  threads,
  ...(memoryMib === undefined ? {} : { memory_limit: `${memoryMib}MiB` }),
})
const connection = await instance.connect()

process.on('message', async ({ statements, atOnce, wantsRows }: DuckdbRequest) => {
  const started = performance.now()
  const left = [...statements]
  let rows: readonly (readonly (string | null)[])[] = []
  const work = async (on: typeof connection) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const found = await (await on.run(next)).getRows()
      if (wantsRows)
        rows = found.map((row) => row.map((cell) => (cell === null ? null : `${cell}`)))
    }
  }
  const others = await Promise.all(Array.from({ length: atOnce - 1 }, () => instance.connect()))
  await Promise.all([connection, ...others].map(work))
  for (const other of others) other.closeSync()
  const answer: DuckdbAnswer = { ms: performance.now() - started, rows }
  process.send!(answer)
})
