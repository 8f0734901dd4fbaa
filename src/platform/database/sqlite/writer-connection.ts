import { Worker } from 'node:worker_threads'
import type { Logger } from '#kit'
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
} from './wire.ts'
import { lostAnswer, unsentAnswer } from './writer-failures.ts'

type Answer = RunAnswer | StepsAnswer

/** Statements that have a number: more, and longer ones, are sent as text. */
const statementsMax = 1000
const numberedLengthMax = 4096

/** A statement of a transaction whose statements are all known, as the caller has it. */
export interface GivenStep {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  /** Of a read: see `Step`. */
  readonly read?: { readonly rows: NonNullable<Step['rows']> }
}

/**
 * The thread that owns SQLite's writing connection, and what it has been sent. Everything that is asked of it is answered: with an error that
 * says so when the thread has ended, which it has not before its connection is closed.
 */
export class WriterConnection {
  readonly #worker: Worker
  readonly #answers: PendingAnswers
  /** The numbers of statements that the thread knows. */
  readonly #statements = new Map<string, number>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  #nextId = 1
  #isReady = false
  /** Why it ends, when that is known. */
  #cause: Error | undefined
  #end: Error | undefined

  constructor(data: WriterData, log: Logger) {
    this.#answers = new PendingAnswers(log)
    this.#worker = new Worker(new URL(`./writer-thread${extension()}`, import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    this.#worker.on('message', (answer: Answer) => {
      if (answer.id !== -1) return this.#answers.settle(answer)
      this.#isReady = true
      this.#ready.resolve()
    })
    this.#worker.on('error', (error) => (this.#cause ??= error))
    // An answer that cannot be read: nobody knows whose it was.
    this.#worker.on('messageerror', (error) => void this.stop(error))
    this.#worker.on('exit', () => this.#hasEnded())
    this.#ready.promise.catch(() => undefined)
  }

  /** Resolves when it can be written to; rejects with what ended it before. */
  ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Whether it can be written to now. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Why the thread runs no more; undefined while it runs. */
  get end(): Error | undefined {
    return this.#end
  }

  /** Sends a statement whose failure fails the commit. */
  tell(sql: string): void {
    if (this.#end) return
    this.#worker.postMessage({ id: 0, statement: sql, parameters: [] } satisfies RunMessage)
  }

  /** Runs one statement. */
  ask(sql: string, parameters: readonly SqlValue[]): Promise<RunAnswer> {
    return this.#send((id) => ({ id, statement: this.#numbered(sql), parameters }), sql)
  }

  /** Runs transactions whose statements are all known. */
  steps(
    transactions: readonly (readonly GivenStep[])[],
    { begin, commit }: Pick<StepsMessage, 'begin' | 'commit'>,
  ): Promise<StepsAnswer> {
    const sent = () => {
      const all: Step[][] = []
      for (const steps of transactions) {
        const each: Step[] = []
        for (const { sql, parameters, read } of steps) {
          const statement = this.#numbered(sql)
          each.push(read ? { statement, parameters, rows: read.rows } : { statement, parameters })
        }
        all.push(each)
      }
      return all
    }
    const about = transactions[0]?.[0]?.sql ?? ''
    return this.#send((id) => ({ id, transactions: sent(), begin, commit }), about)
  }

  /** Ends the thread when it has done what it was sent. */
  async close(): Promise<void> {
    if (!this.#end) this.#worker.postMessage('close')
    await this.#ended.promise
  }

  /** Ends the thread as it is; what it has not committed is gone. */
  async stop(cause: Error): Promise<void> {
    this.#cause ??= cause
    await this.#worker.terminate()
    await this.#ended.promise
  }

  /** `about`: a statement of the message. */
  #send<A extends Answer>(
    message: (id: number) => RunMessage | StepsMessage,
    about: string,
  ): Promise<A> {
    const id = this.#nextId++
    if (this.#end) return Promise.resolve(lostAnswer(id, this.#end) as A)
    try {
      this.#worker.postMessage(message(id))
    } catch (error) {
      // It was not sent, and with it no text that was numbered for it.
      this.#statements.clear()
      return Promise.resolve(unsentAnswer(id, error as Error) as A)
    }
    return this.#answers.add(id, about)
  }

  #numbered(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= statementsMax || sql.length > numberedLengthMax) return sql
    const number = this.#statements.size
    this.#statements.set(sql, number)
    return [number, sql]
  }

  #hasEnded(): void {
    const end = this.#cause ?? new Error('the database thread has ended')
    this.#end = end
    this.#isReady = false
    this.#ready.reject(end)
    this.#answers.fail(end)
    this.#ended.resolve()
  }
}

/** `.ts` when run from the sources, `.js` when built. */
function extension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js'
}
