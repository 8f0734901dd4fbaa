import { copyFileSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api'
import { elapsedMs } from '#kit'
import type { EngineResult, EngineValue } from '../query-engine.ts'
import { type WrittenCsv, writeCsv } from './csv/write-csv.ts'
import type { AnswerMessage, RunMessage } from './messages.ts'
import { takeEscaped } from './functions/function.ts'
import { encodeOutput } from './prepare/encode.ts'
import { prepare } from './prepare/prepare.ts'
import { processSize } from './process-size.ts'
import { inputFolderOf, outputFolderOf } from './task-folder.ts'
import { toEngineValue } from './values.ts'

/** Runs a task's statements, where its folder has been made and nothing else is in reach. Never throws. */
export async function runTask(
  connection: DuckDBConnection,
  task: RunMessage,
): Promise<AnswerMessage> {
  const startedAt = elapsedMs()
  let statement = -1
  try {
    for (const sql of task.statements) checkText(sql)
    for (const macro of task.macros) await connection.run(macro)
    await prepare(connection, inputFolderOf(task.folder), task.prepare)
    const last = task.statements.length - 1
    for (statement = 0; statement < last; statement++) {
      const sql = task.statements[statement]!
      takeEscaped()
      await connection.run(sql)
      if (hasTry(sql)) throwEscaped()
    }
    const sql = task.statements[last]!
    takeEscaped()
    const result = await connection.stream(sql)
    const given = task.csv ? await csvOf(result, task.csv, task) : await rowsOf(result, task)
    if (hasTry(sql)) throwEscaped()
    if (task.encode && task.outputFolder) {
      await encodeOutput(connection, task.outputFolder, task.encode)
    }
    return {
      kind: 'done',
      columns: given.columns,
      rows: given.rows,
      elapsedMs: elapsedMs() - startedAt,
      ...outputOf(task, given.csv),
      size: processSize(),
    }
  } catch (error) {
    return failedAnswer(error, statement)
  }
}

type Given = Pick<EngineResult, 'columns' | 'rows'> & { readonly csv?: WrittenCsv }

async function rowsOf(
  result: DuckDBResult,
  { rowsMax, mapsAsJson }: Pick<RunMessage, 'rowsMax' | 'mapsAsJson'>,
): Promise<Given> {
  const names = result.deduplicatedColumnNames()
  const types = result.columnTypes()
  const columns = names.map((name, index) => ({ name, type: String(types[index]) }))
  const rows: EngineValue[][] = []
  while (rows.length < rowsMax) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    for (const row of chunk.getRows()) {
      if (rows.length === rowsMax) break
      rows.push(row.map((value) => toEngineValue(value, mapsAsJson)))
    }
  }
  return { columns, rows }
}

async function csvOf(
  result: DuckDBResult,
  { header, digits }: NonNullable<RunMessage['csv']>,
  { folder, inlineBytesMax }: Pick<RunMessage, 'folder' | 'inlineBytesMax'>,
): Promise<Given> {
  const path = join(outputFolderOf(folder), resultName)
  const csv = await writeCsv(result, { header, digits, path, inlineBytesMax })
  return { columns: [{ name: 'Count', type: 'BIGINT' }], rows: [[csv.rowCount]], csv }
}

/** The engine would take what stands before a NUL for the whole. */
function checkText(sql: string): void {
  if (sql.includes('\0')) throw new Error('Not implemented Error: a NUL in the text of a statement')
}

/** Views and macros are run by what names them. */
function hasTry(sql: string): boolean {
  return sql.includes('TRY(') && !/^CREATE [\w ]*?(VIEW|MACRO)\b/.test(sql)
}

/** The engine's planning tries constants too, so this may tell of one that no row would have come to. */
function throwEscaped(): void {
  const reason = takeEscaped()
  if (reason !== undefined) throw new Error(reason)
}

const exhausted =
  /^Out of Memory Error|^unreachable$|bad_alloc|bad allocation|longer than 0x|Array buffer allocation failed|Invalid string length|Cannot create a Buffer larger/

/** `statement`: which one failed, -1 for none. */
export function failedAnswer(error: unknown, statement: number): AnswerMessage {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    kind: 'failed',
    reason,
    outOfMemory: exhausted.test(reason),
    statement,
    size: processSize(),
  }
}

/** The file in the task's own output folder that becomes its `outputFile`. */
const resultName = 'result'

function outputOf(
  task: RunMessage,
  csv: WrittenCsv | undefined,
): Pick<EngineResult, 'output' | 'outputDigest'> {
  if (!task.outputFile) return {}
  const path = join(outputFolderOf(task.folder), resultName)
  if (csv) {
    if ('text' in csv) return { output: csv.text }
    move(path, task.outputFile)
    return { outputDigest: { sizeBytes: csv.sizeBytes, crc: csv.crc } }
  }
  if (statSync(path).size <= task.inlineBytesMax) return { output: readFileSync(path, 'utf8') }
  move(path, task.outputFile)
  return {}
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    copyFileSync(from, to)
  }
}
