import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Logger, uuid } from '#kit'
import { EngineErrors } from '../errors.ts'
import type { EngineResult, EngineTask, QueryEngine } from '../query-engine.ts'
import { ProcessPool } from './process-pool.ts'
import type { ProcessEnd, QueryProcess } from './query-process.ts'
import { checkInputs, outputFolderOf, withInputs } from './task-folder.ts'

export interface DuckdbEngineOptions {
  /** The engine's own folder, on the blobs' disk so that inputs can be linked. Emptied at first use. */
  readonly folder: string
  /** Query processes that may run at once. Default 2. */
  readonly processes?: number
  /** Memory limit of each, bytes. Default 2 GiB. */
  readonly memoryBytesMax?: number
  /** What each may write to the disk beside its memory, bytes. Default 16 GiB. */
  readonly spillBytesMax?: number
  /** Threads of each. Default: the machine's, as far as there are 128 MiB of memory for each. */
  readonly threads?: number
  /** Tasks that may wait for a process. Default 64. */
  readonly queueMax?: number
  /** After this long without a task the processes are ended, and started again at need. Default 10 minutes. */
  readonly idleMsMax?: number
  readonly log: Logger
}

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte
const timeoutMsDefault = 30 * 60_000
const rowsMaxDefault = 10_000
/** Processes that one task may be given to, each of which ended before it took it up. */
const attemptsMax = 3

/** The embedded engine: DuckDB in child processes. Nothing of it is loaded or started before the first task. */
export function createDuckdbEngine(options: DuckdbEngineOptions): QueryEngine {
  const memoryBytesMax = options.memoryBytesMax ?? 2 * gibibyte
  const threads = options.threads ?? threadsWith(memoryBytesMax)
  const spillBytesMax = options.spillBytesMax ?? 16 * gibibyte
  const bounds = { memoryBytesMax, spillBytesMax, threads }
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

  const makeFolder = async () => {
    await rm(options.folder, { recursive: true, force: true })
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
  }
  // What could not be made for once (a full disk) is tried anew for the next task.
  const prepare = () =>
    (ready ??= makeFolder().catch((error: unknown) => {
      ready = undefined
      throw error
    }))

  const run = async (task: EngineTask, signal?: AbortSignal): Promise<EngineResult> => {
    await prepare()
    const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
    checkInputs(task.inputs ?? [])
    for (let attempt = 1; ; attempt += 1) {
      const lease = await pool.take(stop)
      try {
        if (attempt === 1) task.onStart?.()
        const done = await runIn(lease, task, bounds, stop)
        if (!('kind' in done)) return done
        // The process had ended before it took the task up: the kernel took it, or its last task's end went wrong.
        if (done.hasBegun || attempt === attemptsMax) throw ended(done)
      } finally {
        pool.give(lease)
      }
    }
  }

  const close = async () => {
    closing.abort()
    await pool.close()
    const isMade = await ready?.then(
      () => true,
      () => false,
    )
    if (isMade) await rm(options.folder, { recursive: true, force: true })
  }
  return { run, close, [Symbol.asyncDispose]: close }
}

/** Readers and writers keep buffers for each thread: with less than this each, plain statements run out of memory. */
function threadsWith(memoryBytesMax: number): number {
  const threadsMax = Math.floor(memoryBytesMax / (128 * mebibyte))
  return Math.max(1, Math.min(availableParallelism(), threadsMax))
}

async function runIn(
  worker: QueryProcess,
  task: EngineTask,
  {
    memoryBytesMax,
    spillBytesMax,
    threads,
  }: Required<Pick<DuckdbEngineOptions, 'memoryBytesMax' | 'spillBytesMax' | 'threads'>>,
  signal: AbortSignal,
): Promise<EngineResult | ProcessEnd> {
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
      macros: task.macros ?? [],
      statements: task.statements.map((statement) =>
        fill(statement, worker.folder, folder, task.outputFolder),
      ),
      prepare: task.prepare ?? [],
      root: worker.folder,
      folder,
      inputs: task.inputs ?? [],
      encode: task.encode,
      outputFolder: task.outputFolder,
      outputFile: task.outputFile,
      inlineBytesMax: task.inlineBytesMax ?? -1,
      csv: task.csv,
      memoryBytesMax: Math.min(task.limits?.memoryBytesMax ?? memoryBytesMax, memoryBytesMax),
      spillBytesMax,
      rowsMax: task.limits?.rowsMax ?? rowsMaxDefault,
      optimizersDisabled: task.optimizersDisabled ?? [],
      partitionedRowsMax: task.partitionedRowsMax,
      threads: Math.min(task.threadsMax ?? threads, threads),
      mapsAsJson: task.mapsAsJson ?? false,
    })
    if (stopped === 'cancelled') throw EngineErrors.QueryCancelled('the query was cancelled')
    if (stopped === 'timed out') {
      throw EngineErrors.QueryTimedOut(`the query took longer than ${timeoutMs} ms`, { timeoutMs })
    }
    if (answer.kind === 'ended') return answer
    if (answer.kind === 'ready') throw EngineErrors.EngineUnavailable('a process lost its place')
    const isExhausted = answer.kind === 'failed' && answer.outOfMemory
    // It is replaced; nobody waits for its end.
    if (isExhausted || !worker.isRoomyAt(answer.size, memoryBytesMax)) void worker.kill()
    if (answer.kind === 'failed') throw failure(answer)
    const { columns, rows, elapsedMs, output, outputDigest } = answer
    return {
      columns,
      rows,
      elapsedMs,
      ...(output === undefined ? {} : { output }),
      ...(outputDigest && { outputDigest }),
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

function failure(answer: { reason: string; outOfMemory: boolean; statement: number }) {
  const details = { reason: answer.reason, statement: answer.statement }
  return answer.outOfMemory ? exhausted(details) : EngineErrors.QueryFailed(answer.reason, details)
}

function ended({ how, outOfMemory }: ProcessEnd) {
  if (outOfMemory) return exhausted({ reason: how })
  const message = `the query process ${how} during the query`
  return EngineErrors.QueryFailed(message, { crashed: true, reason: how })
}

function exhausted(details: Readonly<Record<string, unknown>>) {
  return EngineErrors.ResourcesExhausted('the query needs more memory than it may use', details)
}

function fill(
  statement: EngineTask['statements'][number],
  root: string,
  folder: string,
  outputFolder = outputFolderOf(folder),
): string {
  const filled = (text: string) =>
    withInputs(text, root, folder).replaceAll('{out}', outputFolder.replaceAll("'", "''"))
  if (typeof statement === 'string') return filled(statement)
  if ('sql' in statement) return statement.sql + filled(statement.tail ?? '')
  return statement.pieces
    .map((piece) => (typeof piece === 'string' ? filled(piece) : piece.sql))
    .join('')
}
