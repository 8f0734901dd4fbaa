import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TableRef } from '#catalog/metastore'
import { type NewFile, currentSchema } from '#catalog/tables'
import { type Analysis, type Insert, engineType } from '#consumption/sql'
import { type LakeError, elapsedMs, isLakeError } from '#kit'
import {
  bucketMacros,
  copyData,
  finishFiles,
  defaultSql,
  type TaskFile,
  writtenFiles,
} from '#processing/iceberg'
import type { Transaction } from '#platform/database'
import { parseLocation } from '../../planning/location.ts'
import { copyTask, makeOutputFolder, planScans, sizeOf } from '../../run-select.ts'
import { valuesOf } from '../../writes/insert.ts'
import type { WriteParts, WriteResult } from '../../writes/run-write.ts'
import { sqlForms } from '../scan.ts'
import { type IcebergSource, icebergColumns } from '../source.ts'
import { raise } from './rows.ts'
import { StagedFiles } from './staged-files.ts'

/** Rows of a query as files of an Iceberg table, staged. */
export interface PreparedRows {
  readonly files: readonly NewFile[]
  readonly staged: StagedFiles
  readonly result: WriteResult
}

/** Runs a query and writes its rows as data files of a table. `values` are SQL for the table's columns over the query as `q`. */
export async function writeRows(
  analysis: Analysis,
  values: readonly string[],
  target: Pick<IcebergSource, 'metadata'>,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<PreparedRows> {
  const startedAt = elapsedMs()
  await using held = new AsyncDisposableStack()
  const views = await planScans(analysis, taskFiles, held, parts)
  const output = await makeOutputFolder(parts.objects, held)
  const folder = join(output, 'data')
  await mkdir(folder)
  const items = values.map((sql, index) => `${sql} AS c${index}`)
  const request = {
    sql: `SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`,
    metadata: target.metadata,
    forms: sqlForms,
    raise,
    folder,
  }
  const task = copyTask(views, taskFiles, output, copyData(request))
  const planningMs = Math.round(elapsedMs() - startedAt)
  const run = await parts.engine.run(
    { ...task, statements: [...bucketMacros, ...task.statements], mapsAsJson: true },
    parts.signal,
  )
  const { engine, signal } = parts
  const written = await finishFiles(engine, writtenFiles(run, request), request, output, signal)
  const staged = new StagedFiles(
    { objects: parts.objects, accountId: parts.context.accountId, id: parts.id },
    target.metadata,
  )
  try {
    const files = await staged.data(written)
    const rowCount = written.reduce((sum, { file }) => sum + file.recordCount, 0)
    const manifestLocation = `${parts.outputLocation}-manifest.csv`
    const scannedBytes = sizeOf(taskFiles)
    return { files, staged, result: { manifestLocation, scannedBytes, planningMs, rowCount } }
  } catch (error) {
    await staged.discard()
    throw error
  }
}

/** INSERT INTO an Iceberg table: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-insert-into.html */
export async function insertRows(
  statement: Insert,
  analysis: Analysis,
  ref: TableRef,
  source: IcebergSource,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<WriteResult> {
  const values = insertedValues(statement, analysis, ref, source)
  const sqls = values.map(({ sql, type }) => `CAST(${sql} AS ${engineType(type)})`)
  const prepared = await writeRows(analysis, sqls, source, taskFiles, parts)
  const added = prepared.files
  return commitRows(prepared, parts, async (onCommit) => {
    if (added.length === 0) return parts.database.transaction((tx) => onCommit(tx))
    const change = { kind: 'append', added } as const
    await parts.tables.changeSnapshot(ref, { change }, parts.createdBy, { onCommit })
  })
}

/** A query's columns as those of the table. Errors as INSERT gives them. */
export function insertedValues(
  statement: Insert,
  analysis: Analysis,
  { database, table: name }: TableRef,
  source: IcebergSource,
) {
  const columns = icebergColumns(source)
  const { fields } = currentSchema(source.metadata)
  const omitted = (name: string) => {
    const field = fields.find((each) => each.name.toLowerCase() === name)!
    return defaultSql(field.type, field['write-default'], sqlForms)
  }
  return valuesOf(statement, analysis, { database, name, columns }, omitted)
}

/** Runs a commit whose transaction also names the statement's manifest and ends its execution; what was staged for one that fails is freed. */
export async function commitRows(
  { files, result, staged }: PreparedRows,
  parts: WriteParts,
  commit: (onCommit: (tx: Transaction) => Promise<void>) => Promise<unknown>,
): Promise<WriteResult> {
  const { objects, context, signal } = parts
  const { bucket, prefix } = parseLocation(result.manifestLocation)!
  const to = { accountId: context.accountId, bucket, key: prefix.replace(/\/$/, '') }
  const lines = files.map(({ location }) => `${location}\n`).join('')
  const blob = await objects.stage(Buffer.from(lines), to)
  try {
    signal.throwIfAborted()
    await commit(async (tx) => {
      await objects.publish(tx, { ...to, blob, contentType: 'application/octet-stream' })
      await parts.onCommit(tx, result)
    })
    return result
  } catch (error) {
    // When the database itself failed nobody knows whether it committed: then the object store's sweep decides.
    if (isLakeError(error) && (error as LakeError).kind === 'internal') throw error
    await staged.discard()
    await objects.discard(blob).catch(() => undefined)
    throw error
  }
}
