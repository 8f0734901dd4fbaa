import { Worker } from 'node:worker_threads'
import { elapsedMs, type Logger } from '#kit'
import { DatabaseErrors } from '../errors.ts'
import type { RunAnswer, RunMessage, SqlValue, WriterFailure } from './wire.ts'

/** Runs one statement of the transaction that is under way. */
export type Run = (sql: string, parameters: readonly SqlValue[]) => Promise<RunAnswer>

interface Waiting {
  readonly work: (run: Run) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Settle = () => void

export interface WriterLimits {
  /** Transactions that may wait; more are refused. */
  readonly waitingMax: number
  /** Transactions that share one commit, and how long one batch may gather them. */
  readonly batchMax: number
  readonly batchMsMax: number
  readonly transactionMsMax: number
}

export const defaultWriterLimits: WriterLimits = {
  waitingMax: 10_000,
  batchMax: 256,
  batchMsMax: 20,
  transactionMsMax: 15_000,
}

const sqliteConstraint = 19
const sqliteFull = 13

/**
 * Group commit. Logical transactions run one after another, each in a savepoint, inside one SQLite
 * transaction that is committed (one fsync) when none is waiting or the batch is full. Whoever asks
 * while an fsync is under way is in the next batch. A logical transaction that fails is undone alone.
 */
export class Writer {
  readonly #worker: Worker
  readonly #log: Logger
  readonly #limits: WriterLimits
  readonly #answers = new Map<number, (answer: RunAnswer) => void>()
  readonly #waiting: Waiting[] = []
  readonly #ready: Promise<void>
  #nextId = 1
  #generation = 0
  #draining: Promise<void> | undefined
  #broken: Error | undefined

  constructor(path: string, log: Logger, limits: WriterLimits = defaultWriterLimits) {
    this.#log = log
    this.#limits = limits
    this.#worker = new Worker(new URL(`./writer-thread${extension()}`, import.meta.url), {
      workerData: { path },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#ready = promise
    this.#worker.on('message', (answer: RunAnswer) => {
      if (answer.id === -1) return resolve()
      const settle = this.#answers.get(answer.id)
      this.#answers.delete(answer.id)
      settle?.(answer)
    })
    this.#worker.on('error', (error) => this.#break(error, reject))
    this.#worker.on('exit', () => this.#break(new Error('the database thread has ended'), reject))
  }

  /** Changes before a commit may be seen, and again when it has been made. */
  get generation(): number {
    return this.#generation
  }

  ready(): Promise<void> {
    return this.#ready
  }

  transaction<R>(work: (run: Run) => Promise<R>): Promise<R> {
    if (this.#broken) return Promise.reject(this.#failed(this.#broken))
    if (this.#waiting.length >= this.#limits.waitingMax) {
      return Promise.reject(
        DatabaseErrors.TooManyTransactions(`${this.#waiting.length} transactions are waiting`),
      )
    }
    const { promise, resolve, reject } = Promise.withResolvers<R>()
    this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject })
    this.#draining ??= this.#drain()
    return promise
  }

  async close(): Promise<void> {
    while (this.#draining) await this.#draining
    if (this.#broken) return
    this.#broken = new Error('the database is closed')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#worker.once('exit', () => resolve())
    this.#worker.postMessage('close')
    await promise
  }

  async #drain(): Promise<void> {
    await this.#ready.catch(() => undefined)
    try {
      while (this.#waiting.length > 0) await this.#batch()
    } finally {
      // In the same step as the last look at the queue: whoever comes after starts anew.
      this.#draining = undefined
    }
  }

  async #batch(): Promise<void> {
    const startMs = elapsedMs()
    const settled: { readonly commit: Settle; readonly fail: (error: unknown) => void }[] = []
    let lost: WriterFailure | undefined
    this.#tell('BEGIN IMMEDIATE')
    while (
      !lost &&
      this.#waiting.length > 0 &&
      settled.length < this.#limits.batchMax &&
      elapsedMs() - startMs < this.#limits.batchMsMax
    ) {
      const waiting = this.#waiting.shift()!
      const outcome = await this.#one(waiting)
      lost = outcome.lost
      settled.push({ commit: outcome.settle, fail: waiting.reject })
    }
    this.#generation += 1
    const answer: RunAnswer = lost ? { id: 0, error: lost } : await this.#ask('COMMIT', [])
    this.#generation += 1
    if (!answer.error) {
      for (const { commit } of settled) commit()
      return
    }
    await this.#ask('ROLLBACK', [])
    const error = toError(answer.error)
    for (const { fail } of settled) fail(error)
  }

  /** Runs one logical transaction; what its caller is told waits for the batch's commit. */
  async #one(waiting: Waiting): Promise<{ settle: Settle; lost?: WriterFailure }> {
    let open = true
    let lost: WriterFailure | undefined
    const run: Run = async (sql, parameters) => {
      if (!open) throw new Error('a statement was run after its transaction had ended')
      const answer = await this.#ask(sql, parameters)
      if (answer.error) {
        if (answer.error.transactionLost) lost = answer.error
        throw toError(answer.error)
      }
      return answer
    }
    this.#tell('SAVEPOINT one')
    try {
      const value = await this.#bounded(waiting.work(run))
      open = false
      this.#tell('RELEASE one')
      return { settle: () => waiting.resolve(value), lost }
    } catch (error) {
      open = false
      if (!lost) {
        this.#tell('ROLLBACK TO one')
        this.#tell('RELEASE one')
      }
      return { settle: () => waiting.reject(error), lost }
    }
  }

  async #bounded<R>(work: Promise<R>): Promise<R> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const limit = this.#limits.transactionMsMax
      this.#log.error({ limitMs: limit }, 'a transaction took too long and was rolled back')
      reject(
        DatabaseErrors.TransactionTimedOut(
          `a transaction took longer than ${limit} ms (does it wait for another transaction?)`,
        ),
      )
    }, this.#limits.transactionMsMax)
    try {
      return await Promise.race([work, promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #tell(sql: string): void {
    this.#worker.postMessage({ id: 0, sql, parameters: [] } satisfies RunMessage)
  }

  #ask(sql: string, parameters: readonly SqlValue[]): Promise<RunAnswer> {
    if (this.#broken) return Promise.reject(this.#failed(this.#broken))
    const id = this.#nextId++
    const { promise, resolve } = Promise.withResolvers<RunAnswer>()
    this.#answers.set(id, resolve)
    this.#worker.postMessage({ id, sql, parameters } satisfies RunMessage)
    return promise
  }

  #break(error: Error, reject: (error: Error) => void): void {
    if (this.#broken) return
    this.#broken = error
    reject(this.#failed(error))
    const lost = { message: error.message, errcode: undefined, transactionLost: true }
    for (const [id, settle] of this.#answers) settle({ id, error: lost })
    this.#answers.clear()
  }

  #failed(cause: Error): Error {
    return DatabaseErrors.DatabaseFailed(cause.message, {}, cause)
  }
}

/** `.ts` when run from the sources, `.js` when built. */
function extension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js'
}

function toError(failure: WriterFailure): Error {
  const code = (failure.errcode ?? 0) & 0xff
  if (code === sqliteFull) return DatabaseErrors.DiskFull('the disk is full')
  const error = DatabaseErrors.DatabaseFailed(failure.message, {
    errcode: failure.errcode,
    constraint: code === sqliteConstraint,
  })
  return error
}
