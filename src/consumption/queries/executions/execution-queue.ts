import type { Logger } from '#kit'
import { QueryErrors } from '../errors.ts'

/** Work that waits its turn. */
interface Job {
  readonly id: string
  readonly group: string
  readonly controller: AbortController
  readonly work: (signal: AbortSignal) => Promise<void>
}

export interface QueueOptions {
  /** Jobs that run at once. */
  readonly concurrency: number
  /** Jobs that wait, of all groups. */
  readonly queueMax: number
  /** Jobs of a group that run at once, where it has a bound of its own. */
  readonly groupMax?: (group: string) => number | undefined
  readonly log: Logger
}

/**
 * Runs queries, some at a time, and refuses more than it can hold. Groups (workgroups) have fair shares: the next job is the
 * oldest of the group that runs the fewest (of the one that was served longest ago, where some run as few), so that a thousand queries of one do not keep out the first of another.
 */
export class ExecutionQueue {
  readonly #options: QueueOptions
  /** Groups with waiting jobs. */
  readonly #waiting = new Map<string, Job[]>()
  #waitingCount = 0
  /** When a group with work was last given a place: the count of places given then. */
  readonly #served = new Map<string, number>()
  #servedCount = 0
  readonly #running = new Map<string, { job: Job; done: Promise<void> }>()
  #closed = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Throws `TooManyQueries` when no more may wait. */
  checkRoom(): void {
    if (this.#closed || this.#waitingCount >= this.#options.queueMax) {
      throw QueryErrors.TooManyQueries('Rate exceeded: too many queries are queued')
    }
  }

  add(id: string, group: string, work: (signal: AbortSignal) => Promise<void>): void {
    const jobs = this.#waiting.get(group) ?? []
    jobs.push({ id, group, work, controller: new AbortController() })
    this.#waiting.set(group, jobs)
    this.#waitingCount += 1
    this.next()
  }

  /** True when it waited or ran. What waited never runs; what runs is aborted and waited for. */
  async stop(id: string): Promise<'waiting' | 'running' | undefined> {
    for (const [group, jobs] of this.#waiting) {
      const index = jobs.findIndex((job) => job.id === id)
      if (index < 0) continue
      this.#take(group, index)
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
    this.#waiting.clear()
    this.#waitingCount = 0
    const running = [...this.#running.values()]
    for (const { job } of running) job.controller.abort(new Error('the server is stopping'))
    await Promise.all(running.map(({ done }) => done))
  }

  /** Starts what may run. To be called when the bound of a group has changed. */
  next(): void {
    while (!this.#closed && this.#running.size < this.#options.concurrency) {
      const group = this.#nextGroup()
      if (group === undefined) return
      this.#run(this.#take(group, 0))
    }
  }

  #nextGroup(): string | undefined {
    const counts = new Map<string, number>()
    for (const { job } of this.#running.values()) {
      counts.set(job.group, (counts.get(job.group) ?? 0) + 1)
    }
    for (const group of this.#served.keys()) {
      if (!counts.has(group) && !this.#waiting.has(group)) this.#served.delete(group)
    }
    const rank = (group: string) => [counts.get(group) ?? 0, this.#served.get(group) ?? 0] as const
    const isBounded = (group: string) =>
      (counts.get(group) ?? 0) >= (this.#options.groupMax?.(group) ?? Number.POSITIVE_INFINITY)
    const groups = [...this.#waiting.keys()].filter((group) => !isBounded(group))
    return groups.toSorted((one, other) => {
      const [a, b] = [rank(one), rank(other)]
      return a[0] - b[0] || a[1] - b[1]
    })[0]
  }

  #take(group: string, index: number): Job {
    const jobs = this.#waiting.get(group)!
    const [job] = jobs.splice(index, 1)
    this.#waitingCount -= 1
    if (jobs.length === 0) this.#waiting.delete(group)
    return job!
  }

  #run(job: Job): void {
    this.#served.set(job.group, ++this.#servedCount)
    const done = (async () => {
      try {
        await job.work(job.controller.signal)
      } catch (error) {
        this.#options.log.error({ err: error, query: job.id }, 'a query execution was not kept')
      }
      this.#running.delete(job.id)
      this.next()
    })()
    this.#running.set(job.id, { job, done })
  }
}
