import { elapsedMs } from '#kit'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { registerFunctions } from './functions/index.ts'
import type { AnswerMessage, RunMessage } from './messages.ts'
import { encodeOutput } from './prepare/encode.ts'
import { prepare } from './prepare/prepare.ts'
import { addressSpaceBytes } from './process-size.ts'
import { inputFolderOf, makeTaskFolder, spillFolderOf } from './task-folder.ts'
import { toEngineValue } from './values.ts'

/** A DuckDB with an empty catalog in memory, used for one task. */
export interface Instance {
  readonly connection: DuckDBConnection
  close(): void
}

/** What every task relies on. The time zone and the place of NULL are those of SQL on AWS. */
const settings = [
  "SET TimeZone = 'UTC'",
  "SET default_null_order = 'nulls_last'",
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET allow_community_extensions = false',
]

/** Inputs whose Parquet footers are read once: more would take too much memory. */
const footersKept = 64

export async function openInstance(threads: number): Promise<Instance> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  await connection.run(settings.join(';'))
  registerFunctions(connection)
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** Runs a task's statements with nothing but its own folders in reach. Never throws. */
export async function runTask(instance: Instance, task: RunMessage): Promise<AnswerMessage> {
  const { connection } = instance
  const startedAt = elapsedMs()
  let statement = -1
  try {
    const allowedFiles = makeTaskFolder(task.folder, task.inputs)
    await confine(connection, task, allowedFiles)
    await prepare(connection, inputFolderOf(task.folder), task.prepare)
    const last = task.statements.length - 1
    for (statement = 0; statement < last; statement++) {
      await connection.run(task.statements[statement]!)
    }
    const result = await connection.stream(task.statements[last]!)
    const names = result.deduplicatedColumnNames()
    const types = result.columnTypes()
    const columns = names.map((name, index) => ({ name, type: String(types[index]) }))
    const rows = []
    while (rows.length < task.rowsMax) {
      const chunk = await result.fetchChunk()
      if (!chunk || chunk.rowCount === 0) break
      for (const row of chunk.getRows()) {
        if (rows.length === task.rowsMax) break
        rows.push(row.map((value) => toEngineValue(value, task.mapsAsJson)))
      }
    }
    if (task.encode && task.outputFolder) {
      await encodeOutput(connection, task.outputFolder, task.encode)
    }
    return {
      kind: 'done',
      columns,
      rows,
      elapsedMs: elapsedMs() - startedAt,
      residentBytes: process.memoryUsage.rss(),
      addressSpaceBytes: addressSpaceBytes(),
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      kind: 'failed',
      reason,
      outOfMemory:
        /^Out of Memory Error|bad_alloc|bad allocation|longer than 0x|Array buffer allocation failed|Invalid string length|Cannot create a Buffer larger/.test(
          reason,
        ),
      statement,
      residentBytes: process.memoryUsage.rss(),
      addressSpaceBytes: addressSpaceBytes(),
    }
  }
}

/** After this the instance reaches only the task's folders, and no statement can widen that. */
async function confine(
  connection: DuckDBConnection,
  task: RunMessage,
  allowedFiles: readonly string[],
): Promise<void> {
  const { folder, outputFolder, optimizersDisabled } = task
  const spillFolder = spillFolderOf(folder)
  const folders = [inputFolderOf(folder), spillFolder, ...(outputFolder ? [outputFolder] : [])]
  const list = (paths: readonly string[]) => `[${paths.map(quote).join(', ')}]`
  const statements = [
    `SET memory_limit = '${Math.floor(task.memoryBytesMax / 1024)}KiB'`,
    `SET temp_directory = ${quote(spillFolder)}`,
    `SET allowed_directories = ${list(folders.map((each) => `${each}/`))}`,
    ...(allowedFiles.length > 0 ? [`SET allowed_paths = ${list(allowedFiles)}`] : []),
    ...(optimizersDisabled.length > 0
      ? [`SET disabled_optimizers = ${quote(optimizersDisabled.join(','))}`]
      : []),
    // A view binds its files, and the query that reads it does so again.
    ...(task.inputs.length <= footersKept ? ['SET parquet_metadata_cache = true'] : []),
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
  await connection.run(statements.join(';'))
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
