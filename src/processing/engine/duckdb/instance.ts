import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { registerFunctions } from './functions/index.ts'
import type { RunMessage } from './messages.ts'
import {
  type LinkedInputs,
  inputFolderOf,
  lastingFolderOf,
  outputFolderOf,
  spillFolderOf,
} from './task-folder.ts'

/** A DuckDB with an empty catalog in memory. */
export interface Instance {
  readonly database: DuckDBInstance
  readonly connection: DuckDBConnection
  close(): void
}

/** What every task relies on. The time zone and the place of NULL are those of SQL on AWS. */
const settings = [
  "SET GLOBAL TimeZone = 'UTC'",
  "SET default_null_order = 'nulls_last'",
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET allow_community_extensions = false',
]

/**
 * Whether the Parquet footers of a task's inputs are read once: more would take too much memory. A footer is about a hundredth of its
 * file when it has been read.
 */
export function keepsFooters({ inputs }: RunMessage, { sizeBytes }: LinkedInputs): boolean {
  return inputs.length <= 64 || (inputs.length <= 1024 && sizeBytes <= footersOfBytesMax)
}

/** Of so many bytes of files an instance keeps the footers. */
export const footersOfBytesMax = 8 * 1024 ** 3

export async function openInstance(threads: number): Promise<Instance> {
  const database = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await database.connect()
  await connection.run(settings.join(';'))
  registerFunctions(connection)
  return {
    database,
    connection,
    close: () => {
      connection.closeSync()
      database.closeSync()
    },
  }
}

/** After this the instance reaches only one task's folders, and no statement can widen that. */
export async function confine(
  { connection }: Instance,
  task: RunMessage,
  linked: LinkedInputs,
): Promise<void> {
  const { allowedFiles } = linked
  const { root, folder, outputFolder, partitionedRowsMax } = task
  const spillFolder = spillFolderOf(folder)
  const folders = [
    inputFolderOf(folder),
    lastingFolderOf(root),
    outputFolderOf(folder),
    spillFolder,
  ]
  if (outputFolder) folders.push(outputFolder)
  await connection.run(
    [
      ...reach(folders, spillFolder, task),
      ...(allowedFiles.length > 0 ? [`SET allowed_paths = ${list(allowedFiles)}`] : []),
      ...withoutOptimizers(task),
      ...(partitionedRowsMax === undefined
        ? []
        : [`SET partitioned_write_flush_threshold = ${partitionedRowsMax}`]),
      // A view binds its files, and the query that reads it does so again.
      ...(keepsFooters(task, linked) ? ['SET parquet_metadata_cache = true'] : []),
      ...shut,
    ].join(';'),
  )
}

/** After this the instance reaches only the folder in which its process keeps the folder of the task that it runs. */
export async function confineToProcess({ connection }: Instance, task: RunMessage): Promise<void> {
  const { root } = task
  await connection.run(
    [
      ...reach([root], spillFolderOf(root), task),
      ...withoutOptimizers(task),
      // No byte of one task's files is kept for the next.
      'SET enable_external_file_cache = false',
      'SET parquet_metadata_cache = true',
      ...shut,
    ].join(';'),
  )
}

type Bounds = Pick<RunMessage, 'memoryBytesMax' | 'spillBytesMax' | 'threads'>

function reach(folders: readonly string[], spillFolder: string, bounds: Bounds) {
  const spillBytesMax = Math.min(bounds.spillBytesMax, freeBytes(dirname(spillFolder)) / 4)
  return [
    `SET threads = ${bounds.threads}`,
    `SET memory_limit = '${kibibytes(bounds.memoryBytesMax)}'`,
    `SET temp_directory = ${quote(spillFolder)}`,
    `SET max_temp_directory_size = '${kibibytes(spillBytesMax)}'`,
    `SET allowed_directories = ${list(folders.map((each) => `${each}/`))}`,
  ]
}

function withoutOptimizers({ optimizersDisabled }: RunMessage): readonly string[] {
  if (optimizersDisabled.length === 0) return []
  return [`SET disabled_optimizers = ${quote(optimizersDisabled.join(','))}`]
}

const shut = ['SET enable_external_access = false', 'SET lock_configuration = true']

/** No query may take the disk from what is stored there. */
function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function kibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}KiB`
}

function list(paths: readonly string[]): string {
  return `[${paths.map(quote).join(', ')}]`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
