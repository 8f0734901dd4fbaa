import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { elapsedMs, type Logger } from '#kit'
import { DatabaseErrors } from '../errors.ts'
import type { Changes, Touched } from './changes.ts'
import { PendingAnswers } from './pending-answers.ts'
import type {
  RunAnswer,
  RunMessage,
  SqlValue,
  Statement,
  Step,
  StepsAnswer,
  StepsMessage,
  WriterData,
  WriterFailure,
} from './wire.ts'
import { lostAnswer, toError } from './writer-failures.ts'
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

interface Settled {
  readonly commit: () => void
  readonly fail: (error: unknown) => void
}

/** What became of one or more transactions, and whether SQLite's own has failed. */
interface Outcome {
  readonly settled: readonly Settled[]
  readonly lost?: WriterFailure | undefined
  readonly committed?: boolean
}

/** Turns of the event loop that a batch may wait for others; a turn in which nothing comes takes microseconds. */
const gatherTurnsMax = 8

/** Statements that have a number: more are sent as text. */
const statementsMax = 1000

/**
 * Group commit. Logical transactions run one after another, each in a savepoint, inside one SQLite
 * transaction that is committed (one fsync) when none is waiting or the batch is full. Whoever asks
 * while an fsync is under way is in the next batch. A logical transaction that fails is undone alone.
 */
export class Writer {
  readonly #worker: Worker
  readonly #log: Logger
  readonly #limits: WriterLimits
  readonly #answers: PendingAnswers
  readonly #waiting: Waiting[] = []
  readonly #ready: Promise<void>
  readonly #changes: Changes
  /** The numbers of statements that the thread knows. */
  readonly #statements = new Map<string, number>()
  #nextId = 1
  /** What the batch under way has written to. */
  #touched: Touched = new Map()
  /** How many waited when each of the last two batches began. */
  #lastSizes: readonly [number, number] = [0, 0]
  #draining: Promise<void> | undefined
  #broken: Error | undefined

