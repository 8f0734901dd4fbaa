import type { DuckDBConnection } from '@duckdb/node-api'
import { type Encoding, openFile } from '#storage/formats'
import { openFileSource } from './file-source.ts'

/**
 * Makes the table `file_descriptions`: of each file its name, its fields as JSON, its count of rows where the file tells
 * it, or what is wrong with it.
 */
export async function describeFiles(
  connection: DuckDBConnection,
  files: readonly { readonly name: string; readonly path: string }[],
  encoding: Encoding,
): Promise<void> {
  await connection.run(
    'CREATE TABLE IF NOT EXISTS file_descriptions(name VARCHAR, fields VARCHAR, row_count BIGINT, problem VARCHAR)',
  )
  const appender = await connection.createAppender('file_descriptions')
  for (const { name, path } of files) {
    const { fields, rowCount, problem } = await describe(path, encoding)
    appender.appendVarchar(name)
    if (fields === undefined) appender.appendNull()
    else appender.appendVarchar(fields)
    if (rowCount === undefined) appender.appendNull()
    else appender.appendBigInt(BigInt(rowCount))
    if (problem === undefined) appender.appendNull()
    else appender.appendVarchar(problem)
    appender.endRow()
  }
  appender.closeSync()
}

async function describe(
  path: string,
  encoding: Encoding,
): Promise<{ fields?: string; rowCount?: number; problem?: string }> {
  try {
    using source = openFileSource(path)
    const file = await openFile(source, encoding)
    return { fields: JSON.stringify(file.fields ?? []), rowCount: file.rowCount }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
