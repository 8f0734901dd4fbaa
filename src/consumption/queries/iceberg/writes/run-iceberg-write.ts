import { isIcebergTable } from '#catalog/tables'
import type { Analysis, WriteStatement } from '#consumption/sql'
import { isLakeError } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import type { WriteParts, WriteResult } from '../../writes/run-write.ts'
import { tableRefOf } from '../../writes/target.ts'
import { icebergSource } from '../source.ts'
import { checkTableAs, createTableAs, isIcebergTableAs } from './create-table-as.ts'
import { insertRows, insertedValues } from './insert.ts'

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
  const target = await insertedTable(statement, parts)
  return (
    target && insertRows(target.statement, analysis, target.ref, target.source, taskFiles, parts)
  )
}

/** Refuses what the statement would be refused for before its rows are read; false for one that writes something else. */
export async function checkIcebergWrite(
  statement: WriteStatement,
  analysis: Analysis,
  parts: WriteParts,
): Promise<boolean> {
  if (statement.kind === 'createTableAs') {
    if (!isIcebergTableAs(statement)) return false
    await checkTableAs(statement, analysis, parts)
    return true
  }
  const target = await insertedTable(statement, parts)
  if (target) insertedValues(target.statement, analysis, target.ref, target.source)
  return target !== undefined
}

async function insertedTable(
  statement: WriteStatement,
  { metastore, tables, context }: WriteParts,
) {
  if (statement.kind !== 'insert') return undefined
  const ref = tableRefOf(statement.table, context)
  const record = await metastore.getTable(ref).catch((error: unknown) => {
    if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) return
    throw error
  })
  if (!record || !isIcebergTable(record)) return undefined
  return { statement, ref, source: icebergSource(await tables.load(ref)) }
}
