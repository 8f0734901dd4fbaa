import type { TableRef } from '#catalog/metastore'
import { type LoadedTable, type SnapshotChange, isIcebergTable, planScan } from '#catalog/tables'
import { type Analysis, type Expression, type RowChange, analyzeQuery } from '#consumption/sql'
import { type LakeError, elapsedMs, isLakeError } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import { engineFailure } from '../../engine-failure.ts'
import { failed } from '../../planning/failure.ts'
import { flushTail } from '../../planning/list-scans.ts'
import { fetchTables } from '../../planning/lookup.ts'
import { makeOutputFolder, sizeOf } from '../../run-select.ts'
import type { WriteParts, WriteResult } from '../../writes/run-write.ts'
import { tableRefOf } from '../../writes/target.ts'
import { type IcebergSource, icebergColumns, icebergSource, rowColumns } from '../source.ts'
import { StagedFiles } from '../writes/staged-files.ts'
import { changeQuery } from './change-query.ts'
import { copyOnWrite } from './copy-on-write.ts'
import { type FoundChanges, findChanges } from './found-changes.ts'
import { mergeOnRead } from './merge-on-read.ts'

/** Runs of one statement: what somebody else commits meanwhile may contradict it, and it is run anew on that. */
const attemptsMax = 4

/**
 * DELETE, UPDATE and MERGE: one snapshot, in the transaction that ends the execution. Rows are marked as deleted (merge on read), as
 * Athena does, unless the table's `write.delete.mode` and its like ask for files written anew (copy on write).
 * https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
 */
