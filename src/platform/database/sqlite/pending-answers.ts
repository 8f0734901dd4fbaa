import type { Logger } from '#kit'
import type { RunAnswer, StepsAnswer } from './wire.ts'
import { lostAnswer } from './writer-failures.ts'

interface Pending {
  readonly settle: (answer: RunAnswer | StepsAnswer) => void
  /** A statement of the message. */
  readonly about: string
}

/** Looked at so often; what has not been answered after so many looks is told. */
const lookMs = 5_000
const looksMax = 3

/** The messages to the database's thread whose answers are waited for. One that has been for long is told to the log: the disk, or a statement, stands. */
export class PendingAnswers implements Disposable {
  readonly #pending = new Map<number, Pending>()
  readonly #log: Logger
  readonly #timer: NodeJS.Timeout
  /** Which was the oldest at the last look, and how often it has been. */
  #oldest = 0
  #looks = 0

  constructor(log: Logger, everyMs: number = lookMs) {
    this.#log = log
    this.#timer = setInterval(() => this.#look(), everyMs)
    this.#timer.unref()
  }

  add<A extends RunAnswer | StepsAnswer>(id: number, about: string): Promise<A> {
    const { promise, resolve } = Promise.withResolvers<A>()
    this.#pending.set(id, { settle: resolve as Pending['settle'], about })
    return promise
  }

  settle(answer: RunAnswer | StepsAnswer): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    pending?.settle(answer)
  }

  /** Nobody will answer any more. */
  fail(error: Error): void {
    for (const [id, { settle }] of this.#pending) settle(lostAnswer(id, error))
    this.#pending.clear()
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const [first] = this.#pending
    const [id, pending] = first ?? [0]
    if (id !== this.#oldest) {
      if (this.#looks > looksMax) this.#log.warn('the database answers again')
      this.#oldest = id
      this.#looks = 0
    }
    if (!pending) return
    this.#looks += 1
    if (this.#looks !== looksMax + 1) return
    this.#log.error({ statement: pending.about }, 'the database has not answered for long')
  }
}