  constructor(
    data: WriterData,
    log: Logger,
    changes: Changes,
    limits: WriterLimits = defaultWriterLimits,
  ) {
    this.#changes = changes
    this.#log = log
    this.#answers = new PendingAnswers(log)
    this.#limits = limits
    this.#worker = new Worker(new URL(`./writer-thread${extension()}`, import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#ready = promise
    this.#worker.on('message', (answer: RunAnswer | StepsAnswer) => {
      if (answer.id === -1) resolve()
      else this.#answers.settle(answer)
    })
    this.#worker.on('error', (error) => this.#break(error, reject))
    this.#worker.on('exit', () => this.#break(new Error('the database thread has ended'), reject))
  }

  ready(): Promise<void> {
    return this.#ready
  }

  transaction<R>(work: (run: Run) => Promise<R>): Promise<R> {
    return this.#enter((settle) => ({ ...settle, work }))
  }

  /** Makes a transaction whose statements are all known. False when a read gave other rows, or a statement failed: nothing is done. */
  steps(steps: readonly PlannedStep[]): Promise<boolean> {
    return this.#enter((settle) => ({ ...settle, steps }))
  }

  async close(): Promise<void> {
    while (this.#draining) await this.#draining
    if (this.#broken) return
    this.#broken = new Error('the database is closed')
    this.#answers[Symbol.dispose]()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#worker.once('exit', () => resolve())
    this.#worker.postMessage('close')
    await promise
  }

  #enter<R>(waiting: (settle: Pick<Waiting, 'resolve' | 'reject'>) => Waiting): Promise<R> {
    if (this.#broken) return Promise.reject(this.#failed(this.#broken))
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
    await this.#ready.catch(() => undefined)
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

  async #batch(): Promise<void> {
    const startMs = elapsedMs()
    this.#touched = new Map()
    const settled: Settled[] = []
    let outcome: Outcome | undefined
    while (
      !outcome?.lost &&
      this.#waiting.length > 0 &&
      settled.length < this.#limits.batchMax &&
      elapsedMs() - startMs < this.#limits.batchMsMax
    ) {
      const isFirst = outcome === undefined
      const next = this.#waiting[0]!
      if (next.steps) outcome = await this.#known(isFirst, this.#limits.batchMax - settled.length)
      else {
        this.#waiting.shift()
        outcome = await this.#interactive(isFirst, next)
      }
      settled.push(...outcome.settled)
      if (outcome.committed) break
    }
    const error = outcome?.committed ? outcome.lost : await this.#commit(outcome?.lost)
    if (!error) {
      for (const { commit } of settled) commit()
      return
    }
    await this.#ask('ROLLBACK', [])
    for (const { fail } of settled) fail(toError(error))
  }

  async #commit(lost: WriterFailure | undefined): Promise<WriterFailure | undefined> {
    if (lost) return lost
    this.#changes.begin(this.#touched)
    const { error } = await this.#ask('COMMIT', [])
    this.#changes.end(this.#touched)
    return error
  }

  /** All that wait in a row with their statements known, in one message; with the commit, when nobody else waits. */
  async #known(isFirst: boolean, countMax: number): Promise<Outcome> {
    const group: { readonly waiting: Waiting; readonly steps: readonly PlannedStep[] }[] = []
    while (group.length < countMax) {
      const waiting = this.#waiting[0]
      if (waiting?.steps === undefined) break
      group.push({ waiting, steps: waiting.steps })
      this.#waiting.shift()
    }
    const commit = this.#waiting.length === 0
    const transactions = group.map(({ steps }) => this.#toSend(steps))
    if (commit) this.#changes.begin(this.#touched)
    const { made, error } = await this.#send<StepsAnswer>(
      (id) => ({ id, transactions, begin: isFirst, commit }),
      group[0]?.steps[0]?.sql ?? '',
    )
    if (commit) this.#changes.end(this.#touched)
    const settled = group.map(({ waiting }, at) => ({
      commit: () => waiting.resolve(made[at]!),
      fail: waiting.reject,
    }))
    return { settled, lost: error, committed: commit }
  }

  /** The steps that the thread must run, in their order: a read of what nobody has written to since need not be compared. */
  #toSend(steps: readonly PlannedStep[]): readonly Step[] {
    const sent: Step[] = []
    for (const { sql, parameters, read } of steps) {
      if (!read) this.#changes.touch(this.#touched, sql, parameters)
      else if (this.#isStillSo(read)) continue
      const statement = this.#statementOf(sql)
      sent.push(read ? { statement, parameters, rows: read.rows } : { statement, parameters })
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
  ): Promise<Outcome> {
    let open = true
    const course = { first: '', last: '', statements: 0, isAnswered: true }
    let lost: WriterFailure | undefined
    const run: Run = async (sql, parameters) => {
      if (!open) throw new Error('a statement was run after its transaction had ended')
      this.#changes.touch(this.#touched, sql, parameters)
      course.statements += 1
      if (course.statements === 1) course.first = sql
      course.last = sql
      course.isAnswered = false
      const answer = await this.#ask(sql, parameters)
      course.isAnswered = true
      if (answer.error) {
        if (answer.error.transactionLost) lost = answer.error
        throw toError(answer.error)
      }
      return answer
    }
    const fail = waiting.reject
    if (isFirst) this.#tell('BEGIN IMMEDIATE')
    this.#tell('SAVEPOINT one')
    try {
      const value = await this.#bounded(waiting.work(run), course)
      open = false
      this.#tell('RELEASE one')
      return { settled: [{ commit: () => waiting.resolve(value), fail }], lost }
    } catch (error) {
      open = false
      if (!lost) {
        this.#tell('ROLLBACK TO one')
        this.#tell('RELEASE one')
      }
      return { settled: [{ commit: () => fail(error), fail }], lost }
    }
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

  #tell(sql: string): void {
    this.#worker.postMessage({ id: 0, statement: sql, parameters: [] } satisfies RunMessage)
  }

  #ask(sql: string, parameters: readonly SqlValue[]): Promise<RunAnswer> {
    return this.#send((id) => ({ id, statement: this.#statementOf(sql), parameters }), sql)
  }

  #statementOf(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= statementsMax) return sql
    const number = this.#statements.size
    this.#statements.set(sql, number)
    return [number, sql]
  }

  #send<A extends RunAnswer | StepsAnswer>(
    message: (id: number) => RunMessage | StepsMessage,
    about: string,
  ): Promise<A> {
    const id = this.#nextId++
    if (this.#broken) return Promise.resolve(lostAnswer(id, this.#broken) as A)
    try {
      this.#worker.postMessage(message(id))
    } catch (error) {
      // Values that cannot be sent. The thread may not have heard of statements that have a number now.
      this.#statements.clear()
      return Promise.resolve(lostAnswer(id, error as Error) as A)
    }
    return this.#answers.add(id, about)
  }

  #break(error: Error, reject: (error: Error) => void): void {
    if (this.#broken) return
    this.#broken = error
    reject(this.#failed(error))
    this.#answers.fail(error)
  }

  #failed(cause: Error): Error {
    return DatabaseErrors.DatabaseFailed(cause.message, {}, cause)
  }
}

/** `.ts` when run from the sources, `.js` when built. */
function extension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js'
}
