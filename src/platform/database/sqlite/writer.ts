import { setImmediate as nextTurn } from 'node:timers/promises'
import { elapsedMs, isLakeError, type Logger } from '#kit'
import { DatabaseErrors } from '../errors.ts'
import type { Changes, Touched } from './changes.ts'
import type { RunAnswer, SqlValue, WriterFailure } from './wire.ts'
import type { WriterConnection } from './writer-connection.ts'
import { toError } from './writer-failures.ts'
import { defaultWriterLimits, type WriterLimits } from './writer-limits.ts'
import type { PlannedRead, PlannedStep } from './work-ahead.ts'

/** Runs one statement of the transaction that is under way. */
export type Run = (sql: string, parameters: readonly SqlValue[]) => Promise<RunAnswer>

/** A transaction that runs statement by statement, or one whose statements are all known. */
type Waiting = {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
} & (
  | { readonly work: (run: Run) => Promise<unknown>; readonly steps?: undefined }
  | { readonly steps: readonly PlannedStep[] }
)

/** Who was taken from the queue: one of these is called in the end. */
interface Settled {
  /** The batch is durable: tells what became of this one in it. */
  readonly commit: () => void
  readonly fail: (error: unknown) => void
}

/** Whether SQLite's own transaction has failed, with everything in it, or has been committed. */
interface Outcome {
  readonly lost?: WriterFailure | undefined
  readonly committed?: boolean
}

/** Turns of the event loop that a batch may wait for others; a turn in which nothing comes takes microseconds. */
const gatherTurnsMax = 8

/**
 * Group commit. Logical transactions run one after another, each in a savepoint, inside one SQLite
 * transaction that is committed (one fsync) when none is waiting or the batch is full. Whoever asks
 * while an fsync is under way is in the next batch. A logical transaction that fails is undone alone.
 */
export class Writer {
  readonly #open: () => WriterConnection
  readonly #log: Logger
  readonly #limits: WriterLimits
  readonly #waiting: Waiting[] = []
  readonly #changes: Changes
  #connection: WriterConnection
  /** What the batch under way has written to. */
  #touched: Touched = new Map()
  /** How many waited when each of the last two batches began. */
  #lastSizes: readonly [number, number] = [0, 0]
  #draining: Promise<void> | undefined
  #isClosed = false

  /** `open` is called again when the thread has ended. */
  constructor(
    open: () => WriterConnection,
    log: Logger,
    changes: Changes,
    limits: WriterLimits = defaultWriterLimits,
  ) {
    this.#open = open
    this.#changes = changes
    this.#log = log
    this.#limits = limits
    this.#connection = open()
  }

  async ready(): Promise<void> {
    try {
      await this.#connection.ready()
    } catch (error) {
      throw failed(error as Error)
    }
  }

  transaction<R>(work: (run: Run) => Promise<R>): Promise<R> {
    return this.#enter((settle) => ({ ...settle, work }))
  }

  /** Makes a transaction whose statements are all known. False when a read gave other rows, or a statement failed: nothing is done. */
  steps(steps: readonly PlannedStep[]): Promise<boolean> {
    return this.#enter((settle) => ({ ...settle, steps }))
  }

  /** Lets those who wait end, and nobody else in. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#draining
    await this.#connection.close()
  }

  #enter<R>(waiting: (settle: Pick<Waiting, 'resolve' | 'reject'>) => Waiting): Promise<R> {
    if (this.#isClosed) return Promise.reject(failed(new Error('the database is closed')))
    if (this.#waiting.length >= this.#limits.waitingMax) {
      return Promise.reject(
        DatabaseErrors.TooManyTransactions(`${this.#waiting.length} transactions are waiting`),
      )
    }
    const { promise, resolve, reject } = Promise.withResolvers<R>()
    this.#waiting.push(waiting({ resolve: resolve as (value: unknown) => void, reject }))
    this.#draining ??= this.#drain()
    return promise
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#gather()
        await this.#batch()
      }
    } finally {
      // In the same step as the last look at the queue: whoever comes after starts anew.
      this.#draining = undefined
    }
  }

  /**
   * Those who wrote together a moment ago most likely do so again, as soon as they have read their answers: a commit that goes without them
   * costs as much as one for all. Whoever is alone waits for nobody.
   */
  async #gather(): Promise<void> {
    const expected = Math.min(Math.max(...this.#lastSizes), this.#limits.batchMax)
    for (let turn = 0; turn < gatherTurnsMax && this.#waiting.length < expected; turn += 1) {
      await nextTurn()
    }
    this.#lastSizes = [this.#lastSizes[1], this.#waiting.length]
  }

  /** Never rejects: whoever was taken from the queue is answered, whatever happens. */
  async #batch(): Promise<void> {
    this.#touched = new Map()
    const taken: Settled[] = []
    let failure: Error | undefined
    try {
      if (!this.#connection.isReady) await this.#revive()
      const error = await this.#run(taken)
      failure = error && toError(error)
    } catch (error) {
      failure = failed(error as Error)
    }
    if (!failure) {
      for (const { commit } of taken) commit()
      return
    }
    await this.#undo()
    // Those that were not reached have no part in it, save where nothing can be reached at all.
    if (taken.length === 0) for (const { reject } of this.#waiting.splice(0)) reject(failure)
    for (const { fail } of taken) fail(failure)
  }

  /** Starts the thread again when it has ended: only here, where nothing is half done. */
  async #revive(): Promise<void> {
    const { end } = this.#connection
    if (end) {
      this.#log.error(
        { err: end },
        'the thread that writes the database has ended; starting another',
      )
      this.#connection = this.#open()
    }
    await this.#connection.ready()
  }

