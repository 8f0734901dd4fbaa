/*
 * DuckDB alone, in a process of its own that stays open: runs the statements that it is sent and answers
 * how long they took. Argument: threads.
 */
import { DuckDBInstance } from '@duckdb/node-api'

const instance = await DuckDBInstance.create(':memory:', { threads: process.argv[2]! })
const connection = await instance.connect()
process.on('message', async (statements: readonly string[]) => {
  const started = performance.now()
  for (const statement of statements) await (await connection.run(statement)).getRows()
  process.send!(performance.now() - started)
})
