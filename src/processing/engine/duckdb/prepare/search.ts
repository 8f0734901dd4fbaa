import type { DuckDBConnection } from '@duckdb/node-api'
import { piecesOf } from '#storage/formats'
import { openFileSource } from './file-source.ts'

/** Makes the table `file_searches`: of each file its name, and whether it holds a character of ASCII. */
export async function searchFiles(
  connection: DuckDBConnection,
  files: readonly { readonly name: string; readonly path: string }[],
  character: string,
): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS file_searches(name VARCHAR, found BOOLEAN)')
  const appender = await connection.createAppender('file_searches')
  for (const { name, path } of files) {
    using source = openFileSource(path)
    let found = false
    for (const piece of piecesOf(source)) {
      found = piece.includes(character)
      if (found) break
    }
    appender.appendVarchar(name)
    appender.appendBoolean(found)
    appender.endRow()
  }
  appender.closeSync()
}