  async #undo(): Promise<void> {
    const { error } = await this.#connection.ask('ROLLBACK', [])
    // What cannot be undone would be in the way of everything that comes: another thread begins anew.
    if (error) await this.#connection.stop(new Error(`ROLLBACK failed: ${error.message}`))
  }

  /** Those who wait, as many as may share a commit, and the commit. Whoever is taken from the queue is in `taken` from then on. */
  async #run(taken: Settled[]): Promise<WriterFailure | undefined> {
    const startMs = elapsedMs()
    let outcome: Outcome
    let isFirst = true
    // The first is taken however late it is: the time may be up before anything was begun, and then there is nothing to commit.
    do {
      const next = this.#waiting[0]!
      if (next.steps) outcome = await this.#known(isFirst, taken)
      else {
        this.#waiting.shift()
        outcome = await this.#interactive(isFirst, next, taken)
      }
      if (outcome.committed) return outcome.lost
      isFirst = false
    } while (
      !outcome.lost &&
      this.#waiting.length > 0 &&
      taken.length < this.#limits.batchMax &&
      elapsedMs() - startMs < this.#limits.batchMsMax
    )
    if (outcome.lost) return outcome.lost
    return (await this.#committing(() => this.#connection.ask('COMMIT', []))).error
  }

  /** From before the commit may be seen until it is known to have been made, or not. */
  async #committing<A>(send: () => Promise<A>): Promise<A> {
    const touched = this.#touched
    this.#changes.begin(touched)
    try {
      return await send()
    } finally {
      this.#changes.end(touched)
    }
  }

  /** All that wait in a row with their statements known, in one message; with the commit, when nobody else waits. */
  async #known(isFirst: boolean, taken: Settled[]): Promise<Outcome> {
    const made: boolean[] = []
    const group: (readonly PlannedStep[])[] = []
    while (taken.length < this.#limits.batchMax) {
      const waiting = this.#waiting[0]
      if (waiting?.steps === undefined) break
      this.#waiting.shift()
      const at = group.push(waiting.steps) - 1
      taken.push({ commit: () => waiting.resolve(made[at]!), fail: waiting.reject })
    }
    const commit = this.#waiting.length === 0
    const transactions = group.map((steps) => this.#toSend(steps))
    const send = () => this.#connection.steps(transactions, { begin: isFirst, commit })
    const answer = await (commit ? this.#committing(send) : send())
    made.push(...answer.made)
    return { lost: answer.error, committed: commit }
  }

  /** The steps that the thread must run, in their order: a read of what nobody has written to since need not be compared. */
  #toSend(steps: readonly PlannedStep[]): readonly PlannedStep[] {
    const sent: PlannedStep[] = []
    for (const step of steps) {
      if (step.read) {
        if (this.#isStillSo(step.read)) continue
      } else this.#changes.touch(this.#touched, step.sql, step.parameters)
      sent.push(step)
    }
    return sent
  }

  /** All commits have ended, save that of the batch under way, which has not begun. */
  #isStillSo({ asked, generation }: PlannedRead): boolean {
    return (
      asked !== undefined &&
      this.#changes.generationAsked(asked) === generation &&
      !this.#changes.reaches(this.#touched, asked)
    )
  }

  /** Runs one logical transaction; what its caller is told waits for the batch's commit. */
  async #interactive(
    isFirst: boolean,
    waiting: Extract<Waiting, { readonly steps?: undefined }>,
    taken: Settled[],
  ): Promise<Outcome> {
    const connection = this.#connection
    let open = true
    const course = { first: '', last: '', statements: 0, isAnswered: true }
    let lost: WriterFailure | undefined
    let commit = () => {}
    taken.push({ commit: () => commit(), fail: waiting.reject })
    const run: Run = async (sql, parameters) => {
      if (!open) throw new Error('a statement was run after its transaction had ended')
      this.#changes.touch(this.#touched, sql, parameters)
      course.statements += 1
      if (course.statements === 1) course.first = sql
      course.last = sql
      course.isAnswered = false
      const answer = await connection.ask(sql, parameters)
      course.isAnswered = true
      if (answer.error) {
        if (answer.error.transactionLost) lost = answer.error
        throw toError(answer.error)
      }
      return answer
    }
    if (isFirst) connection.tell('BEGIN IMMEDIATE')
    connection.tell('SAVEPOINT one')
    try {
      const value = await this.#bounded(waiting.work(run), course)
      commit = () => waiting.resolve(value)
    } catch (error) {
      commit = () => waiting.reject(error)
      if (!lost) connection.tell('ROLLBACK TO one')
    }
    open = false
    if (!lost) connection.tell('RELEASE one')
    return { lost }
  }

  /** `course` tells of the work's statements, so that the log can name it. */
  async #bounded<R>(work: Promise<R>, course: object): Promise<R> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const limit = this.#limits.transactionMsMax
      this.#log.error(
        { limitMs: limit, ...course },
        'a transaction took too long and was rolled back',
      )
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
}

function failed(cause: Error): Error {
  return isLakeError(cause) ? cause : DatabaseErrors.DatabaseFailed(cause.message, {}, cause)
}
