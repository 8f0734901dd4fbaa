import type { Logger } from '#kit'
import { QueryErrors } from '../errors.ts'

/** Work that waits its turn. */
interface Job {
  readonly id: string
  readonly controller: AbortController
  readonly work: (signal: AbortSignal) => Promise<void>
}

/** Runs queries, some at a time, in the order they came; refuses more than it can hold. */
export class ExecutionQueue {
  readonly #concurrency: number
  readonly #queueMax: number
  readonly #log: Logger
  readonly #waiting: Job[] = []
  readonly #running = new Map<string, { job: Job; done: Promise<void> }>()
  #closed = false

  constructor(options: {
    readonly concurrency: number
    readonly queueMax: number
    readonly log: Logger
  }) {
    this.#concurrency = options.concurrency
    this.#queueMax = options.queueMax
    this.#log = options.log
  }

  /** Throws `TooManyQueries` when no more may wait. */
  checkRoom(): void {
    if (this.#closed || this.#waiting.length >= this.#queueMax) {
      throw QueryErrors.TooManyQueries('Rate exceeded: too many queries are queued')
    }
  }

  add(id: string, work: (signal: AbortSignal) => Promise<void>): void {
    this.#waiting.push({ id, work, controller: new AbortController() })
    this.#next()
  }

  /** True when it waited or ran. What waited never runs; what runs is aborted and waited for. */
  async stop(id: string): Promise<'waiting' | 'running' | undefined> {
    const index = this.#waiting.findIndex((job) => job.id === id)
    if (index >= 0) {
      this.#waiting.splice(index, 1)
      return 'waiting'
    }
    const running = this.#running.get(id)
    if (!running) return undefined
    running.job.controller.abort()
    await running.done
    return 'running'
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#waiting.length = 0
    const running = [...this.#running.values()]
    for (const { job } of running) job.controller.abort(new Error('the server is stopping'))
    await Promise.all(running.map(({ done }) => done))
  }

  #next(): void {
    while (!this.#closed && this.#running.size < this.#concurrency) {
      const job = this.#waiting.shift()
      if (!job) return
      const done = (async () => {
        try {
          await job.work(job.controller.signal)
        } catch (error) {
          this.#log.error({ err: error, query: job.id }, 'a query execution was not kept')
        }
        this.#running.delete(job.id)
        this.#next()
      })()
      this.#running.set(job.id, { job, done })
    }
  }
}
