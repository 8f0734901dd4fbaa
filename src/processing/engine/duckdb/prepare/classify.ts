import type { DuckDBConnection } from '@duckdb/node-api'
import { type ClassifyRequest, classifyText } from '#storage/formats'
import { openFileSource } from './file-source.ts'

/** Adds a row to the table `file_classifications`. */
export async function classifyFile(
  connection: DuckDBConnection,
  { name, path }: { readonly name: string; readonly path: string },
  request: ClassifyRequest,
): Promise<void> {
  await connection.run(
    'CREATE TABLE IF NOT EXISTS file_classifications(name VARCHAR, found VARCHAR, problem VARCHAR)',
  )
  const appender = await connection.createAppender('file_classifications')
  appender.appendVarchar(name)
  try {
    using source = openFileSource(path)
    appender.appendVarchar(JSON.stringify(await classifyText(source, request)))
    appender.appendNull()
  } catch (error) {
    appender.appendNull()
    appender.appendVarchar(error instanceof Error ? error.message : String(error))
  }
  appender.endRow()
  appender.closeSync()
}
