import { isIcebergTable } from '#catalog/tables'
import type { Analysis, WriteStatement } from '#consumption/sql'
import { isLakeError } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import type { WriteParts, WriteResult } from '../../writes/run-write.ts'
import { tableRefOf } from '../../writes/target.ts'
import { icebergSource } from '../source.ts'
import { createTableAs, isIcebergTableAs } from './create-table-as.ts'
import { insertRows } from './insert.ts'

/** Runs a statement that writes an Iceberg table; undefined for one that writes something else. */
export async function runIcebergWrite(
  statement: WriteStatement,
  analysis: Analysis,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<WriteResult | undefined> {
  if (statement.kind === 'createTableAs') {
    if (!isIcebergTableAs(statement)) return undefined
    return createTableAs(statement, analysis, taskFiles, parts)
  }
  if (statement.kind !== 'insert') return undefined
  const ref = tableRefOf(statement.table, parts.context)
  const record = await parts.metastore.getTable(ref).catch((error: unknown) => {
    if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) return
    throw error
  })
  if (!record || !isIcebergTable(record)) return undefined
  const source = icebergSource(await parts.tables.load(ref))
  return insertRows(statement, analysis, ref, source, taskFiles, parts)
}
