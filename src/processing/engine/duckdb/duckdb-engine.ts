import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Logger, uuid } from '#kit'
import { EngineErrors } from '../errors.ts'
import type { EngineResult, EngineTask, QueryEngine } from '../query-engine.ts'
import { ProcessPool } from './process-pool.ts'
import type { QueryProcess } from './query-process.ts'
import { checkInputs, inputFolderOf, outputFolderOf } from './task-folder.ts'

export interface DuckdbEngineOptions {
  /** The engine's own folder, on the blobs' disk so that inputs can be linked. Emptied at first use. */
  readonly folder: string
  /** Query processes that may run at once. Default 2. */
  readonly processes?: number
  /** Memory limit of each, bytes. Default 2 GiB. */
  readonly memoryBytesMax?: number
  /** Threads of each. Default: the machine's. */
  readonly threads?: number
  /** Tasks that may wait for a process. Default 64. */
  readonly queueMax?: number
  /** After this long without a task the processes are ended, and started again at need. Default 10 minutes. */
  readonly idleMsMax?: number
  readonly log: Logger
}

const mebibyte = 1024 * 1024
const timeoutMsDefault = 30 * 60_000
const rowsMaxDefault = 10_000

/** The embedded engine: DuckDB in child processes. Nothing of it is loaded or started before the first task. */
export function createDuckdbEngine(options: DuckdbEngineOptions): QueryEngine {
  const memoryBytesMax = options.memoryBytesMax ?? 2048 * mebibyte
  const threads = options.threads ?? availableParallelism()
  const pool = new ProcessPool({
    processesMax: options.processes ?? 2,
    queueMax: options.queueMax ?? 64,
    idleMsMax: options.idleMsMax ?? 600_000,
    process: {
      folder: options.folder,
      threads,
      // Each thread's allocator reserves an arena of its own.
      growthBytesMax: 1.5 * memoryBytesMax + (512 + 128 * threads) * mebibyte,
      log: options.log,
    },
  })
  const closing = new AbortController()
  let ready: Promise<void> | undefined

  const prepare = () =>
    (ready ??= (async () => {
      await rm(options.folder, { recursive: true, force: true })
      await mkdir(options.folder, { recursive: true, mode: 0o700 })
    })())

  const run = async (task: EngineTask, signal?: AbortSignal): Promise<EngineResult> => {
    await prepare()
    const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
    checkInputs(task.inputs ?? [])
    const lease = await pool.take(stop)
    try {
      task.onStart?.()
      return await runIn(lease, task, memoryBytesMax, stop)
    } finally {
      pool.give(lease)
    }
  }

  const close = async () => {
    closing.abort()
    await pool.close()
    if (ready) await rm(options.folder, { recursive: true, force: true })
  }
  return { run, close, [Symbol.asyncDispose]: close }
}

async function runIn(
  worker: QueryProcess,
  task: EngineTask,
  memoryBytesMax: number,
  signal: AbortSignal,
): Promise<EngineResult> {
  const folder = join(worker.folder, uuid())
  const timeoutMs = task.limits?.timeoutMs ?? timeoutMsDefault
  let stopped: 'cancelled' | 'timed out' | undefined
  const stop = (why: 'cancelled' | 'timed out') => {
    stopped ??= why
    void worker.kill()
  }
  const onAbort = () => stop('cancelled')
  const timer = setTimeout(() => stop('timed out'), timeoutMs)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    const answer = await worker.run({
      statements: task.statements.map((statement) => fill(statement, folder, task.outputFolder)),
      prepare: task.prepare ?? [],
      root: worker.folder,
      folder,
      inputs: task.inputs ?? [],
      encode: task.encode,
      outputFolder: task.outputFolder,
      outputFile: task.outputFile,
      inlineBytesMax: task.inlineBytesMax ?? -1,
      memoryBytesMax: Math.min(task.limits?.memoryBytesMax ?? memoryBytesMax, memoryBytesMax),
      rowsMax: task.limits?.rowsMax ?? rowsMaxDefault,
      optimizersDisabled: task.optimizersDisabled ?? [],
      partitionedRowsMax: task.partitionedRowsMax,
      mapsAsJson: task.mapsAsJson ?? false,
    })
    if (stopped === 'cancelled') throw EngineErrors.QueryCancelled('the query was cancelled')
    if (stopped === 'timed out') {
      throw EngineErrors.QueryTimedOut(`the query took longer than ${timeoutMs} ms`, { timeoutMs })
    }
    if (answer instanceof Error) {
      throw EngineErrors.QueryFailed(`the query process ${answer.message} during the query`, {
        crashed: true,
        reason: answer.message,
      })
    }
    if (answer.kind === 'ready') throw EngineErrors.EngineUnavailable('a process lost its place')
    // Allocators keep what they had: the next task would be short of it.
    const isExhausted = answer.kind === 'failed' && answer.outOfMemory
    const isLarge = answer.residentBytes > recycleAt(memoryBytesMax)
    if (isExhausted || isLarge || !worker.isRoomyAt(answer.addressSpaceBytes)) await worker.kill()
    if (answer.kind === 'failed') throw failure(answer)
    const { columns, rows, elapsedMs, output } = answer
    return { columns, rows, elapsedMs, ...(output === undefined ? {} : { output }) }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** A process that has kept this much after its task gives it back by ending. */
function recycleAt(memoryBytesMax: number): number {
  return 512 * mebibyte + memoryBytesMax / 2
}

function failure(answer: { reason: string; outOfMemory: boolean; statement: number }) {
  const details = { reason: answer.reason, statement: answer.statement }
  return answer.outOfMemory
    ? EngineErrors.ResourcesExhausted('the query needs more memory than it may use', details)
    : EngineErrors.QueryFailed(answer.reason, details)
}

function fill(
  statement: EngineTask['statements'][number],
  folder: string,
  outputFolder = outputFolderOf(folder),
): string {
  const filled = (text: string) =>
    text.replaceAll('{in}', escape(inputFolderOf(folder))).replaceAll('{out}', escape(outputFolder))
  if (typeof statement === 'string') return filled(statement)
  return statement.sql + filled(statement.tail ?? '')
}

/** The placeholders stand inside quoted literals. */
function escape(path: string): string {
  return path.replaceAll("'", "''")
}