export async function runRowChange(
  statement: RowChange,
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<WriteResult> {
  await flushTarget(statement, parts)
  for (let attempt = 1; ; attempt++) {
    const files: TaskFile[] = []
    try {
      return await changeOnce(statement, parameters, files, parts)
    } catch (error) {
      if (isLakeError(error, 'CommitConflict') && attempt < attemptsMax) continue
      throw isLakeError(error) ? engineFailure(error as LakeError, files) : error
    }
  }
}

/** What was accepted for the table and waits is written first: so the statement sees all rows that a query sees. */
async function flushTarget(statement: RowChange, parts: WriteParts): Promise<void> {
  const ref = tableRefOf(statement.table, parts.context)
  const source = icebergSource(await loadTarget(ref, statement, parts))
  try {
    await flushTail(source, parts)
  } catch (error) {
    if (!isLakeError(error) || parts.signal.aborted) throw error
    throw failed(
      'GENERIC_EXTERNAL',
      `What waits to be delivered to ${ref.database}.${ref.table} cannot be: ${(error as LakeError).message}`,
    )
  }
}

async function changeOnce(
  statement: RowChange,
  parameters: readonly Expression[],
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<WriteResult> {
  const startedAt = elapsedMs()
  await using held = new AsyncDisposableStack()
  const ref = tableRefOf(statement.table, parts.context)
  const loaded = await loadTarget(ref, statement, parts)
  const source = icebergSource(loaded)
  const change = { ref, source, statement, parts }
  if (statement.kind === 'delete' && !statement.where) {
    const all = await wholeTable(change)
    if (all) return all
  }
  const hidden = rowColumns(source)
  const analysis = await analyzeChange({ ref, loaded, statement }, parameters, parts)
  const folder = await makeOutputFolder(parts.objects, held)
  const found = await findChanges({
    statement,
    analysis,
    columns: statement.kind === 'delete' ? [] : icebergColumns(source),
    hidden: hidden.length,
    writeRows: !isCopyOnWrite(statement, source),
    taskFiles,
    folder,
    held,
    parts,
  })
  const result: WriteResult = {
    manifestLocation: undefined,
    scannedBytes: sizeOf(taskFiles),
    planningMs: Math.round(elapsedMs() - startedAt),
    rowCount: found.rowCount,
  }
  if (found.rowCount === 0) {
    await parts.database.transaction((tx) => parts.onCommit(tx, result))
    return result
  }
  const { accountId } = parts.context
  const staged = new StagedFiles(
    { objects: parts.objects, accountId, id: parts.id },
    source.metadata,
  )
  try {
    const what = await snapshotChange(change, found, staged, folder, taskFiles)
    return await commit({ ...change, source: found.source }, what, found.filter, result)
  } catch (error) {
    // When the database itself failed nobody knows whether it committed: then the object store's sweep decides.
    if (!isLakeError(error) || (error as LakeError).kind !== 'internal') await staged.discard()
    throw error
  }
}

/** The query that finds what a statement changes. Errors: what the statement is refused for. */
export async function analyzeRowChange(
  statement: RowChange,
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<Analysis> {
  const ref = tableRefOf(statement.table, parts.context)
  const loaded = await loadTarget(ref, statement, parts)
  return analyzeChange({ ref, loaded, statement }, parameters, parts)
}

async function analyzeChange(
  change: {
    readonly ref: TableRef
    readonly loaded: LoadedTable
    readonly statement: RowChange
  },
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<Analysis> {
  const { ref, loaded, statement } = change
  const source = icebergSource(loaded)
  const query = changeQuery(statement, icebergColumns(source), rowColumns(source))
  const changed = { database: ref.database, table: ref.table, loaded }
  const lookup = await fetchTables({ ...parts, parameters, changed }, query)
  return analyzeQuery(query, { lookup, startMs: parts.startMs, parameters })
}

interface Change {
  readonly ref: TableRef
  readonly source: IcebergSource
  readonly statement: RowChange
  readonly parts: WriteParts
}

async function loadTarget(
  ref: TableRef,
  statement: RowChange,
  { metastore, tables }: WriteParts,
): Promise<LoadedTable> {
  const where = `line ${statement.line}:${statement.column}: `
  const record = await metastore.getTable(ref).catch((error: unknown) => {
    if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) return
    throw error
  })
  if (!record) {
    const name = `awsdatacatalog.${ref.database}.${ref.table}`
    throw failed('TABLE_NOT_FOUND', `${where}Table '${name}' does not exist`)
  }
  if (!isIcebergTable(record)) {
    throw failed('NOT_SUPPORTED', `${where}Modifying Hive table rows is not supported`)
  }
  return tables.load(ref)
}

/** Without a condition every file goes, and none is opened; undefined when some rows are gone already and must be counted. */
async function wholeTable(change: Change): Promise<WriteResult | undefined> {
  const { source, parts } = change
  const { metadata, snapshot } = source
  const manifests = parts.manifests.sourceFor(parts.context.accountId)
  const { files } = await planScan({ metadata, snapshot, source: manifests })
  if (files.some(({ deletes }) => deletes.length > 0)) return undefined
  const rowCount = files.reduce((sum, { file }) => sum + file.recordCount, 0)
  const result = { manifestLocation: undefined, scannedBytes: 0, planningMs: 0, rowCount }
  if (files.length === 0) {
    await parts.database.transaction((tx) => parts.onCommit(tx, result))
    return result
  }
  const removed = files.map(({ file }) => file)
  return commit(change, { kind: 'delete', removed }, undefined, result)
}

async function snapshotChange(
  { statement, parts }: Change,
  found: FoundChanges,
  staged: StagedFiles,
  folder: string,
  taskFiles: TaskFile[],
): Promise<SnapshotChange> {
  if (statement.kind === 'delete') {
    const affected = [...found.affected].map(([at, count]) => ({ ...found.files[at]!, count }))
    const isWhole = affected.every(
      ({ file, deletes, count }) => deletes.length === 0 && count === file.recordCount,
    )
    if (isWhole) return { kind: 'delete', removed: affected.map(({ file }) => file) }
  }
  const how = isCopyOnWrite(statement, found.source) ? copyOnWrite : mergeOnRead
  return how(found, staged, folder, taskFiles, parts)
}

/** https://iceberg.apache.org/docs/latest/configuration/#write-properties */
function isCopyOnWrite(statement: RowChange, { metadata }: IcebergSource): boolean {
  // Format 1 has no delete files.
  if (metadata['format-version'] === 1) return true
  const mode = metadata.properties[`write.${statement.kind}.mode`]
  return mode?.toLowerCase() === 'copy-on-write'
}

async function commit(
  { ref, source, statement, parts }: Change,
  change: SnapshotChange,
  filter: FoundChanges['filter'],
  result: WriteResult,
): Promise<WriteResult> {
  parts.signal.throwIfAborted()
  const level = source.metadata.properties[`write.${statement.kind}.isolation-level`]
  await parts.tables.changeSnapshot(
    ref,
    {
      change,
      baseSnapshotId: source.snapshot?.['snapshot-id'],
      isolation: level?.toLowerCase() === 'snapshot' ? 'snapshot' : 'serializable',
      ...(filter ? { conflictFilter: filter } : {}),
    },
    parts.createdBy,
    { onCommit: (tx) => parts.onCommit(tx, result) },
  )
  return result
}
